//! Webhooks: endpoints, and the queue of each.

mod claims;
mod endpoints;
pub mod events;
mod posts;
mod settle;
mod verbs;
