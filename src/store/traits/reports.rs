//! Verbs that look back: numbers, the audit trail page by page, deliveries and their way.

use crate::domain::deliveries::history::{DeliveryHistory, DeliveryPage, DeliveryQuery, HistoryQuery};
use crate::domain::reports::audit::{AuditPage, AuditQuery};
use crate::domain::reports::course::{Course, CourseQuery};
use crate::domain::reports::statistics::{Day, StatisticsGroup, StatisticsQuery};

use super::verb::Verb;

/// What happened.
pub trait ReportStore {
    /// The numbers of the groups that were asked for, in the order of
    /// [`Dimension::ALL`](crate::domain::reports::statistics::Dimension::ALL); without dimensions the sum of
    /// all. Challenges are not looked at.
    fn statistics(&self, asked: StatisticsQuery) -> Verb<'_, Vec<StatisticsGroup>>;

    /// How the days went, oldest first; days without a challenge are left out.
    fn courses(&self, asked: CourseQuery) -> Verb<'_, Vec<(Day, Course)>>;

    /// A page of the audit trail, newest first.
    fn audit_page(&self, asked: AuditQuery) -> Verb<'_, AuditPage>;

    /// A page of the challenges that have a message, newest first.
    fn delivery_page(&self, asked: DeliveryQuery) -> Verb<'_, DeliveryPage>;

    /// The way of the messages of a challenge, if there is one and it has any.
    fn delivery_history(&self, asked: HistoryQuery) -> Verb<'_, Option<DeliveryHistory>>;
}
