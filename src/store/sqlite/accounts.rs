//! Trying mail accounts out.

use crate::domain::limits::limit::LimitHit;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::{AccountStore, AccountTest, CountedMail, Verb};

use super::SqliteStore;
use super::recipients::Counters;
use crate::store::sql::audit::About;

impl AccountStore for SqliteStore {
    fn note_account_test(&self, test: AccountTest, now: Timestamp) -> Verb<'_, ()> {
        self.engine.writer.write(move |group| {
            let recipient = test.recipient.as_deref();
            let about = About { recipient, ..About::tenant(test.tenant, &test.by) };
            group.note(now, AuditEvent::SmtpTested, about)
        })
    }

    fn count_test_mail(&self, mail: CountedMail, now: Timestamp) -> Verb<'_, Option<LimitHit>> {
        self.engine.writer.write(move |connection| {
            let CountedMail { tenant, recipient, other_indexes, limits } = &mail;
            let indexes = (*recipient, other_indexes.as_slice());
            Counters::gathered(connection, *tenant, indexes, limits.as_deref(), now)?.record_send(now, None)
        })
    }
}
