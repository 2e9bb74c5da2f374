//! Webhooks: sends what waits for each endpoint, signed, again until it is taken or given up.
//!
//! The queue is in the store. An endpoint that has something due is claimed with a few of its
//! deliveries, which are sent at the same time; what came of them is recorded, and the endpoint let
//! go. So one that does not answer holds one place for one timeout, and comes again after the others.

mod client;
mod ports;
mod schedule;
mod sender;

pub use client::WebhookClient;
pub use ports::{DueEndpoint, WebhookLedger, WebhookRequest};
pub use sender::{SESSIONS, Webhooks};
