//! The verbs about challenges: each is one closure of the writer, or one read.

use std::net::IpAddr;

use crate::domain::audit::AuditEvent;
use crate::domain::challenge::Challenge;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::idempotency::Remembered;
use crate::domain::secret::{RecipientIndex, RequestDigest};
use crate::domain::time::Timestamp;
use crate::store::{
    Attempt, ChallengeStore, Decision, KeptAnswer, OpenChallenge, Opened, Resend, Resent, Verb,
};

use super::{SqliteStore, attempts, audit, challenges, idempotency, recipients, resends};

impl ChallengeStore for SqliteStore {
    fn open_challenge(&self, open: OpenChallenge) -> Verb<'_, Opened> {
        self.writer.write(move |group| challenges::open(group, &open))
    }

    fn record_attempt(&self, attempt: Attempt) -> Verb<'_, Decision> {
        let mut admission = None;
        self.writer.write(move |group| attempts::decide(group, &attempt, &mut admission))
    }

    fn resend(&self, resend: Resend) -> Verb<'_, Resent> {
        self.writer.write(move |group| resends::resend(group, &resend))
    }

    fn cancel_challenge(&self, tenant: TenantId, id: ChallengeId, now: Timestamp) -> Verb<'_, bool> {
        self.writer.write(move |group| challenges::cancel(group, tenant, id, now))
    }

    fn challenge(&self, tenant: TenantId, id: ChallengeId) -> Verb<'_, Option<Challenge>> {
        self.read(move |connection| challenges::find(connection, tenant, id))
    }

    fn clear_recipient(
        &self,
        tenant: TenantId,
        recipient: RecipientIndex,
        hint: String,
        origin: Option<IpAddr>,
        now: Timestamp,
    ) -> Verb<'_, bool> {
        self.writer.write(move |group| {
            let cleared = recipients::clear(group, tenant, recipient)?;
            if cleared {
                let (tenant, recipient) = (Some(tenant), Some(hint.as_str()));
                group.note(
                    now,
                    AuditEvent::Unlocked,
                    audit::About { tenant, recipient, origin, ..Default::default() },
                )?;
            }
            Ok(cleared)
        })
    }

    fn recall(&self, tenant: TenantId, key: RequestDigest, now: Timestamp) -> Verb<'_, Option<Remembered>> {
        self.read(move |connection| idempotency::recall(connection, tenant, key, now))
    }

    fn keep_answer(&self, tenant: TenantId, key: RequestDigest, kept: KeptAnswer) -> Verb<'_, ()> {
        self.writer.write(move |connection| idempotency::keep(connection, tenant, key, &kept))
    }
}
