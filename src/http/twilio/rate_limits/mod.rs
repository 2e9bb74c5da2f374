//! The rate limits of services, and their buckets.

mod body;
mod buckets;
mod handlers;
pub(super) mod resources;
mod view;
