//! Challenges whose code may follow over another channel, and when.

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::fallback::{Fallback, LEAST_LEFT};
use crate::domain::id::ChallengeId;
use crate::domain::time::Timestamp;
use crate::store::DueFallback;
use crate::store::sql::dialect::lock_free;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldChallenge;
use crate::store::sql::rows::ChallengeRow;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// After its message was sent: the next one follows after its pause.
pub fn after_sent(group: &Group, challenge: &HeldChallenge, now: Timestamp) -> Result<()> {
    let pause = challenge.get().fallback.next().map(|hop| hop.after);
    pause.map_or(Ok(()), |pause| schedule(group, &challenge.get(), now + pause, now))
}

/// After its message failed: the next one follows at once.
pub fn after_failure(group: &Group, challenge: &HeldChallenge, now: Timestamp) -> Result<()> {
    match challenge.get().fallback.is_empty() {
        true => Ok(()),
        false => schedule(group, &challenge.get(), now, now),
    }
}

/// Nothing follows: the message has arrived, another one is on its way, or the challenge has ended.
pub fn cancel(tx: &dyn Tx, challenge: &ChallengeRow) -> Result<()> {
    if challenge.fallback.is_empty() {
        return Ok(());
    }
    tx.later("DELETE FROM fallbacks WHERE challenge = ?1", with![challenge.shown.id])
}

fn schedule(tx: &dyn Tx, challenge: &ChallengeRow, due_at: Timestamp, now: Timestamp) -> Result<()> {
    let shown = &challenge.shown;
    let is_pending = shown.standing.status_at(now) == ChallengeStatus::Pending;
    if !is_pending || shown.sends_remaining == 0 || !is_in_time(shown.standing.expires_at, due_at) {
        return Ok(());
    }
    cancel(tx, challenge)?;
    let sql = "INSERT INTO fallbacks (challenge, tenant, due_at) VALUES (?1, ?2, ?3)";
    tx.later(sql, with![shown.id, challenge.tenant, due_at])
}

/// Returns whether a code that expires then has enough time left at `now` to follow.
pub fn is_in_time(expires_at: Timestamp, now: Timestamp) -> bool {
    expires_at.since(now) >= LEAST_LEFT
}

/// Returns whether anything is due.
pub fn is_due(tx: &dyn Tx, now: Timestamp) -> Result<bool> {
    tx.has("SELECT 1 FROM fallbacks WHERE due_at <= ?1 LIMIT 1", with![now])
}

/// Returns at most `limit` challenges that are due, the longest waiting first. They are due again at
/// `again`, unless the caller has done something about them by then.
pub fn claim(group: &Group, now: Timestamp, again: Timestamp, limit: usize) -> Result<Vec<DueFallback>> {
    let sql = concat!(
        "SELECT f.challenge, f.tenant, c.fallback FROM fallbacks f JOIN challenges c ON c.id = f.challenge \
         WHERE f.due_at <= ?1 ORDER BY f.due_at, f.challenge LIMIT ?2 ",
        lock_free!(f)
    );
    let due = group.all(sql, with![now, limit], |row| {
        let (challenge, tenant) = (row.get()?, row.get()?);
        let fallback = row.maybe_word(Fallback::parse)?.unwrap_or_default();
        Ok(DueFallback { tenant, challenge, fallback })
    })?;
    for found in &due {
        let sql = "UPDATE fallbacks SET due_at = ?2 WHERE challenge = ?1";
        group.later(sql, with![found.challenge, again])?;
    }
    Ok(due)
}

/// Gives up a fallback for which there is no way.
pub fn drop(tx: &dyn Tx, challenge: ChallengeId) -> Result<()> {
    tx.later("DELETE FROM fallbacks WHERE challenge = ?1", with![challenge])
}
