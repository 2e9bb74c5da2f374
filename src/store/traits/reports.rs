//! The verbs for reports: statistics, the audit trail page by page, and deliveries with their history.

use crate::domain::deliveries::history::{DeliveryHistory, DeliveryPage, DeliveryQuery, HistoryQuery};
use crate::domain::deliveries::search::{RecipientPage, RecipientQuery};
use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::{AuditPage, AuditQuery};
use crate::domain::reports::course::{Course, CourseQuery};
use crate::domain::reports::statistics::{Day, StatisticsGroup, StatisticsQuery};
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Reports.
pub trait ReportStore {
    /// Returns the statistics of the requested groups, in the order of
    /// [`Dimension::ALL`](crate::domain::reports::statistics::Dimension::ALL); without dimensions,
    /// the total. No challenges are read.
    fn statistics(&self, asked: StatisticsQuery) -> Verb<'_, Vec<StatisticsGroup>>;

    /// Returns the courses of the days, oldest first; days without a challenge are left out.
    fn courses(&self, asked: CourseQuery) -> Verb<'_, Vec<(Day, Course)>>;

    /// Returns a page of the audit trail, newest first.
    fn audit_page(&self, asked: AuditQuery) -> Verb<'_, AuditPage>;

    /// Returns a page of the challenges that have a message, newest first.
    fn delivery_page(&self, asked: DeliveryQuery) -> Verb<'_, DeliveryPage>;

    /// Returns a page of what was sent to one recipient, newest first, and what is counted for it.
    fn recipient_page(&self, asked: RecipientQuery) -> Verb<'_, RecipientPage>;

    /// Records in the audit trail that somebody looks for what was sent to a recipient, who is masked here.
    fn note_search(&self, tenant: TenantId, recipient: String, by: Actor, now: Timestamp) -> Verb<'_, ()>;

    /// Returns the delivery history of a challenge, if it exists and has a message.
    fn delivery_history(&self, asked: HistoryQuery) -> Verb<'_, Option<DeliveryHistory>>;

    /// Folds the counts of all lanes into one row each, for some of the cells of the days before the one of
    /// `now`. Returns whether more are waiting.
    fn fold_counts(&self, now: Timestamp) -> Verb<'_, bool>;
}
