//! Sweeping: what has ended is erased, what is past its retention is deleted, a little at a time.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use crate::domain::challenge::ChallengeStatus;
use crate::domain::delivery::DeliveryStatus;
use crate::domain::event::EventKind;
use crate::domain::id::ChallengeId;
use crate::domain::statistics::Day;
use crate::domain::time::Timestamp;
use crate::store::{Retention, Swept};

use super::{audit, challenges, events, idempotency, idle, moves, sandbox, statistics};

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
    connection: &Connection,
    cursor: &mut Cursor,
    now: Timestamp,
    keep: Retention,
) -> rusqlite::Result<Swept> {
    let (looked_at, expired) = expire(connection, now)?;
    let ended = delete_challenges(connection, now - keep.challenges)?;
    let audit = audit::delete_before(connection, now - keep.audit, ROUND)?;
    let statistics = statistics::delete_before(connection, Day::of(now) - keep.statistics_days, ROUND)?;
    let receipts = idempotency::erase_receipts(connection, now, ROUND)?;
    let requests = idempotency::delete_old(connection, now, ROUND)?;
    let moves = moves::delete_old(connection, now - KEEP_MOVES, ROUND)?;
    let mails = sandbox::delete_old(connection, now, ROUND)?;
    let old = idle::Idle { since: now - keep.recipients, in_a_row: keep.in_a_row };
    let sends = idle::Table::Sends;
    let sends = idle::delete_idle(connection, sends, &mut cursor.sends, old, ROUND)?;
    let failures = idle::Table::Failures;
    let failures = idle::delete_idle(connection, failures, &mut cursor.failures, old, ROUND)?;
    Ok(Swept {
        expired,
        deleted: ended + audit + statistics + requests + moves + mails + sends + failures,
        more: looked_at == ROUND
            || ended == ROUND
            || audit == ROUND
            || statistics == ROUND
            || receipts == ROUND
            || requests == ROUND
            || moves == ROUND
            || mails == ROUND
            // Idle recipients lie scattered, so where there were some there are more.
            || (sends > 0 && cursor.sends.is_some())
            || (failures > 0 && cursor.failures.is_some()),
    })
}

/// Marks the challenges whose time has run out since the last round, and erases what could still
/// identify their recipients. Answers how many it looked at and how many it changed.
fn expire(connection: &Connection, now: Timestamp) -> rusqlite::Result<(usize, usize)> {
    let last = last_expired(connection)?;
    // When the clock has gone back, deadlines may come that lie before those already looked at.
    let from = last.filter(|(deadline, _)| *deadline <= now.as_millis()).unwrap_or_default();
    let sql = "SELECT expires_at, id, code_hash IS NOT NULL, delivery IS ?5 FROM challenges \
               WHERE (expires_at, id) > (?1, ?2) AND expires_at <= ?3 ORDER BY expires_at, id LIMIT ?4";
    let mut query = connection.prepare_cached(sql)?;
    let queued = DeliveryStatus::Queued.as_str();
    let parameters = (from.0, from.1, now.as_millis(), ROUND as i64, queued);
    let rows = query.query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let rows: Vec<(i64, i64, bool, bool)> = rows.collect::<rusqlite::Result<_>>()?;
    let live = rows.iter().filter(|(_, _, is_live, _)| *is_live);
    let mut changed = 0;
    for (_, id, _, was_queued) in live {
        let id = ChallengeId(*id);
        challenges::end(connection, id, ChallengeStatus::Expired, now)?;
        events::tell(connection, id, EventKind::ChallengeExpired, now)?;
        if *was_queued {
            events::tell(connection, id, EventKind::DeliveryFailed, now)?;
        }
        changed += 1;
    }
    if let Some((deadline, id, ..)) = rows.last() {
        keep_last_expired(connection, *deadline, *id)?;
    }
    Ok((rows.len(), changed))
}

/// Deadline and row of the last challenge that was looked at. They lie beside what they tell of: a
/// server that starts with millions of ended challenges would be long in coming to the first that
/// is still to be erased.
fn last_expired(connection: &Connection) -> rusqlite::Result<Option<(i64, i64)>> {
    let sql = "SELECT value FROM meta WHERE key = 'last_expired'";
    let kept = connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, [u8; 16]>(0)).optional()?;
    let number = |bytes: &[u8]| bytes.first_chunk().copied().map_or(0, i64::from_be_bytes);
    Ok(kept.map(|kept| (number(&kept), number(&kept[8..]))))
}

fn keep_last_expired(connection: &Connection, deadline: i64, id: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES ('last_expired', ?1) \
               ON CONFLICT DO UPDATE SET value = excluded.value";
    let value = [deadline.to_be_bytes(), id.to_be_bytes()].concat();
    connection.prepare_cached(sql)?.execute([value])?;
    Ok(())
}

fn delete_challenges(connection: &Connection, cutoff: Timestamp) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM challenges WHERE id IN \
               (SELECT id FROM challenges WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";
    connection.prepare_cached(sql)?.execute((cutoff.as_millis(), ROUND as i64))
}
