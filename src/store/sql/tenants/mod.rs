//! Tenants, and the data that belongs to them.

mod administration;
pub mod allowed_pages;
pub mod deletion;
pub mod hooks;
pub mod key_uses;
pub mod latest_mail;
pub mod logins;
pub mod logos;
mod routes;
pub mod sandbox;
pub mod secret_keys;
pub mod templates;
pub mod tenant_row;
mod verbs;

pub use secret_keys::networks;
