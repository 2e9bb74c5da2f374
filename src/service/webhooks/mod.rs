//! Webhooks: a tenant's endpoints, what they were told, and trying them out.

pub(in crate::service) mod endpoints;
mod ledger;
mod secrets;

pub use endpoints::{NewEndpoint, Webhooks};
pub use ledger::StoreWebhookLedger;
