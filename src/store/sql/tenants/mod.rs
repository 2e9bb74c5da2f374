//! Tenants, and the data that belongs to them.

mod accounts;
pub mod allowed_pages;
mod granted;
pub mod logos;
pub mod rows;
pub mod sandbox;
mod secret_keys;
mod templates;
