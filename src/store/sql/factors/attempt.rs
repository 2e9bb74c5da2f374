//! Deciding an answer to a factor.

use crate::domain::challenges::idempotency::RequestOutcome;
use crate::domain::factors::factor::{Factor, FactorProof, FactorStatus};
use crate::domain::factors::guard::Guard;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::IdentityIndex;
use crate::domain::webhooks::event::EventKind;
use crate::store::sql::challenges::idempotency;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::reports::CellKind;
use crate::store::sql::reports::counter::Counter;
use crate::store::sql::value::with;
use crate::store::{FactorAim, FactorAttempt, FactorDecision, FactorMatch};

use super::{hosted, recovery, rows};

/// What an answer turned out to be.
enum Answered {
    Right(FactorProof),
    UsedBefore,
    Wrong,
}

/// Decides an answer and remembers what it changed, unless the same request was decided before.
pub fn decide(group: &Group, attempt: &FactorAttempt) -> Result<FactorDecision> {
    let (on, once) = (&attempt.on, attempt.once.as_ref());
    if idempotency::is_taken(group, on.tenant, once, on.now)? {
        return Ok(FactorDecision::Repeated);
    }
    let decision = judge(group, attempt)?;
    let outcome = match (&decision, &attempt.aim) {
        (FactorDecision::Accepted(..), FactorAim::Confirm(_)) => {
            RequestOutcome::FactorConfirmed(on.handle.clone())
        }
        (FactorDecision::Accepted(_, proof), FactorAim::Check) => {
            RequestOutcome::FactorChecked(on.handle.clone(), proof.channel())
        }
        (FactorDecision::Mismatched { attempts_remaining }, _) => {
            RequestOutcome::Mismatched { attempts_remaining: *attempts_remaining }
        }
        _ => return Ok(decision),
    };
    idempotency::remember(group, on.tenant, once, outcome, on.now)?;
    Ok(decision)
}

/// Count, compare, consume.
fn judge(group: &Group, attempt: &FactorAttempt) -> Result<FactorDecision> {
    let FactorAttempt { on, aim, judge, .. } = attempt;
    let Some(factor) = rows::lock(group, on.tenant, &on.handle)? else { return Ok(FactorDecision::Unknown) };
    match (aim, factor.status()) {
        (FactorAim::Confirm(_), FactorStatus::Active) => return Ok(FactorDecision::AlreadyConfirmed),
        (FactorAim::Check, FactorStatus::Unconfirmed) => return Ok(FactorDecision::Unconfirmed),
        (FactorAim::Confirm(_), FactorStatus::Unconfirmed) | (FactorAim::Check, FactorStatus::Active) => {}
    }
    if let Some(until) = factor.guard.pause_at(on.now) {
        return Ok(FactorDecision::Paused(until));
    }
    if !judge.knows(&factor.secret) {
        return Ok(FactorDecision::Undecided);
    }
    if !judge.suits(&factor) {
        return Ok(FactorDecision::Unsuitable);
    }
    let guard = factor.guard.counted(on.now);
    let Some(compared) = judge.compare(&factor) else { return Ok(FactorDecision::Undecided) };
    let answered = consume(group, &factor, &compared.matching)?;
    match answered {
        Answered::Right(proof) => accept(group, &factor, (proof, compared.index), attempt),
        // It was no guess, and neither helps a guesser: somebody pressed twice. Only who knows the code learns that it
        // was right, and it stays refused.
        Answered::UsedBefore => Ok(FactorDecision::UsedBefore),
        Answered::Wrong => {
            refuse(group, &factor, guard, attempt)?;
            Ok(FactorDecision::Mismatched { attempts_remaining: guard.attempts_remaining() })
        }
    }
}

/// Consumes the first step that was not used before, or the recovery code.
fn consume(group: &Group, factor: &Factor, matching: &FactorMatch) -> Result<Answered> {
    Ok(match matching {
        FactorMatch::Steps(steps) => match steps.iter().find(|step| **step > factor.last_step) {
            Some(step) => Answered::Right(FactorProof::Step(*step)),
            None if steps.is_empty() => Answered::Wrong,
            None => Answered::UsedBefore,
        },
        FactorMatch::Recovery(hashes) => match recovery::spend(group, factor.id, hashes)? {
            Some(id) => Answered::Right(FactorProof::Recovery(id)),
            None => Answered::Wrong,
        },
    })
}

/// Records a right answer. The identity moves to its index under the present key.
fn accept(
    group: &Group,
    factor: &Factor,
    (proof, index): (FactorProof, IdentityIndex),
    attempt: &FactorAttempt,
) -> Result<FactorDecision> {
    let on = &attempt.on;
    let step = match proof {
        FactorProof::Step(step) => step,
        FactorProof::Recovery(_) => factor.last_step,
    };
    let guard = Guard::default();
    let revision = factor.revision + i64::from(matches!(attempt.aim, FactorAim::Confirm(_)));
    let sql = "UPDATE factors SET identity = ?2, confirmed_at = coalesce(confirmed_at, ?3), used_at = ?3, \
               last_step = ?4, in_a_row = ?5, paused_until = ?6, revision = ?7 WHERE id = ?1";
    group
        .change(sql, with![factor.id, &index, on.now, step, guard.in_a_row, guard.paused_until, revision])?;
    if let FactorAim::Confirm(codes) = &attempt.aim {
        recovery::add(group, (factor.tenant, factor.id), codes)?;
        rows::note(group, AuditEvent::FactorConfirmed, on)?;
    }
    let recovery_codes = match &attempt.aim {
        FactorAim::Confirm(codes) => codes.len() as i64,
        FactorAim::Check => recovery::left(group, factor.id)?,
    };
    let factor = Factor {
        confirmed_at: factor.confirmed_at.or(Some(on.now)),
        used_at: Some(on.now),
        last_step: step,
        guard,
        recovery_codes,
        revision,
        ..factor.clone()
    };
    let counter = match (&attempt.aim, proof) {
        (FactorAim::Confirm(_), _) => Counter::FactorConfirmed,
        (FactorAim::Check, FactorProof::Step(_)) => Counter::FactorChecked,
        (FactorAim::Check, FactorProof::Recovery(_)) => Counter::FactorRecovered,
    };
    kind(attempt).count(group, counter)?;
    if let Some(result) = attempt.result {
        hosted::add(&**group, &factor, step, result)?;
    }
    if let FactorAim::Confirm(_) = attempt.aim {
        rows::tell(group, EventKind::FactorConfirmed, &factor, on.now)?;
    }
    if let FactorProof::Recovery(_) = proof {
        rows::note(group, AuditEvent::RecoveryCodeUsed, on)?;
        rows::tell(group, EventKind::FactorRecovered, &factor, on.now)?;
    }
    Ok(FactorDecision::Accepted(Box::new(factor), proof))
}

/// Returns the kind in which an answer is counted.
fn kind(attempt: &FactorAttempt) -> CellKind<'_> {
    CellKind::of_factors(attempt.on.tenant, attempt.purpose.as_ref(), attempt.on.now)
}

/// Records a wrong answer.
fn refuse(group: &Group, factor: &Factor, guard: Guard, attempt: &FactorAttempt) -> Result<()> {
    let sql = "UPDATE factors SET in_a_row = ?2, paused_until = ?3 WHERE id = ?1";
    group.change(sql, with![factor.id, guard.in_a_row, guard.paused_until])?;
    kind(attempt).count(group, Counter::FactorMismatched)?;
    if guard.pause_at(attempt.on.now).is_none() {
        return Ok(());
    }
    kind(attempt).count(group, Counter::FactorPaused)?;
    rows::note(group, AuditEvent::FactorPaused, &attempt.on)?;
    let paused = Factor { guard, ..factor.clone() };
    rows::tell(group, EventKind::FactorPaused, &paused, attempt.on.now)
}
