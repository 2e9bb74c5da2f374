//! Sweeping: erases challenges that have ended and deletes rows past their retention, a few at a time.

use std::time::Duration;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::id::ChallengeId;
use crate::domain::reports::statistics::Day;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::reports;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::sql::webhooks::events;
use crate::store::{Retention, Swept};

use super::cursor::Cursor;
use super::end::end;
use super::{idempotency, idle, moves, results};

/// The number of rows of each kind in one round: a few milliseconds of the writer's time.
const ROUND: usize = 500;

/// How long redirections are kept: longer than any challenge, so no former index is in use any more.
const KEEP_MOVES: Duration = Duration::from_secs(86_400);

/// Runs one bounded round. `others` deletes at most this many rows of each kind that other modules own.
pub fn round(
    group: &Group,
    cursor: &mut Cursor,
    now: Timestamp,
    keep: Retention,
    others: impl FnOnce(usize) -> Result<Vec<usize>>,
) -> Result<Swept> {
    let (looked_at, expired) = expire(group, now)?;
    // From here on the database is queried instead of the held rows.
    group.write_and_release()?;
    let mut deleted = vec![
        delete_challenges(group, now - keep.challenges)?,
        reports::delete_before(group, Day::of(now) - keep.statistics_days, ROUND)?,
        idempotency::delete_old(group, now, ROUND)?,
        moves::delete_old(group, now - KEEP_MOVES, ROUND)?,
        results::delete_old(group, now, ROUND)?,
    ];
    deleted.extend(others(ROUND)?);
    let receipts = idempotency::erase_receipts(group, now, ROUND)?;
    let old = idle::IdleCondition { since: now - keep.recipients, in_a_row: keep.in_a_row };
    let recipients = idle::delete_idle(group, &mut cursor.recipients, old, ROUND)?;
    Ok(Swept {
        expired,
        deleted: deleted.iter().sum::<usize>() + recipients,
        more: looked_at == ROUND
            || receipts == ROUND
            || deleted.contains(&ROUND)
            // Idle recipients are scattered, so if there were some there are probably more.
            || (recipients > 0 && cursor.recipients.is_some()),
    })
}

/// Marks the challenges that have expired since the last round, and erases what could still
/// identify their recipients. Returns how many it scanned and how many it changed.
fn expire(group: &Group, now: Timestamp) -> Result<(usize, usize)> {
    let last = last_expired(group)?;
    // If the clock was set back, new deadlines may be earlier than those that were already processed.
    let from = last.filter(|(deadline, _)| *deadline <= now.as_millis()).unwrap_or_default();
    let sql = "SELECT expires_at, id, CASE WHEN payload IS NULL THEN 0 ELSE 1 END FROM challenges \
               WHERE (expires_at, id) > (?1, ?2) AND expires_at <= ?3 ORDER BY expires_at, id LIMIT ?4";
    let rows: Vec<(i64, ChallengeId, bool)> =
        group.all(sql, with![from.0, from.1, now, ROUND], |row| Ok((row.get()?, row.get()?, row.get()?)))?;
    let live = || rows.iter().filter(|(_, _, is_live)| *is_live).map(|(_, id, _)| *id);
    group.load_challenges(live())?;
    let mut changed = 0;
    for id in live() {
        changed += usize::from(expire_one(group, id, now)?);
    }
    if let Some((deadline, id, _)) = rows.last() {
        keep_last_expired(group, *deadline, id.0)?;
    }
    Ok((rows.len(), changed))
}

fn expire_one(group: &Group, id: ChallengeId, now: Timestamp) -> Result<bool> {
    let Some(challenge) = group.challenge(id)? else { return Ok(false) };
    let was_queued = challenge.get().is_queued();
    end(group, &challenge, ChallengeStatus::Expired, now)?;
    // Whether a relayed code was answered is not known here.
    if !challenge.get().shown.standing.is_relayed() {
        events::queue_event(group, &challenge, EventKind::ChallengeExpired, now)?;
    }
    if was_queued {
        events::queue_event(group, &challenge, EventKind::DeliveryFailed, now)?;
    }
    Ok(true)
}

/// Ends every pending challenge, whatever its deadline. Returns how many there were.
pub fn expire_all(group: &Group, now: Timestamp) -> Result<usize> {
    let sql = "SELECT id FROM challenges WHERE payload IS NOT NULL";
    let pending: Vec<ChallengeId> = group.all(sql, &[], |row| row.get())?;
    for challenge in &pending {
        expire_one(group, *challenge, now)?;
    }
    group.write_and_release()?;
    Ok(pending.len())
}

/// Returns the deadline and the row of the last challenge that was processed. They are stored in
/// the database: otherwise a server that starts with millions of ended challenges would take long
/// to reach the first one that is still to be erased.
fn last_expired(tx: &dyn Tx) -> Result<Option<(i64, i64)>> {
    let sql = "SELECT value FROM meta WHERE key = 'last_expired'";
    let kept: Option<[u8; 16]> = tx.first(sql, &[], |row| row.get())?;
    let number = |bytes: &[u8]| bytes.first_chunk().copied().map_or(0, i64::from_be_bytes);
    Ok(kept.map(|kept| (number(&kept), number(&kept[8..]))))
}

/// Makes the next round process every deadline again, because new ones may be earlier.
pub fn start_over(tx: &dyn Tx) -> Result<()> {
    tx.later("DELETE FROM meta WHERE key = 'last_expired'", &[])
}

fn keep_last_expired(tx: &dyn Tx, deadline: i64, id: i64) -> Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES ('last_expired', ?1) \
               ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    let value = [deadline.to_be_bytes(), id.to_be_bytes()].concat();
    tx.later(sql, with![&value])
}

fn delete_challenges(tx: &dyn Tx, cutoff: Timestamp) -> Result<usize> {
    let sql = "DELETE FROM challenges WHERE id IN \
               (SELECT id FROM challenges WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";
    tx.change(sql, with![cutoff, ROUND])
}
