//! Tests of routes, and what is kept of their logins.

use crate::domain::id::TenantId;
use crate::domain::limits::limit::LimitHit;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::Sealed;
use crate::domain::tenants::oauth::{LoginId, TokenRefusal};
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::challenges::LimitedCounters;
use crate::store::sql::engine::Engine;
use crate::store::sql::needs::Needs;
use crate::store::sql::store::SqlStore;
use crate::store::{CountedMail, RouteLogin, RouteStore, RouteTest, SeenLogin, Verb};

use super::logins;

impl<E: Engine> RouteStore for SqlStore<E> {
    fn note_route_test(&self, test: RouteTest, now: Timestamp) -> Verb<'_, ()> {
        self.write(move |group| {
            let recipient = test.recipient.as_deref();
            let object = test.route.as_ref().map(RouteHandle::as_str);
            let about = About { recipient, object, ..About::tenant(test.tenant, &test.by) };
            group.note(now, AuditEvent::RouteTested, about)
        })
    }

    fn count_test_mail(&self, mail: CountedMail, now: Timestamp) -> Verb<'_, Option<LimitHit>> {
        let needs = Needs::recipient(mail.tenant, mail.recipient).overall(&mail.mailbox);
        self.write_held(needs, move |group| {
            let CountedMail { tenant, recipient, other_indexes, mailbox, limits } = &mail;
            let indexes = (*recipient, other_indexes.as_slice());
            let counters = LimitedCounters::gathered(group, *tenant, indexes, limits.as_deref(), now)?;
            let counters = counters.with_all_of(group, mailbox.overall.as_ref(), now)?;
            Ok(counters.record_send(now, None))
        })
    }

    fn route_logins(&self, tenant: TenantId) -> Verb<'_, Vec<RouteLogin>> {
        self.read(move |tx| logins::all(tx, tenant))
    }

    fn route_login(&self, tenant: TenantId, login: LoginId) -> Verb<'_, Option<RouteLogin>> {
        self.read(move |tx| logins::find(tx, tenant, login))
    }

    fn keep_refresh_token(&self, seen: SeenLogin, token: Sealed) -> Verb<'_, bool> {
        self.write(move |group| logins::keep_token(group, seen, &token))
    }

    fn stop_login(&self, seen: SeenLogin, refusal: TokenRefusal, now: Timestamp) -> Verb<'_, bool> {
        self.write_held(Needs::NOTHING, move |group| logins::stop(group, seen, refusal, now))
    }

    fn resume_login(&self, seen: SeenLogin) -> Verb<'_, bool> {
        self.write(move |group| logins::resume(group, seen))
    }
}
