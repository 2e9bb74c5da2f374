//! Recording what came of a try.

use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, DeliveryStatus};
use crate::domain::id::ChallengeId;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::store::sql::audit::About;
use crate::store::sql::challenges::forget_send;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldChallenge;
use crate::store::sql::reports::{self, Counter};
use crate::store::sql::rows::Extent;
use crate::store::sql::webhooks::events;

use super::outbox;

/// Records what came of a try. A challenge that ended meanwhile has no outbox row any more, and
/// its delivery stays as the end left it, unless the message did go out.
pub fn settle(group: &Group, id: ChallengeId, end: DeliveryEnd, now: Timestamp) -> Result<()> {
    match end {
        DeliveryEnd::Later(due_at) => outbox::put_back(group, id, due_at, 0).map(|_| ()),
        DeliveryEnd::RetryAt(due_at, reason) => match outbox::put_back(group, id, due_at, 1)? {
            true => note_try(group, id, reason, now),
            false => Ok(()),
        },
        DeliveryEnd::Sent => match group.challenge(id)? {
            Some(challenge) => sent(group, &challenge, now),
            None => Ok(()),
        },
        DeliveryEnd::Failed(reason) => match group.challenge(id)? {
            Some(challenge) if challenge.get().is_queued() => failed(group, &challenge, reason, now),
            _ => Ok(()),
        },
    }
}

/// A try that failed, and after which another one follows.
fn note_try(group: &Group, id: ChallengeId, reason: DeliveryError, now: Timestamp) -> Result<()> {
    let Some(challenge) = group.challenge(id)? else { return Ok(()) };
    let mut row = challenge.change(Extent::Course);
    row.add_try(now, reason.as_str());
    row.delivered(DeliveryStatus::Queued, None, Some(reason));
    Ok(())
}

fn sent(group: &Group, challenge: &HeldChallenge, now: Timestamp) -> Result<()> {
    let id = challenge.get().shown.id;
    let queued_at = outbox::queued_at(group, id)?;
    outbox::leave(group, id)?;
    reports::sent(group, &challenge.get(), queued_at.map(|queued_at| now.since(queued_at)));
    challenge.change(Extent::Course).delivered(DeliveryStatus::Sent, Some(now), None);
    events::tell(group, challenge, EventKind::DeliverySent, now)
}

/// A message that never went out does not count against its recipient, or a wrong SMTP password
/// would lock out the very recipient it is being tested with. It was counted when it was queued: for a
/// challenge that is sent again, or whose recipient is told later, not at its mint.
fn failed(group: &Group, challenge: &HeldChallenge, reason: DeliveryError, now: Timestamp) -> Result<()> {
    let (id, tenant, recipient, cell) = {
        let row = challenge.get();
        (row.shown.id, row.tenant, row.recipient, row.cell)
    };
    let queued_at = outbox::queued_at(group, id)?;
    outbox::leave(group, id)?;
    group.count(cell, Counter::Failed(reason), 1);
    challenge.change(Extent::Course).delivered(DeliveryStatus::Failed, Some(now), Some(reason));
    let unsent = queued_at.filter(|_| reason != DeliveryError::Expired);
    if let Some((recipient, queued_at)) = recipient.zip(unsent) {
        forget_send(group, tenant, recipient, queued_at)?;
    }
    let row = challenge.get();
    // Masked; empty for a page that was never given one.
    let hint = Some(row.shown.to.as_deref().unwrap_or_default());
    let about = About { tenant: Some(tenant), challenge: Some(id), recipient: hint, ..About::default() };
    group.note(now, AuditEvent::DeliveryFailed, about)?;
    drop(row);
    events::tell(group, challenge, EventKind::DeliveryFailed, now)
}
