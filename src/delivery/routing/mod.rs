//! Routing: sends over the tenant's routes for the channel, in order, until one has delivered the
//! message or might have.

mod failover;
mod verdict;

pub use failover::Routing;
