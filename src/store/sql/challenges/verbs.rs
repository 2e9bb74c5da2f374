//! The verbs for challenges: each is one operation, or one read.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::idempotency::Remembered;
use crate::domain::deliveries::history::ChallengeDelivery;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{RecipientIndex, RequestDigest};
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKinds;
use crate::store::sql::audit::About;
use crate::store::sql::deliveries::{course, outbox};
use crate::store::sql::engine::Engine;
use crate::store::sql::group::Group;
use crate::store::sql::needs::Needs;
use crate::store::sql::rows::find_shown;
use crate::store::sql::store::SqlStore;
use crate::store::{
    Attempt, ChallengeStore, Decision, DueFallback, Issue, Issued, KeptResponse, Target, Verb,
};

use super::{attempt, end, fallbacks, idempotency, issue};

impl<E: Engine> ChallengeStore for SqlStore<E> {
    fn issue(&self, issue: Issue) -> Verb<'_, Issued> {
        let (needs, (challenge, queued_at)) = (issue::needs(&issue), issue::queued(&issue));
        // The caller dispatches the message, unless it has gone.
        let give_back = move |group: &Group, issued: &Issued| match issued {
            Issued::Opened | Issued::Queued(_) => outbox::give_back(group, challenge, queued_at),
            _ => Ok(()),
        };
        self.write_holding(needs, move |group| issue::issue(group, &issue), give_back)
    }

    fn record_attempt(&self, attempt: Attempt) -> Verb<'_, Decision> {
        let needs = match (&attempt.target, attempt.tenant) {
            (Target::Challenge(id) | Target::Held(id, _) | Target::Hosted(id, _), _) => Needs::challenge(*id),
            (Target::Latest(indexes, _), Some(tenant)) => {
                indexes.first().map_or(Needs::NOTHING, |index| Needs::recipient(tenant, *index))
            }
            (Target::Latest(..), None) => Needs::NOTHING,
        };
        let needs = match attempt.tenant {
            Some(tenant) => needs.once(tenant, attempt.once.as_ref()),
            None => needs,
        };
        let mut rate_check = None;
        // An attempt that was abandoned before it was decided reveals nothing, because nobody
        // received a response.
        self.write_if_awaited(needs, move |group| attempt::decide(group, &attempt, &mut rate_check))
    }

    fn cancel_challenge(
        &self,
        tenant: TenantId,
        id: ChallengeId,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool> {
        self.write_held(Needs::challenge(id), move |group| {
            end::cancel(group, (tenant, id), (&by, EventKinds::all()), now)
        })
    }

    fn challenge(&self, tenant: TenantId, id: ChallengeId) -> Verb<'_, Option<Challenge>> {
        self.read(move |tx| find_shown(tx, tenant, id))
    }

    fn challenge_with_deliveries(
        &self,
        tenant: TenantId,
        id: ChallengeId,
    ) -> Verb<'_, Option<(Challenge, Vec<ChallengeDelivery>)>> {
        self.read(move |tx| {
            let Some(challenge) = find_shown(tx, tenant, id)? else { return Ok(None) };
            let deliveries = course::of_challenge(tx, &challenge)?;
            Ok(Some((challenge, deliveries)))
        })
    }

    fn claim_fallbacks(&self, now: Timestamp, again: Timestamp, limit: usize) -> Verb<'_, Vec<DueFallback>> {
        // Read first: usually nothing is due, and the writer should not be occupied.
        let any = self.read(move |tx| fallbacks::is_due(tx, now));
        Box::pin(async move {
            match any.await? {
                true => {
                    let claim = move |group: &Group| fallbacks::claim(group, now, again, limit);
                    self.write_held(Needs::NOTHING, claim).await
                }
                false => Ok(Vec::new()),
            }
        })
    }

    fn give_up_fallback(&self, challenge: ChallengeId) -> Verb<'_, ()> {
        self.write_held(Needs::NOTHING, move |group| fallbacks::drop(&**group, challenge))
    }

    fn clear_recipient(
        &self,
        tenant: TenantId,
        recipient: RecipientIndex,
        hint: String,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool> {
        self.write_held(Needs::recipient(tenant, recipient), move |group| {
            let held = group.recipient(tenant, recipient)?;
            if held.get().counters().is_none() || !held.change(()).counters_mut().clear_failures() {
                return Ok(false);
            }
            let about = About { recipient: Some(hint.as_str()), ..About::tenant(tenant, &by) };
            group.note(now, AuditEvent::Unlocked, about)?;
            Ok(true)
        })
    }

    fn recall(&self, tenant: TenantId, key: RequestDigest, now: Timestamp) -> Verb<'_, Option<Remembered>> {
        self.read(move |tx| idempotency::recall(tx, tenant, key, now))
    }

    fn keep_response(&self, tenant: TenantId, key: RequestDigest, kept: KeptResponse) -> Verb<'_, ()> {
        self.write_held(Needs::NOTHING, move |group| idempotency::keep(group, tenant, key, &kept))
    }
}
