//! The audit trail.

use std::net::IpAddr;

use rusqlite::Connection;

use crate::domain::audit::{AuditEvent, AuditRow};
use crate::domain::id::{ChallengeId, IdGenerator, TenantId};
use crate::domain::time::Timestamp;

/// The bits of an audit row's identity below the millisecond.
const SEQUENCE_BITS: u32 = 20;

/// Where events are written down, in the transaction that they belong to.
pub(super) struct Trail<'a> {
    connection: &'a Connection,
    ids: &'a IdGenerator,
}

/// Whom and what an event is about.
#[derive(Clone, Copy, Default)]
pub(super) struct About<'a> {
    pub(super) tenant: Option<TenantId>,
    pub(super) challenge: Option<ChallengeId>,
    pub(super) recipient: Option<&'a str>,
    pub(super) origin: Option<IpAddr>,
}

impl<'a> Trail<'a> {
    pub(super) fn new(connection: &'a Connection, ids: &'a IdGenerator) -> Self {
        Self { connection, ids }
    }

    /// Writes an event down.
    pub(super) fn note(&self, now: Timestamp, event: AuditEvent, about: About) -> rusqlite::Result<()> {
        let sql = "INSERT INTO audit (id, tenant, event, challenge, recipient, origin) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.connection.prepare_cached(sql)?.execute((
            self.ids.next(now),
            about.tenant.map(|id| id.0),
            event.as_str(),
            about.challenge.map(|id| id.0),
            about.recipient,
            about.origin.map(|ip| ip.to_string()),
        ))?;
        Ok(())
    }
}

/// The greatest identity in use.
pub(super) fn greatest_id(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT ifnull(max(id), 0) FROM audit", [], |row| row.get(0))
}

/// The latest rows, newest first.
pub(super) fn latest(
    connection: &Connection,
    tenant: Option<TenantId>,
    limit: usize,
) -> rusqlite::Result<Vec<AuditRow>> {
    let sql = "SELECT id, tenant, event, challenge, recipient, origin FROM audit \
               WHERE ?1 IS NULL OR tenant = ?1 ORDER BY id DESC LIMIT ?2";
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map((tenant.map(|id| id.0), limit as i64), |row| {
        Ok(AuditRow {
            at: Timestamp::from_millis(row.get::<_, i64>(0)? >> SEQUENCE_BITS),
            tenant: row.get::<_, Option<i64>>(1)?.map(TenantId),
            event: row.get(2)?,
            challenge: row.get::<_, Option<i64>>(3)?.map(ChallengeId),
            recipient: row.get(4)?,
            origin: row.get::<_, Option<String>>(5)?.and_then(|ip| ip.parse().ok()),
        })
    })?;
    rows.collect()
}

/// Deletes at most `limit` rows from before `cutoff`.
pub(super) fn delete_before(
    connection: &Connection,
    cutoff: Timestamp,
    limit: usize,
) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE id < ?1 ORDER BY id LIMIT ?2)";
    let bound = cutoff.as_millis().saturating_mul(1 << SEQUENCE_BITS);
    connection.prepare_cached(sql)?.execute((bound, limit as i64))
}
