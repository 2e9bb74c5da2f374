//! Tenants: the registered apps and their settings.

pub mod brand;
pub mod credential;
pub mod invalid_route;
pub mod logo;
pub mod route;
pub mod route_check;
pub mod route_draft;
pub mod smtp;
pub mod template;
pub mod tenant;
pub mod transports;
