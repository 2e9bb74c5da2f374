//! Tenants, and what belongs to them.

pub mod logos;
mod templates;
