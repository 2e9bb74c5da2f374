//! The verbs for reports: statistics, pages of the audit trail, deliveries.

use crate::domain::deliveries::history::{DeliveryHistory, DeliveryPage, DeliveryQuery, HistoryQuery};
use crate::domain::deliveries::search::{RecipientPage, RecipientQuery};
use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::{AuditEvent, AuditPage, AuditQuery};
use crate::domain::reports::course::{Course, CourseQuery};
use crate::domain::reports::statistics::{Day, StatisticsGroup, StatisticsQuery};
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::audit::trail;
use crate::store::sql::deliveries::{history, search};
use crate::store::sql::engine::Engine;
use crate::store::sql::needs::Needs;
use crate::store::sql::store::SqlStore;
use crate::store::{ReportStore, Verb};

use super::{courses, fold, statistics};

impl<E: Engine> ReportStore for SqlStore<E> {
    fn statistics(&self, asked: StatisticsQuery) -> Verb<'_, Vec<StatisticsGroup>> {
        self.read_at_length(move |tx| statistics::groups(tx, &asked))
    }

    fn courses(&self, asked: CourseQuery) -> Verb<'_, Vec<(Day, Course)>> {
        self.read_at_length(move |tx| courses::by_day(tx, &asked))
    }

    fn audit_page(&self, asked: AuditQuery) -> Verb<'_, AuditPage> {
        self.read_at_length(move |tx| trail::page(tx, &asked))
    }

    fn delivery_page(&self, asked: DeliveryQuery) -> Verb<'_, DeliveryPage> {
        self.read_at_length(move |tx| history::page(tx, &asked))
    }

    fn recipient_page(&self, asked: RecipientQuery) -> Verb<'_, RecipientPage> {
        self.read_at_length(move |tx| search::page(tx, &asked))
    }

    fn note_search(&self, tenant: TenantId, recipient: String, by: Actor, now: Timestamp) -> Verb<'_, ()> {
        self.write_held(Needs::NOTHING, move |group| {
            let about = About { recipient: Some(&recipient), ..About::tenant(tenant, &by) };
            group.note(now, AuditEvent::RecipientSearched, about)
        })
    }

    fn delivery_history(&self, asked: HistoryQuery) -> Verb<'_, Option<DeliveryHistory>> {
        self.read_at_length(move |tx| history::of_challenge(tx, asked))
    }

    fn fold_counts(&self, now: Timestamp) -> Verb<'_, bool> {
        // Read first: usually nothing is to be folded, and finding that out takes long.
        let waiting = self.read_at_length(move |tx| fold::waiting(tx, now));
        Box::pin(async move {
            let cells = waiting.await?;
            let is_more = cells.len() == fold::ROUND;
            if !cells.is_empty() {
                self.write(move |group| cells.iter().try_for_each(|cell| fold::fold(&**group, *cell)))
                    .await?;
            }
            Ok(is_more)
        })
    }
}
