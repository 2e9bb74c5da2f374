//! Tests of routes.

use crate::domain::limits::limit::LimitHit;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::challenges::LimitedCounters;
use crate::store::sql::engine::Engine;
use crate::store::sql::needs::Needs;
use crate::store::sql::store::SqlStore;
use crate::store::{CountedMail, RouteStore, RouteTest, Verb};

impl<E: Engine> RouteStore for SqlStore<E> {
    fn note_route_test(&self, test: RouteTest, now: Timestamp) -> Verb<'_, ()> {
        self.write(move |group| {
            let recipient = test.recipient.as_deref();
            let about = About { recipient, ..About::tenant(test.tenant, &test.by) };
            group.note(now, AuditEvent::RouteTested, about)
        })
    }

    fn count_test_mail(&self, mail: CountedMail, now: Timestamp) -> Verb<'_, Option<LimitHit>> {
        let needs = Needs::recipient(mail.tenant, mail.recipient);
        self.write_held(needs, move |group| {
            let CountedMail { tenant, recipient, other_indexes, limits } = &mail;
            let indexes = (*recipient, other_indexes.as_slice());
            let counters = LimitedCounters::gathered(group, *tenant, indexes, limits.as_deref(), now)?;
            Ok(counters.record_send(now, None))
        })
    }
}
