//! Reports: statistics, deliveries, limit hits and the audit trail.

mod checking;
mod insight;
mod recipients;
pub(in crate::service) mod reporting;
pub(in crate::service) mod sealing;

pub use checking::TrailReport;
pub use insight::{LastDays, Visibility};
pub use recipients::{MOST_TENANTS, RecipientReport};
pub use reporting::{Reported, Reports};
pub use sealing::{AuditSeals, LOOK_EVERY};
