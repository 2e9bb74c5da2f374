//! Rates that several nodes count together in real Redis servers, and what they do without them.

mod failover;
mod node;
mod outage;
mod proxy;
mod rules;
mod server;
mod wire;
