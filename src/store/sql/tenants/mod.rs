//! Tenants, and what belongs to them.

pub mod allowed_pages;
mod granted;
pub mod logos;
pub mod rows;
pub mod sandbox;
mod secret_keys;
mod templates;
