//! The verbs about challenges: each is one closure of the writer, or one read.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::idempotency::Remembered;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::audit::{Actor, AuditEvent};
use crate::domain::secret::{RecipientIndex, RequestDigest};
use crate::domain::time::Timestamp;
use crate::store::{
    Attempt, ChallengeStore, Decision, KeptAnswer, OpenChallenge, Opened, Resend, Resent, Verb,
};

use super::{SqliteStore, attempts, challenges, idempotency, recipients, resends};
use crate::store::sql::audit::About;

impl ChallengeStore for SqliteStore {
    fn open_challenge(&self, open: OpenChallenge) -> Verb<'_, Opened> {
        self.engine.writer.write(move |group| challenges::open(group, &open))
    }

    fn record_attempt(&self, attempt: Attempt) -> Verb<'_, Decision> {
        let mut admission = None;
        // Nobody has been answered: an attempt that is given up before it is looked at tells nothing.
        self.engine.writer.write_if_awaited(move |group| attempts::decide(group, &attempt, &mut admission))
    }

    fn resend(&self, resend: Resend) -> Verb<'_, Resent> {
        self.engine.writer.write(move |group| resends::resend(group, &resend))
    }

    fn cancel_challenge(&self, tenant: TenantId, id: ChallengeId, now: Timestamp) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| challenges::cancel(group, tenant, id, now))
    }

    fn challenge(&self, tenant: TenantId, id: ChallengeId) -> Verb<'_, Option<Challenge>> {
        self.engine.look(move |connection| challenges::find(connection, tenant, id))
    }

    fn clear_recipient(
        &self,
        tenant: TenantId,
        recipient: RecipientIndex,
        hint: String,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| {
            let cleared = recipients::clear(group, tenant, recipient)?;
            if cleared {
                let about = About { recipient: Some(hint.as_str()), ..About::tenant(tenant, &by) };
                group.note(now, AuditEvent::Unlocked, about)?;
            }
            Ok(cleared)
        })
    }

    fn recall(&self, tenant: TenantId, key: RequestDigest, now: Timestamp) -> Verb<'_, Option<Remembered>> {
        self.engine.look(move |connection| idempotency::recall(connection, tenant, key, now))
    }

    fn keep_answer(&self, tenant: TenantId, key: RequestDigest, kept: KeptAnswer) -> Verb<'_, ()> {
        self.engine.writer.write(move |connection| idempotency::keep(connection, tenant, key, &kept))
    }
}
