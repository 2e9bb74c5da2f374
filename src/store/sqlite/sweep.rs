//! Sweeping: what has ended is erased, what is past its retention is deleted, a little at a time.

use std::time::Duration;

use rusqlite::Connection;

use crate::domain::challenge::ChallengeStatus;
use crate::domain::event::EventKind;
use crate::domain::statistics::Day;
use crate::domain::time::Timestamp;
use crate::store::{Retention, Swept};

use super::challenges::{Affected, affected_columns};
use super::group::Group;
use super::row::Columns;
use super::{audit, challenges, clock, events, idempotency, idle, moves, results, sandbox, statistics};

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
    group: &Group,
    cursor: &mut Cursor,
    now: Timestamp,
    keep: Retention,
) -> rusqlite::Result<Swept> {
    if now < cursor.swept_at {
        // The clock went back: deadlines may come that lie before those already looked at.
        *cursor = Cursor::default();
    }
    cursor.swept_at = now;
    clock::note(group, now)?;
    let (looked_at, expired) = expire(group, &mut cursor.expired, now)?;
    let ended = delete_challenges(group, now - keep.challenges)?;
    let audit = audit::delete_before(group, now - keep.audit, ROUND)?;
    let statistics = statistics::delete_before(group, Day::of(now) - keep.statistics_days, ROUND)?;
    let receipts = idempotency::erase_receipts(group, now, ROUND)?;
    let requests = idempotency::delete_old(group, now, ROUND)?;
    let moves = moves::delete_old(group, now - KEEP_MOVES, ROUND)?;
    let mails = sandbox::delete_old(group, now, ROUND)?;
    let results = results::delete_old(group, now, ROUND)?;
    let old = idle::Idle { since: now - keep.recipients, in_a_row: keep.in_a_row };
    let sends = idle::Table::Sends;
    let sends = idle::delete_idle(group, sends, &mut cursor.sends, old, ROUND)?;
    let failures = idle::Table::Failures;
    let failures = idle::delete_idle(group, failures, &mut cursor.failures, old, ROUND)?;
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
fn expire(group: &Group, cursor: &mut (i64, i64), now: Timestamp) -> rusqlite::Result<(usize, usize)> {
    let sql = concat!(
        "SELECT ",
        affected_columns!(),
        ", c.expires_at, c.code_hash IS NOT NULL FROM challenges c \
         WHERE (c.expires_at, c.id) > (?1, ?2) AND c.expires_at <= ?3 ORDER BY c.expires_at, c.id LIMIT ?4"
    );
    let mut query = group.prepare_cached(sql)?;
    let parameters = (cursor.0, cursor.1, now.as_millis(), ROUND as i64);
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
    if let Some((challenge, expires_at, _)) = rows.last() {
        *cursor = (*expires_at, challenge.id.0);
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
    let sql = concat!("SELECT ", affected_columns!(), " FROM challenges c WHERE c.code_hash IS NOT NULL");
    let mut query = group.prepare(sql)?;
    let pending = query.query_map([], |row| Affected::read(&mut Columns::of(row)))?;
    let pending: Vec<Affected> = pending.collect::<rusqlite::Result<_>>()?;
    for challenge in &pending {
        expire_one(group, challenge, now)?;
    }
    Ok(pending.len())
}

fn delete_challenges(connection: &Connection, cutoff: Timestamp) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM challenges WHERE id IN \
               (SELECT id FROM challenges WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";
    connection.prepare_cached(sql)?.execute((cutoff.as_millis(), ROUND as i64))
}
