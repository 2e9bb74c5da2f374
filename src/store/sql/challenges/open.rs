//! Opening challenges, with a recipient or for a page that asks for one.

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus, Standing};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::fallback::Fallback;
use crate::domain::challenges::former::Former;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::id::ChallengeId;
use crate::domain::limits::limit::LimitHit;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::reports::statistics::NONE;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::{EventKind, EventKinds};
use crate::store::sql::audit::About;
use crate::store::sql::deliveries::outbox;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::phone::Guard;
use crate::store::sql::reports::{CellKind, Opened, counts::CellId};
use crate::store::sql::rows::ChallengeRow;
use crate::store::sql::webhooks::events;
use crate::store::{Issued, OpenAsking, OpenChallenge};

use super::limited_counters::LimitedCounters;
use super::mint_cap::CappedMints;
use super::subjects::SubjectCounters;
use super::{end, former};

/// Opens a challenge. Every refusal comes before the first change.
pub fn open(group: &Group, new: &OpenChallenge) -> Result<Issued> {
    let binding = &new.binding;
    let owner = (binding.tenant, binding.challenge);
    let former = former::find(group, new)?;
    if former.is_some() && new.former == Former::Prevents {
        return Ok(Issued::Pending);
    }
    let mints = CappedMints::of(group, owner.0, new.cap)?;
    if let Some(hit) = mints.check(group, owner.0, new.now)? {
        return Ok(Issued::Limited(hit));
    }
    let kind = CellKind::of(owner, &binding.purpose, binding.channel, &new.details, &new.domain);
    let guard = Guard::of_first(group, binding, new.phone.as_deref())?;
    if let Some(hit) = refused(group, guard.as_ref(), &kind, new.now)? {
        return Ok(Issued::Limited(hit));
    }
    let subjects = SubjectCounters::of(group, binding.tenant, &new.subjects, new.now)?;
    if let Some(refusal) = subjects.refused() {
        return Ok(refusal);
    }
    let indexes = (binding.recipient, new.other_indexes.as_slice());
    let counters = LimitedCounters::gathered(group, binding.tenant, indexes, new.limits.as_deref(), new.now)?;
    let counters = counters.with_all_of(group, new.mailbox.overall.as_ref(), new.now)?.on(new.device);
    // A relayed code must not be found by its recipient, nor hide one that can be answered.
    let is_relayed = new.code_hash.is_none();
    if let Some(hit) = counters.record_send(new.now, (!is_relayed).then_some(binding.challenge)) {
        return Ok(Issued::Limited(hit));
    }
    subjects.record(group, binding.challenge, (&new.by, new.events))?;
    mints.record(new.now);
    let opened = if is_relayed { Opened::Relayed } else { Opened::Minted };
    if let Some(guard) = guard {
        guard.record(group, opened, new.now)?;
    }
    if let Some(former) = former {
        end::cancel_held(group, &former, (&new.by, new.events), new.now)?;
    }
    let cell = kind.open(group, opened)?;
    group.add_challenge(row(new, cell));
    if binding.channel != ChannelKind::None {
        outbox::queue(group, owner, new.now)?;
    }
    let recipient = Some(new.recipient_hint.as_str());
    let (tenant, challenge) = (Some(owner.0), Some(owner.1));
    let about = About { tenant, challenge, recipient, by: Some(&new.by), ..About::default() };
    group.note(new.now, if is_relayed { AuditEvent::Relayed } else { AuditEvent::Minted }, about)?;
    if !is_relayed {
        tell_created(group, owner.1, new.events, new.now)?;
    }
    Ok(Issued::Opened)
}

/// Returns the refusal by a rule against toll fraud, if there is one, and counts it.
pub fn refused(
    group: &Group,
    guard: Option<&Guard>,
    kind: &CellKind,
    now: Timestamp,
) -> Result<Option<LimitHit>> {
    let Some(guard) = guard else { return Ok(None) };
    let hit = guard.check(group, now)?;
    if hit.is_some() {
        kind.refuse(group)?;
    }
    Ok(hit)
}

/// Opens a challenge without a recipient.
pub fn open_asking(group: &Group, new: &OpenAsking) -> Result<Issued> {
    let owner = (new.tenant, new.challenge);
    let mints = CappedMints::of(group, owner.0, new.cap)?;
    if let Some(hit) = mints.check(group, owner.0, new.now)? {
        return Ok(Issued::Limited(hit));
    }
    let subjects = SubjectCounters::of(group, new.tenant, &new.subjects, new.now)?;
    if let Some(refusal) = subjects.refused() {
        return Ok(refusal);
    }
    subjects.record(group, new.challenge, (&new.by, new.events))?;
    mints.record(new.now);
    let cell = CellKind::of(owner, &new.purpose, new.channel, &new.details, NONE);
    let cell = cell.open(group, Opened::Minted)?;
    group.add_challenge(asking_row(new, cell));
    let (tenant, challenge) = (Some(new.tenant), Some(new.challenge));
    let about = About { tenant, challenge, by: Some(&new.by), ..About::default() };
    group.note(new.now, AuditEvent::Minted, about)?;
    tell_created(group, new.challenge, new.events, new.now)?;
    Ok(Issued::Opened)
}

/// Queues the event of a challenge that was just added.
fn tell_created(group: &Group, id: ChallengeId, wanted: EventKinds, now: Timestamp) -> Result<()> {
    let kind = EventKind::ChallengeCreated;
    match wanted.has(kind).then(|| group.challenge(id)).transpose()?.flatten() {
        Some(challenge) => events::queue_event(group, &challenge, kind, now),
        None => Ok(()),
    }
}

fn row(new: &OpenChallenge, cell: CellId) -> ChallengeRow {
    let is_delivered = new.binding.channel != ChannelKind::None;
    let shown = Challenge {
        id: new.binding.challenge,
        purpose: new.binding.purpose.clone(),
        channel: new.binding.channel,
        to: Some(new.recipient_hint.clone()),
        standing: pending(new.max_attempts, new.expires_at),
        max_sends: new.sends.max_sends,
        sends_remaining: new.sends.max_sends.saturating_sub(1),
        resend_at: new.sends.resend_at(1, new.now),
        details: new.details.clone(),
        delivery: is_delivered.then_some(DeliveryStatus::Queued),
        delivery_at: None,
        delivery_error: None,
    };
    ChallengeRow {
        shown,
        tenant: new.binding.tenant,
        sends: 1,
        recipient: Some(new.binding.recipient),
        code_key: new.code_key,
        code_hash: new.code_hash,
        payload: Some(new.payload.clone()),
        own_failures: new.limits.as_ref().and_then(|limits| limits.own_failures),
        cell,
        bound_channel: None,
        fallback: new.fallback.clone(),
        trace: new.phone.as_ref().map(|send| send.trace.clone()),
        country: new.country,
        overall: new.mailbox.present(),
        spelling: new.mailbox.spelling.kept(),
        space: new.space,
    }
}

fn asking_row(new: &OpenAsking, cell: CellId) -> ChallengeRow {
    let shown = Challenge {
        id: new.challenge,
        purpose: new.purpose.clone(),
        channel: new.channel,
        to: None,
        standing: pending(new.max_attempts, new.expires_at),
        max_sends: new.max_sends,
        sends_remaining: new.max_sends,
        resend_at: None,
        details: new.details.clone(),
        delivery: None,
        delivery_at: None,
        delivery_error: None,
    };
    ChallengeRow {
        shown,
        tenant: new.tenant,
        sends: 0,
        recipient: None,
        code_key: 0,
        code_hash: None,
        payload: Some(new.payload.clone()),
        own_failures: new.own_failures,
        cell,
        bound_channel: None,
        fallback: Fallback::default(),
        trace: None,
        country: None,
        overall: None,
        spelling: None,
        space: 0,
    }
}

fn pending(max_attempts: u8, expires_at: Timestamp) -> Standing {
    Standing { status: ChallengeStatus::Pending, attempts: 0, max_attempts, expires_at }
}
