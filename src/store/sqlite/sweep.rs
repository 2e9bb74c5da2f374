//! Sweeping: what has ended is erased, what is past its retention is deleted, a little at a time.

use std::time::Duration;

use rusqlite::OptionalExtension;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::reports::statistics::Day;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::store::{Retention, Swept};

use super::challenges::{Affected, affected_columns};
use super::group::{Former, Group};
use super::row::Columns;
use super::{challenges, clock, events, idempotency, idle, moves, results, statistics};
use crate::store::sql::audit::trail;
use crate::store::sql::console::sessions;
use crate::store::sql::tenants::sandbox;

/// Rows of each kind in one round: a few milliseconds of the writer's time.
const ROUND: usize = 500;

/// Whoever knows a recipient by a former index has forgotten it by then: longer than any challenge.
const KEEP_MOVES: Duration = Duration::from_secs(86_400);

/// Where the next round goes on looking for idle recipients. It starts from nothing in each process,
/// so what was left half done is done again; and it moves only when a round has been committed.
#[derive(Clone, Default)]
pub(super) struct Cursor {
    sends: idle::Position,
    failures: idle::Position,
}

/// One bounded round.
pub(super) fn round(
    group: &Group,
    cursor: &mut Cursor,
    now: Timestamp,
    keep: Retention,
) -> rusqlite::Result<Swept> {
    clock::note(group, now)?;
    let (looked_at, expired) = expire(group, now)?;
    let ended = delete_challenges(group, now - keep.challenges)?;
    let audit = trail::delete_before(group.unit, now - keep.audit, ROUND).map_err(Former::error)?;
    let statistics = statistics::delete_before(group, Day::of(now) - keep.statistics_days, ROUND)?;
    let receipts = idempotency::erase_receipts(group, now, ROUND)?;
    let requests = idempotency::delete_old(group, now, ROUND)?;
    let moves = moves::delete_old(group, now - KEEP_MOVES, ROUND)?;
    let mails = sandbox::delete_old(group.unit, now, ROUND).map_err(Former::error)?;
    let results = results::delete_old(group, now, ROUND)?;
    let sessions = sessions::delete_old(group.unit, now, ROUND).map_err(Former::error)?;
    let old = idle::Idle { since: now - keep.recipients, in_a_row: keep.in_a_row };
    let sends = idle::Table::Sends;
    let sends = idle::delete_idle(group, sends, &mut cursor.sends, old, ROUND)?;
    let failures = idle::Table::Failures;
    let failures = idle::delete_idle(group, failures, &mut cursor.failures, old, ROUND)?;
    Ok(Swept {
        expired,
        deleted: ended
            + audit
            + statistics
            + requests
            + moves
            + mails
            + results
            + sessions
            + sends
            + failures,
        more: looked_at == ROUND
            || ended == ROUND
            || audit == ROUND
            || statistics == ROUND
            || receipts == ROUND
            || requests == ROUND
            || moves == ROUND
            || mails == ROUND
            || results == ROUND
            || sessions == ROUND
            // Idle recipients lie scattered, so where there were some there are more.
            || (sends > 0 && cursor.sends.is_some())
            || (failures > 0 && cursor.failures.is_some()),
    })
}

/// Marks the challenges whose time has run out since the last round, and erases what could still
/// identify their recipients. Answers how many it looked at and how many it changed.
fn expire(group: &Group, now: Timestamp) -> rusqlite::Result<(usize, usize)> {
    let last = last_expired(group)?;
    // When the clock has gone back, deadlines may come that lie before those already looked at.
    let from = last.filter(|(deadline, _)| *deadline <= now.as_millis()).unwrap_or_default();
    let sql = concat!(
        "SELECT ",
        affected_columns!(),
        ", c.expires_at, c.payload IS NOT NULL FROM challenges c \
         WHERE (c.expires_at, c.id) > (?1, ?2) AND c.expires_at <= ?3 ORDER BY c.expires_at, c.id LIMIT ?4"
    );
    let mut query = group.prepare_cached(sql)?;
    let parameters = (from.0, from.1, now.as_millis(), ROUND as i64);
    let rows = query.query_map(parameters, |row| {
        let mut columns = Columns::of(row);
        Ok((Affected::read(&mut columns)?, columns.get()?, columns.get()?))
    })?;
    let rows: Vec<(Affected, i64, bool)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut changed = 0;
    for (challenge, _, _) in rows.iter().filter(|(_, _, is_live)| *is_live) {
        expire_one(group, challenge, now)?;
        changed += 1;
    }
    if let Some((challenge, deadline, _)) = rows.last() {
        keep_last_expired(group, *deadline, challenge.id.0)?;
    }
    Ok((rows.len(), changed))
}

fn expire_one(group: &Group, challenge: &Affected, now: Timestamp) -> rusqlite::Result<()> {
    challenges::end(group, challenge, ChallengeStatus::Expired, now)?;
    events::tell(group, challenge, EventKind::ChallengeExpired, now)?;
    if challenge.is_queued() {
        events::tell(group, challenge, EventKind::DeliveryFailed, now)?;
    }
    Ok(())
}

/// Ends every challenge that is pending, whatever its deadline. Answers how many there were.
pub(super) fn expire_all(group: &Group, now: Timestamp) -> rusqlite::Result<usize> {
    let sql = concat!("SELECT ", affected_columns!(), " FROM challenges c WHERE c.payload IS NOT NULL");
    let mut query = group.prepare(sql)?;
    let pending = query.query_map([], |row| Affected::read(&mut Columns::of(row)))?;
    let pending: Vec<Affected> = pending.collect::<rusqlite::Result<_>>()?;
    for challenge in &pending {
        expire_one(group, challenge, now)?;
    }
    Ok(pending.len())
}

/// Deadline and row of the last challenge that was looked at. They lie beside what they tell of: a
/// server that starts with millions of ended challenges would be long in coming to the first that
/// is still to be erased.
fn last_expired(group: &Group) -> rusqlite::Result<Option<(i64, i64)>> {
    let sql = "SELECT value FROM meta WHERE key = 'last_expired'";
    let kept = group.prepare_cached(sql)?.query_row([], |row| row.get::<_, [u8; 16]>(0)).optional()?;
    let number = |bytes: &[u8]| bytes.first_chunk().copied().map_or(0, i64::from_be_bytes);
    Ok(kept.map(|kept| (number(&kept), number(&kept[8..]))))
}

/// Has the next round look at every deadline again: from now on they may be earlier.
pub(super) fn start_over(group: &Group) -> rusqlite::Result<()> {
    group.execute("DELETE FROM meta WHERE key = 'last_expired'", []).map(|_| ())
}

fn keep_last_expired(group: &Group, deadline: i64, id: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES ('last_expired', ?1) \
               ON CONFLICT DO UPDATE SET value = excluded.value";
    let value = [deadline.to_be_bytes(), id.to_be_bytes()].concat();
    group.prepare_cached(sql)?.execute([value])?;
    Ok(())
}

fn delete_challenges(group: &Group, cutoff: Timestamp) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM challenges WHERE id IN \
               (SELECT id FROM challenges WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";
    group.prepare_cached(sql)?.execute((cutoff.as_millis(), ROUND as i64))
}
