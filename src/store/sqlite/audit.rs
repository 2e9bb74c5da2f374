//! The audit trail.

use std::net::IpAddr;

use rusqlite::Connection;

use crate::domain::audit::{AuditEvent, AuditRow};
use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::time::Timestamp;

/// Where events are written down, in the transaction that they belong to.
pub(super) struct Trail<'a> {
    connection: &'a Connection,
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
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }

    /// Writes an event down. Its identity follows the greatest one inside the transaction: two
    /// processes with a generator each would hand out the same ones in the same millisecond.
    pub(super) fn note(&self, now: Timestamp, event: AuditEvent, about: About) -> rusqlite::Result<()> {
        let sql = "INSERT INTO audit (id, tenant, event, challenge, recipient, origin) \
                   VALUES (max(?1, 1 + ifnull((SELECT max(id) FROM audit), 0)), ?2, ?3, ?4, ?5, ?6)";
        self.connection.prepare_cached(sql)?.execute((
            id::first_at(now),
            about.tenant.map(|id| id.0),
            event.as_str(),
            about.challenge.map(|id| id.0),
            about.recipient,
            about.origin.map(|ip| ip.to_string()),
        ))?;
        Ok(())
    }
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
            at: id::moment(row.get(0)?),
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
    connection.prepare_cached(sql)?.execute((id::first_at(cutoff), limit as i64))
}
