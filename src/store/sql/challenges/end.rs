//! Ending and canceling challenges.

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::Sealed;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::{EventKind, EventKinds};
use crate::store::sql::audit::About;
use crate::store::sql::deliveries::kept::{self, EndedDelivery};
use crate::store::sql::deliveries::outbox;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldChallenge;
use crate::store::sql::phone;
use crate::store::sql::reports;
use crate::store::sql::rows::Extent;
use crate::store::sql::webhooks::events::queue_event;

use super::{fallbacks, guesses, limited_counters};

/// Ends a challenge: erases everything by which its code could be tried or its recipient found, and
/// stops its delivery. If its message was sent all the same, settling the delivery records that.
/// Returns the message, whose stored copy is erased.
pub fn end(
    group: &Group,
    challenge: &HeldChallenge,
    status: ChallengeStatus,
    now: Timestamp,
) -> Result<Option<Sealed>> {
    reports::end(group, &challenge.get(), status, now);
    fallbacks::cancel(&**group, &challenge.get())?;
    if challenge.get().is_queued() {
        let reason = challenge.get().unsent_because(status);
        withdraw_message(group, challenge, reason, now)?;
    }
    let mut row = challenge.change(Extent::End);
    row.shown.standing.status = status;
    Ok(row.erase())
}

/// Removes the message of a challenge that ends from the outbox.
fn withdraw_message(
    group: &Group,
    challenge: &HeldChallenge,
    reason: DeliveryError,
    now: Timestamp,
) -> Result<()> {
    if let Some(queued) = outbox::take(group, challenge.get().shown.id)? {
        kept::keep(group, &challenge.get(), &queued, EndedDelivery::failed(reason, now), None)?;
    }
    challenge.change(Extent::End).delivered(DeliveryStatus::Failed, Some(now), Some(reason));
    Ok(())
}

/// Uncounts the challenge's message if it only waited for a retry and provably was not sent, so
/// that it does not count against its recipient. A message that is being sent may still arrive.
pub fn uncount_unsent(group: &Group, challenge: &HeldChallenge) -> Result<()> {
    let (id, error) = (challenge.get().shown.id, challenge.get().shown.delivery_error);
    if !error.is_some_and(DeliveryError::proves_unsent) {
        return Ok(());
    }
    match outbox::queued_since(group, id)? {
        Some(queued_at) => limited_counters::forget_send(group, challenge, queued_at),
        None => Ok(()),
    }
}

/// Cancels a pending challenge. Its endpoints are looked for only if one of them may want the event.
pub fn cancel(
    group: &Group,
    (tenant, id): (TenantId, ChallengeId),
    (by, events): (&Actor, EventKinds),
    now: Timestamp,
) -> Result<bool> {
    let Some(challenge) = group.challenge_of(tenant, id)? else { return Ok(false) };
    if challenge.get().shown.standing.status_at(now) != ChallengeStatus::Pending {
        return Ok(false);
    }
    cancel_held(group, &challenge, (by, events), now)?;
    Ok(true)
}

/// Cancels a challenge that is pending.
pub fn cancel_held(
    group: &Group,
    challenge: &HeldChallenge,
    (by, events): (&Actor, EventKinds),
    now: Timestamp,
) -> Result<()> {
    uncount_unsent(group, challenge)?;
    end(group, challenge, ChallengeStatus::Canceled, now)?;
    note(group, challenge, AuditEvent::Canceled, by, now)?;
    let kind = EventKind::ChallengeCanceled;
    // Whoever has relayed a code is told of its message alone.
    match events.has(kind) && !challenge.get().shown.standing.is_relayed() {
        true => queue_event(group, challenge, kind, now),
        false => Ok(()),
    }
}

/// Ends a pending challenge as verified because its tenant says so, without a code. It counts as verified: the tenant
/// has checked by itself who answered, and so needs no event.
pub fn approve(group: &Group, tenant: TenantId, id: ChallengeId, by: &Actor, now: Timestamp) -> Result<bool> {
    let Some(challenge) = group.challenge_of(tenant, id)? else { return Ok(false) };
    if challenge.get().shown.standing.status_at(now) != ChallengeStatus::Pending {
        return Ok(false);
    }
    phone::verified(group, &challenge.get(), now)?;
    guesses::count_approved(group, &challenge.get());
    end(group, &challenge, ChallengeStatus::Verified, now)?;
    note(group, &challenge, AuditEvent::Approved, by, now)?;
    Ok(true)
}

fn note(
    group: &Group,
    challenge: &HeldChallenge,
    event: AuditEvent,
    by: &Actor,
    now: Timestamp,
) -> Result<()> {
    let row = challenge.get();
    let challenge = Some(row.shown.id);
    let about = About { challenge, recipient: row.shown.to.as_deref(), ..About::tenant(row.tenant, by) };
    group.note(now, event, about)
}
