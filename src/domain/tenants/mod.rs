//! Tenants: the registered apps and their settings.

pub mod allowed_networks;
pub mod brand;
pub mod credential;
pub mod deletion;
pub mod invalid_route;
pub mod logo;
pub mod oauth;
pub mod oauth_draft;
pub mod oauth_preset;
pub mod page_mask;
pub mod route;
pub mod route_check;
pub mod route_draft;
pub mod service;
pub mod service_key;
pub mod smtp;
pub mod smtp_draft;
pub mod template;
pub mod tenant;
pub mod transports;
