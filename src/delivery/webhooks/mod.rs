//! Webhooks: sends the waiting deliveries of each endpoint, signed, with retries until they are
//! accepted or given up.
//!
//! The queue is in the store. An endpoint with due deliveries is claimed with a few of them, which
//! are sent concurrently. Their outcomes are recorded, and the endpoint is released. So an endpoint
//! that does not respond occupies one place for one timeout, and is claimed again after the others.

mod client;
mod ports;
mod schedule;
mod sender;

pub use client::WebhookClient;
pub use ports::{DueEndpoint, WebhookLedger, WebhookRequest};
pub use sender::{SESSIONS, WebhookSender};
