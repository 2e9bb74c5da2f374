//! Webhooks: events, and the endpoints that receive them.

pub mod event;
pub mod factor_snapshot;
pub mod snapshot;
pub mod webhook;
