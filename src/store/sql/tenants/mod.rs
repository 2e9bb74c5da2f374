//! Tenants, and the data that belongs to them.

pub mod allowed_pages;
mod granted;
pub mod logos;
mod routes;
pub mod rows;
pub mod sandbox;
mod secret_keys;
mod templates;
