//! Deciding an answer.

use std::rc::Rc;
use std::sync::Arc;

use crate::domain::challenges::challenge::{Binding, ChallengeStatus, Standing};
use crate::domain::challenges::idempotency::RequestOutcome;
use crate::domain::limits::counters::Allowance;
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::policy::GrantedLimits;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::Sealed;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::webhooks::event::EventKind;
use crate::store::sql::audit::About;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldChallenge;
use crate::store::sql::phone;
use crate::store::sql::reports::counter::Counter;
use crate::store::sql::rows::{ChallengeRow, ExpectedCode, Extent, Owner};
use crate::store::sql::webhooks::events;
use crate::store::{Attempt, Decision, Target, Verified};

use super::end::end;
use super::limited_counters::LimitedCounters;
use super::{guesses, idempotency, results, target};

/// The result of the judge's rate check, if it was already made. The check takes from a rate, so it
/// must not be repeated when a transaction is run again.
pub type RateCheck = Option<Result<(), LimitHit>>;

/// Decides an answer and remembers what it changed, unless the same request was decided before.
pub fn decide(group: &Group, attempt: &Attempt, rate_check: &mut RateCheck) -> Result<Decision> {
    let Some((tenant, once)) = attempt.tenant.zip(attempt.once.as_ref()) else {
        return judge(group, attempt, rate_check);
    };
    if idempotency::is_taken(group, tenant, Some(once), attempt.now)? {
        return Ok(Decision::Repeated);
    }
    let decision = judge(group, attempt, rate_check)?;
    let outcome = match &decision {
        Decision::Verified(verified) => RequestOutcome::Verified(verified.binding.challenge),
        Decision::Mismatched { attempts_remaining } => {
            RequestOutcome::Mismatched { attempts_remaining: *attempts_remaining }
        }
        Decision::Ended(_)
        | Decision::Unknown
        | Decision::NoRecipient
        | Decision::Limited(_)
        | Decision::Repeated
        | Decision::Undecided => {
            return Ok(decision);
        }
    };
    idempotency::remember(group, tenant, Some(once), outcome, attempt.now)?;
    Ok(decision)
}

/// Count, compare, consume.
fn judge(group: &Group, attempt: &Attempt, rate_check: &mut RateCheck) -> Result<Decision> {
    let Some(challenge) = target::find(group, attempt)? else { return Ok(Decision::Unknown) };
    let (tenant, standing) = (challenge.get().tenant, challenge.get().shown.standing);
    let owner = group.owner(tenant)?.filter(|owner| owner.is_active);
    let Some(owner) = owner.filter(|_| attempt.tenant.is_none_or(|asking| asking == tenant)) else {
        return Ok(Decision::Unknown);
    };
    // Whoever has made a relayed code checks it.
    if standing.is_relayed() {
        return Ok(Decision::Unknown);
    }
    let status = standing.status_at(attempt.now);
    if status != ChallengeStatus::Pending {
        return Ok(Decision::Ended(status));
    }
    let expected = challenge.get().expected_code();
    let Some(expected) = expected.filter(|_| is_for_current_recipient(&challenge.get(), &attempt.target))
    else {
        return Ok(Decision::NoRecipient);
    };
    if !attempt.judge.knows(expected.code_key) {
        return Ok(Decision::Undecided);
    }
    if let Err(hit) = *rate_check.get_or_insert_with(|| attempt.judge.admit(tenant, &owner.granted)) {
        return Ok(Decision::Limited(hit));
    }
    let Some(standing) = standing.cut_to(owner.cut(attempt.device, attempt.now)) else {
        return exhaust(group, &challenge, attempt);
    };
    let limits = limits(&challenge.get(), &owner.granted, attempt);
    let counters = LimitedCounters::of(group, tenant, expected.binding.recipient, limits.as_deref())?;
    let counters = counters.on(standing.device(attempt.device));
    match counters.begin_answer(attempt.now) {
        Ok(allowance) => {
            let answered = Answered { challenge, owner, expected, counters, allowance };
            evaluate(group, answered, standing, attempt)
        }
        Err(hit) => Ok(Decision::Limited(hit)),
    }
}

/// A challenge whose answer is evaluated.
struct Answered<'a> {
    challenge: HeldChallenge,
    owner: Rc<Owner>,
    expected: ExpectedCode,
    counters: LimitedCounters<'a>,
    allowance: Allowance,
}

/// Counts an answer, compares it, and consumes the challenge if it is right.
fn evaluate(group: &Group, answered: Answered, standing: Standing, attempt: &Attempt) -> Result<Decision> {
    let Answered { challenge, owner, expected, counters, allowance } = answered;
    let standing = standing.counted();
    challenge.change(Extent::Course).shown.standing = standing;
    let hash = attempt.judge.hash(expected.code_key, &expected.binding);
    let is_right = hash.is_some_and(|hash| hash == expected.code_hash);
    let standing = standing.compared(is_right);
    let guess = (standing, counters.earlier_failures(attempt.now));
    let counted = guesses::count(group, &challenge.get(), guess);
    let message = record(group, &challenge, standing, attempt)?;
    if is_right {
        counters.record_success(allowance, attempt.now);
        return verified(group, &challenge, (expected.binding, owner.handle.clone(), message), attempt);
    }
    attempt.judge.missed(expected.binding.tenant, counted.luck);
    if counters.record_failure(allowance, attempt.now) {
        note(group, &challenge, AuditEvent::LockedOut, attempt)?;
        events::queue_event(group, &challenge, EventKind::RecipientLockedOut, attempt.now)?;
    }
    Ok(Decision::Mismatched { attempts_remaining: standing.attempts_remaining() })
}

/// Ends a challenge that has had more answers than are evaluated at present.
fn exhaust(group: &Group, challenge: &HeldChallenge, attempt: &Attempt) -> Result<Decision> {
    guesses::count_cut(group, &challenge.get());
    note(group, challenge, AuditEvent::Exhausted, attempt)?;
    end(group, challenge, ChallengeStatus::Exhausted, attempt.now)?;
    events::queue_event(group, challenge, EventKind::ChallengeExhausted, attempt.now)?;
    Ok(Decision::Ended(ChallengeStatus::Exhausted))
}

/// Records the standing of a challenge after an answer. Returns its message if the challenge ends.
fn record(
    group: &Group,
    challenge: &HeldChallenge,
    standing: Standing,
    attempt: &Attempt,
) -> Result<Option<Sealed>> {
    if standing.status != ChallengeStatus::Verified {
        group.count(challenge.get().cell, Counter::Mismatched, 1);
    }
    let (event, webhook_event) = match standing.status {
        ChallengeStatus::Verified => (AuditEvent::Verified, EventKind::ChallengeVerified),
        ChallengeStatus::Exhausted => (AuditEvent::Exhausted, EventKind::ChallengeExhausted),
        _ => {
            note(group, challenge, AuditEvent::Mismatched, attempt)?;
            return Ok(None);
        }
    };
    note(group, challenge, event, attempt)?;
    if standing.status == ChallengeStatus::Verified {
        phone::verified(group, &challenge.get(), attempt.now)?;
    }
    let message = end(group, challenge, standing.status, attempt.now)?;
    events::queue_event(group, challenge, webhook_event, attempt.now)?;
    Ok(message)
}

/// Returns the decision for a verified challenge, in its current state.
fn verified(
    group: &Group,
    challenge: &HeldChallenge,
    (binding, tenant, message): (Binding, TenantHandle, Option<Sealed>),
    attempt: &Attempt,
) -> Result<Decision> {
    if let Target::Hosted(_, result) = &attempt.target {
        results::add(group, binding.tenant, binding.challenge, result)?;
    }
    let challenge = challenge.get().shown.clone();
    // A challenge with a secret always has a message.
    let Some(payload) = message else { return Ok(Decision::Unknown) };
    Ok(Decision::Verified(Box::new(Verified { challenge, tenant, binding, payload })))
}

/// Returns whether a result was prepared for the challenge's current recipient, who may have been
/// replaced since.
fn is_for_current_recipient(challenge: &ChallengeRow, target: &Target) -> bool {
    match target {
        Target::Hosted(_, result) => challenge.payload.as_ref() == Some(&result.message),
        Target::Challenge(_) | Target::Held(..) | Target::Latest(..) => true,
    }
}

/// Returns the operator's limits for this tenant, with the tenant's own as they were at the mint.
fn limits(
    challenge: &ChallengeRow,
    granted: &GrantedLimits,
    attempt: &Attempt,
) -> Option<Arc<RecipientLimits>> {
    let limits = granted.over(attempt.limits.as_ref()?);
    Some(match challenge.own_failures {
        None => limits,
        own_failures => Arc::new(RecipientLimits { own_failures, ..RecipientLimits::clone(&limits) }),
    })
}

fn note(group: &Group, challenge: &HeldChallenge, event: AuditEvent, attempt: &Attempt) -> Result<()> {
    let row = challenge.get();
    let about = About {
        tenant: Some(row.tenant),
        challenge: Some(row.shown.id),
        recipient: row.shown.to.as_deref(),
        by: Some(&attempt.by),
        ..About::default()
    };
    group.note(attempt.now, event, about)
}
