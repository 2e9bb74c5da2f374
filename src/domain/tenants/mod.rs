//! Tenants: the registered apps, and what each of them has set up.

pub mod account;
pub mod account_check;
pub mod brand;
pub mod credential;
pub mod logo;
pub mod smtp;
pub mod template;
pub mod tenant;
