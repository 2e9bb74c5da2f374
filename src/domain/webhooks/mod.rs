//! Webhooks: events, and the endpoints that are told of them.

pub mod event;
pub mod url;
pub mod webhook;
