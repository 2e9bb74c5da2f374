//! The latest time that was reached: recording it, and setting it back.

use std::time::Duration;

use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::{ClockStore, Verb};

use super::audit::About;
use super::challenges;
use super::console::sign_ins;
use super::engine::Engine;
use super::factors;
use super::failed::Result;
use super::group::Group;
use super::phone;
use super::store::SqlStore;
use super::tx::Tx;
use super::value::with;

/// A record that is younger than this is not renewed.
const YOUNG: Duration = Duration::from_secs(8);

/// The maximum age of the record, since housekeeping runs every five seconds. If a process is
/// killed, its record is this old, and the next process may start this much too early if the clock
/// was set back in between.
const OLDEST: Duration = Duration::from_secs(10);

/// Moments that must not be ahead of the clock: what depends on them would happen late, or be kept long.
const WHEN: [(&str, &str); 20] = [
    ("challenges", "expires_at"),
    ("keyring", "active_from"),
    ("recipient_moves", "at"),
    ("idempotency", "at"),
    ("idempotency", "receipt_until"),
    ("idempotency", "held_until"),
    ("secret_keys", "replaced_at"),
    ("secret_keys", "last_used_at"),
    ("secret_keys", "refused_at"),
    ("sandbox_mails", "at"),
    ("results", "expires_at"),
    ("factor_results", "expires_at"),
    ("webhooks", "paused_until"),
    ("webhooks", "failing_since"),
    ("webhook_deliveries", "due_at"),
    ("webhook_deliveries", "ended_at"),
    ("phone_blocks", "until"),
    ("factors", "created_at"),
    ("factors", "paused_until"),
    ("deletions", "begun_at"),
];

impl<E: Engine> ClockStore for SqlStore<E> {
    fn latest_moment(&self) -> Verb<'_, Option<Timestamp>> {
        self.read(latest)
    }

    fn set_back(&self, to: Timestamp, by: Actor) -> Verb<'_, usize> {
        self.write(move |group| set_back(group, to, &by))
    }
}

fn latest(tx: &dyn Tx) -> Result<Option<Timestamp>> {
    let sql = "SELECT value FROM meta WHERE key = 'clock'";
    let noted: Option<[u8; 8]> = tx.first(sql, &[], |row| row.get())?;
    Ok(noted.map(|raw| Timestamp::from_millis(i64::from_be_bytes(raw))))
}

/// Records `now`, unless a later or only slightly earlier moment is recorded.
pub fn note(tx: &dyn Tx, now: Timestamp) -> Result<()> {
    match latest(tx)? {
        Some(noted) if now < noted + YOUNG => Ok(()),
        _ => write(tx, now),
    }
}

fn write(tx: &dyn Tx, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES ('clock', ?1) \
               ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    tx.later(sql, with![&now.as_millis().to_be_bytes()])
}

fn set_back(group: &Group, to: Timestamp, by: &Actor) -> Result<usize> {
    let Some(from) = latest(group)?.filter(|from| *from > to) else { return Ok(0) };
    // The last process continued after its last record.
    let from = from + OLDEST;
    let expired = challenges::expire_all(group, to)?;
    challenges::start_over(group)?;
    let step = from.since(to);
    let millis = i64::try_from(step.as_millis()).unwrap_or(i64::MAX);
    // An overlap must not become longer. An end that somebody has chosen is a day of the calendar.
    let sql = "UPDATE secret_keys SET expires_at = expires_at - ?1 WHERE replaced_at IS NOT NULL";
    group.later(sql, with![millis])?;
    // There is as long as before to restore a tenant.
    group.later("UPDATE deletions SET due_at = due_at - ?1 WHERE begun_at IS NULL", with![millis])?;
    challenges::move_counters(group, step)?;
    phone::move_counts(group, step)?;
    // Everybody has to sign in again, so that no session becomes longer.
    group.later("DELETE FROM sessions", &[])?;
    group.later("DELETE FROM setup_links", &[])?;
    sign_ins::move_tries(group, step)?;
    for (table, column) in WHEN {
        group.later(&format!("UPDATE {table} SET {column} = ?1 WHERE {column} > ?1"), with![to])?;
    }
    factors::set_back(group, to)?;
    write(group, to)?;
    group.note(to, AuditEvent::ClockReset, About::by(by))?;
    Ok(expired)
}
