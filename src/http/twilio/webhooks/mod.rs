//! Webhooks, which belong to the tenant: every service shows them all.

mod body;
mod handlers;
pub(super) mod resources;
mod view;
