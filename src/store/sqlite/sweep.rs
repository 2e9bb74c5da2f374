//! Sweeping: what has ended is erased, what is past its retention is deleted, a little at a time.

use std::time::Duration;

use rusqlite::Connection;

use crate::domain::challenge::ChallengeStatus;
use crate::domain::delivery::DeliveryStatus;
use crate::domain::event::EventKind;
use crate::domain::id::ChallengeId;
use crate::domain::statistics::Day;
use crate::domain::time::Timestamp;
use crate::store::{Retention, Swept};

use super::{audit, challenges, events, idempotency, idle, moves, results, sandbox, statistics};

/// Rows of each kind in one round: a few milliseconds of the writer's time.
const ROUND: usize = 500;

/// Whoever knows a recipient by a former index has forgotten it by then: longer than any challenge.
const KEEP_MOVES: Duration = Duration::from_secs(86_400);

/// Where the next round goes on. It starts from nothing in each process, so what was left
/// half done is done again; and it moves only when a round has been committed.
#[derive(Clone, Default)]
pub(super) struct Cursor {
    /// The moment of the last round.
    swept_at: Timestamp,
    /// Deadline and row of the last challenge that was looked at.
    expired: (i64, i64),
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
    if now < cursor.swept_at {
        // The clock went back: deadlines may come that lie before those already looked at.
        *cursor = Cursor::default();
    }
    cursor.swept_at = now;
    let (looked_at, expired) = expire(connection, &mut cursor.expired, now)?;
    let ended = delete_challenges(connection, now - keep.challenges)?;
    let audit = audit::delete_before(connection, now - keep.audit, ROUND)?;
    let statistics = statistics::delete_before(connection, Day::of(now) - keep.statistics_days, ROUND)?;
    let receipts = idempotency::erase_receipts(connection, now, ROUND)?;
    let requests = idempotency::delete_old(connection, now, ROUND)?;
    let moves = moves::delete_old(connection, now - KEEP_MOVES, ROUND)?;
    let mails = sandbox::delete_old(connection, now, ROUND)?;
    let results = results::delete_old(connection, now, ROUND)?;
    let old = idle::Idle { since: now - keep.recipients, in_a_row: keep.in_a_row };
    let sends = idle::Table::Sends;
    let sends = idle::delete_idle(connection, sends, &mut cursor.sends, old, ROUND)?;
    let failures = idle::Table::Failures;
    let failures = idle::delete_idle(connection, failures, &mut cursor.failures, old, ROUND)?;
    Ok(Swept {
        expired,
        deleted: ended + audit + statistics + requests + moves + mails + results + sends + failures,
        more: looked_at == ROUND
            || ended == ROUND
            || audit == ROUND
            || statistics == ROUND
            || receipts == ROUND
            || requests == ROUND
            || moves == ROUND
            || mails == ROUND
            || results == ROUND
            // Idle recipients lie scattered, so where there were some there are more.
            || (sends > 0 && cursor.sends.is_some())
            || (failures > 0 && cursor.failures.is_some()),
    })
}

/// Marks the challenges whose time has run out since the last round, and erases what could still
/// identify their recipients. Answers how many it looked at and how many it changed.
fn expire(
    connection: &Connection,
    cursor: &mut (i64, i64),
    now: Timestamp,
) -> rusqlite::Result<(usize, usize)> {
    let sql = "SELECT expires_at, id, code_hash IS NOT NULL, delivery IS ?5 FROM challenges \
               WHERE (expires_at, id) > (?1, ?2) AND expires_at <= ?3 ORDER BY expires_at, id LIMIT ?4";
    let mut query = connection.prepare_cached(sql)?;
    let queued = DeliveryStatus::Queued.as_str();
    let parameters = (cursor.0, cursor.1, now.as_millis(), ROUND as i64, queued);
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
    if let Some((expires_at, id, ..)) = rows.last() {
        *cursor = (*expires_at, *id);
    }
    Ok((rows.len(), changed))
}

fn delete_challenges(connection: &Connection, cutoff: Timestamp) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM challenges WHERE id IN \
               (SELECT id FROM challenges WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";
    connection.prepare_cached(sql)?.execute((cutoff.as_millis(), ROUND as i64))
}
