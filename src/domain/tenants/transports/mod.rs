//! The settings of a tenant's accounts with providers.

pub mod base_url;
pub mod gateway;
mod gateway_check;
pub mod http;
pub mod json_tree;
pub mod originators;
pub mod presets;
pub mod provider;
pub mod smpp;
pub mod telegram_gateway;
pub mod twilio;
pub mod whatsapp_cloud;
mod words;
