//! Reports: statistics, deliveries, limit hits and the audit trail.

mod insight;
mod recipients;
pub(in crate::service) mod reporting;

pub use insight::{LastDays, Visibility};
pub use recipients::RecipientReport;
pub use reporting::{Reported, Reports};
