//! Challenges whose pages ask for the recipient.
//!
//! Such a challenge is pending and has neither recipient nor code until its page is given a
//! recipient. Every recipient gets a fresh code, because a code that was sent to one recipient
//! proves nothing about another.

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::fallback::Fallback;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::policy::SendPolicy;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::deliveries::kept::{self, EndedDelivery};
use crate::store::sql::deliveries::outbox;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldChallenge;
use crate::store::sql::needs::Needs;
use crate::store::sql::phone::Guard;
use crate::store::sql::reports::{CellKind, Opened, counter::Counter, counts::CellId};
use crate::store::sql::rows::Extent;
use crate::store::sql::store::SqlStore;
use crate::store::{AskingStore, ClaimedDelivery, Issued, NewRecipient, Verb, Withdrawn};

use super::end;
use super::fallbacks;
use super::limited_counters::{self, LimitedCounters};
use super::open;

impl<E: Engine> AskingStore for SqlStore<E> {
    fn withdraw_recipient(
        &self,
        tenant: TenantId,
        id: ChallengeId,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, Withdrawn> {
        self.write_held(Needs::challenge(id), move |group| withdraw(group, (tenant, id), &by, now))
    }
}

/// Gives a challenge its recipient and its code. Every refusal comes before the first change.
pub fn give(group: &Group, new: &NewRecipient) -> Result<Issued> {
    let owner = (new.binding.tenant, new.binding.challenge);
    let Some(challenge) = group.challenge_of(owner.0, owner.1)? else { return Ok(Issued::Unknown) };
    match challenge.get().shown.standing.status_at(new.now) {
        ChallengeStatus::Pending => {}
        status => return Ok(Issued::Ended(status)),
    }
    if challenge.get().recipient.is_some() {
        return Ok(Issued::Already);
    }
    let guard = Guard::of_first(group, &new.binding, new.phone.as_deref())?;
    let hit = {
        let row = challenge.get();
        let kind = kind_of(new, &row.shown);
        open::refused(group, guard.as_ref(), &kind, new.now)?
    };
    if let Some(hit) = hit {
        return Ok(Issued::Limited(hit));
    }
    let indexes = (new.binding.recipient, new.other_indexes.as_slice());
    let counters = LimitedCounters::gathered(group, owner.0, indexes, new.limits.as_deref(), new.now)?;
    let counters = counters.with_all_of(group, new.mailbox.overall.as_ref(), new.now)?;
    if let Some(hit) = counters.record_send(new.now, Some(owner.1)) {
        return Ok(Issued::Limited(hit));
    }
    if let Some(guard) = guard {
        guard.record(group, Opened::Minted, new.now)?;
    }
    let cell = {
        let row = challenge.get();
        kind_of(new, &row.shown).move_mint(row.cell, group)?
    };
    take(&challenge, new, cell);
    let row = challenge.get();
    if row.sends > 1 {
        group.count(cell, Counter::Resent, 1);
    }
    outbox::queue(group, owner, new.now)?;
    let (tenant, id) = (Some(owner.0), Some(owner.1));
    let recipient = Some(new.hint.as_str());
    let about = About { tenant, challenge: id, recipient, by: Some(&new.by), ..About::default() };
    group.note(new.now, AuditEvent::RecipientGiven, about)?;
    Ok(Issued::Queued(ClaimedDelivery {
        challenge: owner.1,
        tenant: owner.0,
        channel: row.shown.channel,
        purpose: row.shown.purpose.clone(),
        payload: new.payload.clone(),
        expires_at: new.expires_at,
        queued_at: new.now,
        sends: row.sends,
        tries: 0,
        unconfirmed: 0,
    }))
}

/// Returns the kind of the challenge with its recipient.
fn kind_of<'a>(new: &'a NewRecipient, shown: &'a Challenge) -> CellKind<'a> {
    let owner = (new.binding.tenant, new.binding.challenge);
    CellKind::of(owner, &shown.purpose, new.binding.channel, &shown.details, &new.domain)
}

/// Copies the recipient and its code into the challenge.
fn take(challenge: &HeldChallenge, new: &NewRecipient, cell: CellId) {
    let mut row = challenge.change(Extent::Everything);
    let sends = row.sends.saturating_add(1);
    row.has_sent(sends);
    let policy = SendPolicy { max_sends: row.shown.max_sends, cooldowns: new.cooldowns.clone() };
    row.shown.resend_at = policy.resend_at(sends, new.now);
    row.shown.to = Some(new.hint.clone());
    row.shown.channel = new.binding.channel;
    (row.bound_channel, row.fallback) = (None, new.fallback.clone());
    row.shown.standing.expires_at = new.expires_at;
    row.shown.delivery = Some(DeliveryStatus::Queued);
    row.recipient = Some(new.binding.recipient);
    row.code_key = new.code_key;
    row.code_hash = Some(new.code_hash);
    row.payload = Some(new.payload.clone());
    row.cell = cell;
    row.trace = new.phone.as_ref().map(|send| send.trace.clone());
    row.country = new.country;
    (row.overall, row.spelling) = (new.mailbox.present(), new.mailbox.spelling.kept());
    row.space = new.space;
}

fn withdraw(
    group: &Group,
    (tenant, id): (TenantId, ChallengeId),
    by: &Actor,
    now: Timestamp,
) -> Result<Withdrawn> {
    let found = group.challenge_of(tenant, id)?;
    let Some(challenge) = found.filter(|held| held.get().shown.details.asks().is_some()) else {
        return Ok(Withdrawn::Unknown);
    };
    match challenge.get().shown.standing.status_at(now) {
        ChallengeStatus::Pending => {}
        status => return Ok(Withdrawn::Ended(status)),
    }
    let Some(recipient) = challenge.get().recipient else { return Ok(Withdrawn::Already) };
    if challenge.get().shown.sends_remaining == 0 {
        return Ok(Withdrawn::Spent);
    }
    // Otherwise the delivery's outcome would be recorded for the next recipient's message.
    if outbox::is_under_way(group, id)? {
        return Ok(Withdrawn::UnderWay);
    }
    end::uncount_unsent(group, &challenge)?;
    limited_counters::forget_challenge(group, tenant, recipient, id)?;
    if challenge.get().is_queued() {
        if let Some(queued) = outbox::take(group, id)? {
            let canceled = EndedDelivery::failed(DeliveryError::Canceled, now);
            kept::keep(group, &challenge.get(), &queued, canceled, None)?;
        }
        group.count(challenge.get().cell, Counter::Failed(DeliveryError::Canceled), 1);
    }
    fallbacks::cancel(&**group, &challenge.get())?;
    let former = challenge.get().shown.to.clone();
    let mut row = challenge.change(Extent::Everything);
    (row.recipient, row.code_hash, row.trace, row.country) = (None, None, None, None);
    (row.overall, row.spelling) = (None, None);
    row.fallback = Fallback::default();
    let Challenge { to, resend_at, delivery, delivery_at, delivery_error, .. } = &mut row.shown;
    (*to, *resend_at, *delivery, *delivery_at, *delivery_error) = (None, None, None, None, None);
    let about = About { challenge: Some(id), recipient: former.as_deref(), ..About::tenant(tenant, by) };
    group.note(now, AuditEvent::RecipientWithdrawn, about)?;
    Ok(Withdrawn::Withdrawn)
}
