//! Webhooks: endpoints, and the queue of each.

mod claims;
mod deliveries;
mod endpoints;
pub mod events;
mod settle;
mod verbs;

pub use claims::release as release_endpoints;
pub use deliveries::one as event;
pub use endpoints::all;
