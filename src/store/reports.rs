//! Verbs that look back: numbers, and the audit trail page by page.

use crate::domain::audit::{AuditPage, AuditQuery};
use crate::domain::statistics::{StatisticsGroup, StatisticsQuery};

use super::Verb;

/// What happened.
pub trait ReportStore {
    /// The numbers of the groups that were asked for, in the order of
    /// [`Dimension::ALL`](crate::domain::statistics::Dimension::ALL); without dimensions the sum of
    /// all. Challenges are not looked at.
    fn statistics(&self, asked: StatisticsQuery) -> Verb<'_, Vec<StatisticsGroup>>;

    /// A page of the audit trail, newest first.
    fn audit_page(&self, asked: AuditQuery) -> Verb<'_, AuditPage>;
}
