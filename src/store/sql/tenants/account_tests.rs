//! Tests of mail accounts.

use crate::domain::limits::limit::LimitHit;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::challenges::Counted;
use crate::store::sql::engine::Engine;
use crate::store::sql::needs::Needs;
use crate::store::sql::store::SqlStore;
use crate::store::{AccountStore, AccountTest, CountedMail, Verb};

impl<E: Engine> AccountStore for SqlStore<E> {
    fn note_account_test(&self, test: AccountTest, now: Timestamp) -> Verb<'_, ()> {
        self.write(move |group| {
            let recipient = test.recipient.as_deref();
            let about = About { recipient, ..About::tenant(test.tenant, &test.by) };
            group.note(now, AuditEvent::SmtpTested, about)
        })
    }

    fn count_test_mail(&self, mail: CountedMail, now: Timestamp) -> Verb<'_, Option<LimitHit>> {
        let needs = Needs::recipient(mail.tenant, mail.recipient);
        self.write_held(needs, move |group| {
            let CountedMail { tenant, recipient, other_indexes, limits } = &mail;
            let indexes = (*recipient, other_indexes.as_slice());
            let counted = Counted::gathered(group, *tenant, indexes, limits.as_deref(), now)?;
            Ok(counted.record_send(now, None))
        })
    }
}
