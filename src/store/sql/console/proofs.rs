//! Proofs of an operator's secrets: what they are worth, and the wrong codes that lock an account.

use crate::domain::operator::OperatorName;
use crate::domain::reports::actor::{Actor, Author};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::value::with;
use crate::store::{Proof, ShownCode};

use super::{sessions, sign_ins};

/// What the store knows of the operator of a proof.
struct Present {
    name: OperatorName,
    generation: i64,
    /// The last step whose code was accepted.
    step: i64,
    in_a_row: u32,
}

/// Consumes a proof and returns the operator's name, unless the account is locked, the secrets are not the ones
/// that were checked, or the code is wrong or of a step that was accepted before.
pub fn take(group: &Group, proof: &Proof, now: Timestamp) -> Result<Option<OperatorName>> {
    let sql = "SELECT name, generation, totp_step, in_a_row FROM operators WHERE id = ?1";
    let found = group.first(sql, with![proof.operator], |row| {
        Ok(Present {
            name: row.word(OperatorName::parse)?,
            generation: row.get()?,
            step: row.get()?,
            in_a_row: row.get()?,
        })
    })?;
    let Some(present) = found else { return Ok(None) };
    let is_locked = present.in_a_row >= proof.locked_after;
    if is_locked || present.generation != proof.generation {
        refuse(group, &present, proof, now)?;
        return Ok(None);
    }
    match proof.code {
        ShownCode::NotNeeded => {}
        ShownCode::Right(step) if as_stored(step) > present.step => {
            let sql = "UPDATE operators SET totp_step = ?2, in_a_row = 0 WHERE id = ?1";
            group.later(sql, with![proof.operator, as_stored(step)])?;
        }
        // A code that was used before lets nobody in, and is no guess.
        ShownCode::Right(_) => {
            refuse(group, &present, proof, now)?;
            return Ok(None);
        }
        ShownCode::Wrong => {
            refuse(group, &present, proof, now)?;
            count_wrong_code(group, &present, proof, now)?;
            return Ok(None);
        }
    }
    sign_ins::take_back(&**group, &proof.counted)?;
    Ok(Some(present.name))
}

/// Counts a wrong code. The last one locks the account, and ends its sessions: whoever typed the codes knows the
/// password, and may have one of them.
fn count_wrong_code(group: &Group, present: &Present, proof: &Proof, now: Timestamp) -> Result<()> {
    let sql = "UPDATE operators SET in_a_row = in_a_row + 1 WHERE id = ?1";
    group.later(sql, with![proof.operator])?;
    if present.in_a_row + 1 >= proof.locked_after {
        sessions::end_others(&**group, proof.operator, None)?;
        note(group, AuditEvent::OperatorLocked, (present, proof), now)?;
    }
    Ok(())
}

fn refuse(group: &Group, present: &Present, proof: &Proof, now: Timestamp) -> Result<()> {
    note(group, AuditEvent::OperatorRefused, (present, proof), now)
}

/// Records what was done to the account by somebody who has not proved to be its operator.
fn note(
    group: &Group,
    event: AuditEvent,
    (present, proof): (&Present, &Proof),
    now: Timestamp,
) -> Result<()> {
    let account = Author::Operator(present.name.clone());
    let account = account.word();
    let by = Actor::at(proof.client_ip);
    group.note(now, event, About { object: account.as_deref(), ..About::by(&by) })
}

fn as_stored(step: u64) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}
