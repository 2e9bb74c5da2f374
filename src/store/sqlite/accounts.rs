//! Trying mail accounts out.

use std::sync::Arc;

use crate::domain::audit::AuditEvent;
use crate::domain::id::TenantId;
use crate::domain::limit::{LimitHit, RecipientLimits};
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;
use crate::store::{AccountStore, AccountTest, Verb};

use super::SqliteStore;
use super::audit::About;
use super::recipients::Counters;

impl AccountStore for SqliteStore {
    fn note_account_test(&self, test: AccountTest, now: Timestamp) -> Verb<'_, ()> {
        self.audited(move |_, trail| {
            let about = About {
                tenant: Some(test.tenant),
                recipient: test.recipient.as_deref(),
                origin: test.origin,
                ..About::default()
            };
            trail.note(now, AuditEvent::SmtpTested, about)
        })
    }

    fn count_test_mail(
        &self,
        tenant: TenantId,
        recipient: RecipientIndex,
        limits: Option<Arc<RecipientLimits>>,
        now: Timestamp,
    ) -> Verb<'_, Option<LimitHit>> {
        self.writer.write(move |connection| {
            Counters { connection, tenant, recipient, limits: limits.as_deref() }.record_send(now, None)
        })
    }
}
