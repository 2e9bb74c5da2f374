//! Attempts: the messages of verifications.

mod handlers;
mod query;
pub(super) mod resources;
mod view;
