//! The time that has been reached: noted, and set back.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use crate::domain::limits::history::History;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::{ClockStore, Verb};

use super::group::Group;
use super::idle::Table;
use super::{SqliteStore, sweep};
use crate::store::sql::audit::About;

/// A younger note is not written anew.
const YOUNG: Duration = Duration::from_secs(8);

/// How old the note can be, as housekeeping comes every five seconds. A process that is killed leaves
/// one this old, and the next one begins so much too early, if the clock was set back in between.
const OLDEST: Duration = Duration::from_secs(10);

/// Moments that are not to lie ahead of the time: what they are about would come late, or stay long.
const WHEN: [(&str, &str); 11] = [
    ("challenges", "expires_at"),
    ("keyring", "active_from"),
    ("recipient_moves", "at"),
    ("idempotency", "at"),
    ("idempotency", "receipt_until"),
    ("sandbox_mails", "at"),
    ("results", "expires_at"),
    ("webhooks", "due_at"),
    ("webhooks", "failing_since"),
    ("webhook_deliveries", "due_at"),
    ("webhook_deliveries", "ended_at"),
];

impl ClockStore for SqliteStore {
    fn latest_moment(&self) -> Verb<'_, Option<Timestamp>> {
        self.engine.look(latest)
    }

    fn set_back(&self, to: Timestamp) -> Verb<'_, usize> {
        self.engine.writer.write(move |group| set_back(group, to))
    }
}

fn latest(connection: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT value FROM meta WHERE key = 'clock'";
    let noted: Option<[u8; 8]> =
        connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(noted.map(|raw| Timestamp::from_millis(i64::from_be_bytes(raw))))
}

/// Notes `now`, unless a later or hardly an earlier moment is noted.
pub(super) fn note(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    match latest(connection)? {
        Some(noted) if now < noted + YOUNG => Ok(()),
        _ => write(connection, now),
    }
}

fn write(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO meta (key, value) VALUES ('clock', ?1) ON CONFLICT DO UPDATE SET value = excluded.value";
    connection.prepare_cached(sql)?.execute([now.as_millis().to_be_bytes()]).map(|_| ())
}

fn set_back(group: &Group, to: Timestamp) -> rusqlite::Result<usize> {
    let Some(from) = latest(group)?.filter(|from| *from > to) else { return Ok(0) };
    // The last process went on after its last note.
    let from = from + OLDEST;
    let expired = sweep::expire_all(group, to)?;
    sweep::start_over(group)?;
    let step = from.since(to);
    let sql = "UPDATE secret_keys SET expires_at = expires_at - ?1";
    group.execute(sql, [i64::try_from(step.as_millis()).unwrap_or(i64::MAX)])?;
    for table in [Table::Sends, Table::Failures] {
        move_counters(group, table, step)?;
    }
    // Whoever is signed in signs in again: nobody's session gains any time.
    group.execute_batch("DELETE FROM sessions; DELETE FROM setup_links")?;
    for (table, column) in WHEN {
        let sql = format!("UPDATE {table} SET {column} = ?1 WHERE {column} > ?1");
        group.execute(&sql, [to.as_millis()])?;
    }
    write(group, to)?;
    group.note(to, AuditEvent::ClockReset, About::default())?;
    Ok(expired)
}

/// Moves what was counted by as much as the time, so that it counts for as long as it would have.
fn move_counters(connection: &Connection, table: Table, step: Duration) -> rusqlite::Result<()> {
    let (all, change) = table.times();
    let mut query = connection.prepare(all)?;
    let mut change = connection.prepare(change)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (tenant, recipient): (i64, [u8; 16]) = (row.get(0)?, row.get(1)?);
        let times = History::from_bytes(row.get_ref(2)?.as_blob()?).earlier_by(step);
        change.execute((tenant, recipient, times.to_bytes()))?;
    }
    Ok(())
}
