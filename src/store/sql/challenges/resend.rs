//! Sending a code again, with the same deadline and the same attempts.

use std::cell::Ref;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::policy::SendPolicy;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{RecipientIndex, Sealed};
use crate::store::sql::audit::About;
use crate::store::sql::deliveries::outbox;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldChallenge;
use crate::store::sql::phone::Guard;
use crate::store::sql::reports::{Opened, counter::Counter};
use crate::store::sql::rows::{ChallengeRow, Extent};
use crate::store::{ClaimedDelivery, Issued, Resend, Switch, SwitchCause};

use super::fallbacks;
use super::limited_counters::LimitedCounters;

/// Sends a code again, unless something prevents it. Every refusal comes before the first change.
pub fn resend(group: &Group, resend: &Resend) -> Result<Issued> {
    send(group, resend, Pause::Kept, None)
}

/// Sends a code over another channel.
pub fn switch(group: &Group, switch: &Switch) -> Result<Issued> {
    let pause = match switch.cause {
        SwitchCause::Asked => Pause::Kept,
        SwitchCause::Fallback => Pause::Skipped,
    };
    send(group, &switch.resend, pause, Some(switch.channel))
}

/// What the pause between two messages means for this one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// It must have passed.
    Kept,
    /// The server itself decided that it is time; there must be enough left.
    Skipped,
}

fn send(group: &Group, resend: &Resend, pause: Pause, channel: Option<ChannelKind>) -> Result<Issued> {
    let Some(challenge) = group.challenge_of(resend.tenant, resend.challenge)? else {
        return Ok(Issued::Unknown);
    };
    let (recipient, payload) = match sendable(challenge.get(), resend, pause) {
        Ok(found) => found,
        Err(refused) => return Ok(*refused),
    };
    let guard = guard(group, &challenge.get(), resend, channel)?;
    if let Some(guard) = &guard
        && let Some(hit) = guard.check(group, resend.now)?
    {
        group.count(challenge.get().cell, Counter::Refused, 1);
        return Ok(Issued::Limited(hit));
    }
    let counters = LimitedCounters::of(group, resend.tenant, recipient, resend.limits.as_deref())?;
    let counters = counters.with_overall(group, challenge.get().overall)?;
    if let Some(hit) = counters.record_send(resend.now, None) {
        return Ok(Issued::Limited(hit));
    }
    if let Some(guard) = guard {
        let is_relayed = challenge.get().shown.standing.is_relayed();
        guard.record(group, if is_relayed { Opened::Relayed } else { Opened::Minted }, resend.now)?;
    }
    fallbacks::cancel(&**group, &challenge.get())?;
    requeue(&challenge, resend, channel);
    let row = challenge.get();
    outbox::queue(group, (resend.tenant, resend.challenge), resend.now)?;
    group.count(row.cell, Counter::Resent, 1);
    let about = About {
        tenant: Some(resend.tenant),
        challenge: Some(resend.challenge),
        recipient: row.shown.to.as_deref(),
        by: Some(&resend.by),
        ..About::default()
    };
    group.note(resend.now, AuditEvent::Resent, about)?;
    Ok(Issued::Queued(ClaimedDelivery {
        challenge: resend.challenge,
        tenant: resend.tenant,
        channel: row.shown.channel,
        purpose: row.shown.purpose.clone(),
        payload,
        expires_at: row.shown.standing.expires_at,
        queued_at: resend.now,
        sends: row.sends,
        tries: 0,
        unconfirmed: 0,
    }))
}

/// Returns what the message is checked against, if it goes to a phone number.
fn guard<'a>(
    group: &Group,
    row: &ChallengeRow,
    resend: &'a Resend,
    channel: Option<ChannelKind>,
) -> Result<Option<Guard<'a>>> {
    let way = (resend.tenant, channel.unwrap_or(row.shown.channel));
    let guarded = row.trace.as_ref().zip(resend.phone.as_deref());
    guarded.map(|(trace, again)| Guard::of_another(group, way, trace, again)).transpose()
}

/// Returns the recipient and the message, unless the challenge itself prevents sending.
fn sendable(
    row: Ref<ChallengeRow>,
    resend: &Resend,
    pause: Pause,
) -> Result<(RecipientIndex, Sealed), Box<Issued>> {
    let shown = &row.shown;
    let status = shown.standing.status_at(resend.now);
    if status != ChallengeStatus::Pending {
        return Err(Box::new(Issued::Ended(status)));
    }
    let Some((recipient, payload)) = row.recipient.zip(row.payload.as_ref()) else {
        return Err(Box::new(Issued::NoRecipient));
    };
    if shown.channel == ChannelKind::None {
        return Err(Box::new(Issued::Undeliverable));
    }
    if shown.sends_remaining == 0 {
        return Err(Box::new(Issued::Spent));
    }
    if row.is_queued() {
        return Err(Box::new(Issued::UnderWay));
    }
    if pause == Pause::Skipped && !fallbacks::is_in_time(shown.standing.expires_at, resend.now) {
        return Err(Box::new(Issued::Spent));
    }
    let wait = shown.resend_at.map(|at| at.since(resend.now)).filter(|wait| !wait.is_zero());
    match wait.filter(|_| pause == Pause::Kept) {
        Some(retry_after) => {
            Err(Box::new(Issued::Limited(LimitHit { limit: Limit::ResendCooldown, retry_after })))
        }
        None => Ok((recipient, payload.clone())),
    }
}

/// Records that the message is queued again.
fn requeue(challenge: &HeldChallenge, resend: &Resend, channel: Option<ChannelKind>) {
    let extent = if channel.is_some() { Extent::Everything } else { Extent::Course };
    let mut row = challenge.change(extent);
    if let Some(channel) = channel {
        row.move_to(channel);
    }
    let sends = row.sends.saturating_add(1);
    row.has_sent(sends);
    let policy = SendPolicy { max_sends: row.shown.max_sends, cooldowns: resend.cooldowns.clone() };
    row.shown.resend_at = policy.resend_at(sends, resend.now);
    row.delivered(DeliveryStatus::Queued, None, None);
}
