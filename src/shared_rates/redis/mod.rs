//! Counts in Redis or Valkey: one server, Sentinel or Cluster.

mod access;
mod engine;
mod keeper;
mod link;
mod live;
mod opening;
mod report;
mod script;
mod sentinel;

pub use access::{RedisAccess, Unreachable};
pub use engine::RedisCounts;
pub use report::{RedisReport, report};
