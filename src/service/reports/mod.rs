//! Reports: statistics, deliveries, limit hits and the audit trail.

mod insight;
pub(in crate::service) mod reporting;

pub use insight::{LastDays, Visibility};
pub use reporting::{Reported, Reports};
