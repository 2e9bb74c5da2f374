//! Webhooks: managing a tenant's endpoints, their deliveries, and test events.

pub(in crate::service) mod endpoints;
mod ledger;
mod secrets;
mod sweep;

pub use endpoints::{NewEndpoint, Webhooks};
pub use ledger::StoreWebhookLedger;
