//! Recording the outcome of a try.

use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, DeliveryStatus};
use crate::domain::deliveries::report::TriedRoute;
use crate::domain::id::ChallengeId;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::store::sql::audit::About;
use crate::store::sql::challenges::{fallbacks, forget_send};
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldChallenge;
use crate::store::sql::reports::{self, counter::Counter};
use crate::store::sql::rows::Extent;
use crate::store::sql::webhooks::events;

use super::kept::{self, EndedDelivery};
use super::outbox;

/// Records the outcome of a try. A challenge that has ended meanwhile has no outbox row any more,
/// and its delivery stays as the end recorded it, unless the message was actually sent.
pub fn settle(
    group: &Group,
    id: ChallengeId,
    (end, tried): (DeliveryEnd, Option<&TriedRoute>),
    now: Timestamp,
) -> Result<()> {
    match end {
        DeliveryEnd::Later(due_at) => outbox::put_back(group, id, due_at),
        DeliveryEnd::RetryAt(due_at, reason) => {
            match outbox::put_back_tried(group, id, due_at, (now, reason, unconfirmed(tried)))? {
                true => note_try(group, id, reason),
                false => Ok(()),
            }
        }
        DeliveryEnd::Sent => match group.challenge(id)? {
            Some(challenge) => sent(group, &challenge, tried, now),
            None => Ok(()),
        },
        DeliveryEnd::Failed(reason) => match group.challenge(id)? {
            Some(challenge) if challenge.get().is_queued() => failed(group, &challenge, (reason, tried), now),
            _ => Ok(()),
        },
    }
}

/// Returns 1 if the message may have left with the last try, otherwise 0.
fn unconfirmed(tried: Option<&TriedRoute>) -> u32 {
    tried.map_or(0, |tried| u32::from(tried.is_unconfirmed))
}

/// Records a failed try that will be retried.
fn note_try(group: &Group, id: ChallengeId, reason: DeliveryError) -> Result<()> {
    if let Some(challenge) = group.challenge(id)? {
        challenge.change(Extent::Course).delivered(DeliveryStatus::Queued, None, Some(reason));
    }
    Ok(())
}

fn sent(group: &Group, challenge: &HeldChallenge, tried: Option<&TriedRoute>, now: Timestamp) -> Result<()> {
    let queued = outbox::take(group, challenge.get().shown.id)?;
    match &queued {
        Some(queued) => kept::keep(group, &challenge.get(), queued, EndedDelivery::sent(now), tried)?,
        None => kept::correct(group, &challenge.get(), EndedDelivery::sent(now), tried)?,
    }
    reports::sent(group, &challenge.get(), queued.map(|queued| now.since(queued.queued_at)));
    challenge.change(Extent::Course).delivered(DeliveryStatus::Sent, Some(now), None);
    fallbacks::after_sent(group, challenge, now)?;
    events::queue_event(group, challenge, EventKind::DeliverySent, now)
}

/// Records that a message failed. A message that was certainly never sent does not count against its
/// recipient; otherwise a wrong SMTP password would lock out the very recipient that it is being
/// tested with. It was counted when it was queued, which is later than the mint if the code was
/// sent again or the recipient given later.
fn failed(
    group: &Group,
    challenge: &HeldChallenge,
    (reason, tried): (DeliveryError, Option<&TriedRoute>),
    now: Timestamp,
) -> Result<()> {
    let (id, tenant, cell) = {
        let row = challenge.get();
        (row.shown.id, row.tenant, row.cell)
    };
    let queued = outbox::take(group, id)?;
    if let Some(queued) = &queued {
        kept::keep(group, &challenge.get(), queued, EndedDelivery::failed(reason, now), tried)?;
    }
    let unsent = queued
        .filter(|queued| reason != DeliveryError::Expired && queued.unconfirmed + unconfirmed(tried) == 0);
    group.count(cell, Counter::Failed(reason), 1);
    challenge.change(Extent::Course).delivered(DeliveryStatus::Failed, Some(now), Some(reason));
    if let Some(queued) = unsent {
        forget_send(group, challenge, queued.queued_at)?;
    }
    fallbacks::after_failure(group, challenge, now)?;
    let row = challenge.get();
    // Masked; empty for a page that was never given a recipient.
    let hint = Some(row.shown.to.as_deref().unwrap_or_default());
    let about = About { tenant: Some(tenant), challenge: Some(id), recipient: hint, ..About::default() };
    group.note(now, AuditEvent::DeliveryFailed, about)?;
    drop(row);
    events::queue_event(group, challenge, EventKind::DeliveryFailed, now)
}
