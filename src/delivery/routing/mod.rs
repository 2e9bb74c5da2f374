//! Which way a message goes: over the tenant's routes for its channel, in order, until one has
//! delivered it or might have.

mod failover;
mod verdict;

pub use failover::Routing;
