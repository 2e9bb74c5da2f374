//! What the store does over PostgreSQL, beside the least that a database could be asked for.

mod baseline;
mod clients;
pub(crate) mod command;
mod delay;
mod metrics;
mod mixed;
mod processor;
mod report;
mod straight;
mod tenants;
mod workload;
