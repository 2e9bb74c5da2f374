//! Reports: statistics, deliveries, limit hits and the audit trail.

mod attention;
mod checking;
mod insight;
mod recipients;
pub(in crate::service) mod reporting;
pub(in crate::service) mod sealing;

pub use attention::{Finding, Trouble};
pub use checking::TrailReport;
pub use insight::{LastDays, Visibility};
pub use recipients::{MOST_TENANTS, RecipientReport};
pub use reporting::{Reported, Reports};
pub use sealing::{AuditSeals, LOOK_EVERY};
