//! Tenants, and the data that belongs to them.

mod account_tests;
mod administration;
pub mod allowed_pages;
pub mod logos;
pub mod sandbox;
mod secret_keys;
mod templates;
pub mod tenant_row;
mod verbs;
