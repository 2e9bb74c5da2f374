//! The settings of a tenant's accounts with providers.

pub mod base_url;
pub mod gateway;
mod gateway_check;
pub mod gateway_method;
pub mod gateway_reports;
pub mod http;
pub mod json_tree;
pub mod log;
pub mod originators;
pub mod presets;
pub mod provider;
pub mod provider_draft;
pub mod report_proof;
pub mod signature_scheme;
pub mod smpp;
pub mod telegram_gateway;
pub mod twilio;
pub mod whatsapp_cloud;
mod words;
