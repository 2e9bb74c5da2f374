//! Tenants, and the data that belongs to them.

mod administration;
pub mod allowed_pages;
pub mod deletion;
mod hooks;
pub mod key_uses;
pub mod latest_mail;
pub mod logins;
mod logos;
mod routes;
pub mod sandbox;
mod secret_keys;
mod templates;
pub mod tenant_row;
mod verbs;

pub use secret_keys::networks;
