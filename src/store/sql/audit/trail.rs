//! Reading the audit trail.

use std::time::Duration;

use crate::domain::challenges::challenge::Challenge;
use crate::domain::id::{self, TenantId};
use crate::domain::reports::actor::SOME_OPERATOR;
use crate::domain::reports::audit::{AuditCursor, AuditEvent, AuditPage, AuditQuery, AuditRow, Operators};
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::{Value, with};

/// Returns the latest rows, newest first.
pub fn latest(tx: &dyn Tx, tenant: Option<TenantId>, limit: usize) -> Result<Vec<AuditRow>> {
    let sql = "SELECT id, tenant, event, challenge, recipient, client_ip, actor, object FROM audit \
               WHERE CAST(?1 AS BIGINT) IS NULL OR tenant = ?1 ORDER BY id DESC LIMIT ?2";
    tx.all(sql, with![tenant, limit], read)
}

fn read(row: &mut Row) -> Result<AuditRow> {
    Ok(AuditRow {
        at: id::moment(row.get()?),
        tenant: row.get()?,
        event: row.get()?,
        challenge: row.get()?,
        recipient: row.get()?,
        client_ip: row.get::<Option<String>>()?.and_then(|ip| ip.parse().ok()),
        actor: row.get()?,
        object: row.get()?,
    })
}

/// The maximum number of rows that one page scans: a selective filter must not make a page read the
/// whole trail.
pub const LOOKED_AT: usize = 20_000;

/// The condition for rows of whom or of what `?6` names: exactly, or by the name alone of an operator, a token or a
/// user of the shell.
const IS_WHO: &str = "client_ip = ?6 OR object = ?6 \
                      OR actor IN (?6, 'operator:' || ?6, 'token:' || ?6, 'shell:' || ?6) \
                      OR substr(actor, 1, length(?6) + 7) = 'shell:' || ?6 || ' '";

/// How long after its mint events about a challenge can still be recorded.
const ABOUT_A_CHALLENGE: Duration = Duration::from_secs(86_400);

/// Returns a page of the trail, newest first.
pub fn page(tx: &dyn Tx, asked: &AuditQuery) -> Result<AuditPage> {
    let (least, below) = bounds(asked);
    let tenant = if asked.tenant.is_some() { "tenant = ?1" } else { "CAST(?1 AS BIGINT) IS NULL" };
    // The filter is applied to what is shown, so nobody can test for an operator's name by filtering.
    let actor = match asked.operators {
        Operators::Named => "actor".to_owned(),
        Operators::Unnamed => format!(
            "CASE WHEN substr(actor, 1, 4) IN ('key_', 'hook') THEN actor \
             WHEN actor IS NOT NULL THEN '{SOME_OPERATOR}' END AS actor"
        ),
    };
    let looked_at = format!(
        "SELECT id, tenant, event, challenge, recipient, client_ip, {actor}, object FROM audit \
         WHERE {tenant} AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT {LOOKED_AT}"
    );
    let sql = format!(
        "SELECT id, looked_at.* FROM ({looked_at}) looked_at \
         WHERE (CAST(?4 AS TEXT) IS NULL OR event = ?4) AND (CAST(?5 AS BIGINT) IS NULL OR challenge = ?5) \
         AND (CAST(?6 AS TEXT) IS NULL OR {IS_WHO}) ORDER BY id DESC LIMIT ?7"
    );
    let (event, who) = (asked.event.map(AuditEvent::as_str), asked.who.as_deref());
    let with = with![asked.tenant, least, below, event, asked.challenge, who, asked.limit + 1];
    let mut found: Vec<(i64, AuditRow)> = tx.all(&sql, with, |row| Ok((row.get()?, read(row)?)))?;
    if found.len() > asked.limit {
        found.truncate(asked.limit);
        let next = found.last().map(|(id, _)| AuditCursor(*id));
        return Ok(AuditPage { rows: found.into_iter().map(|(_, row)| row).collect(), next });
    }
    let last = last_looked_at(tx, &looked_at, with![asked.tenant, least, below])?;
    Ok(AuditPage { rows: found.into_iter().map(|(_, row)| row).collect(), next: last.map(AuditCursor) })
}

/// Returns where a page ended that found fewer rows than requested: at the last row of `looked_at`,
/// if the scan reached its maximum.
pub fn last_looked_at(tx: &dyn Tx, looked_at: &str, bounds: &[Value<'_>]) -> Result<Option<i64>> {
    let sql =
        format!("SELECT CASE WHEN count(*) = {LOOKED_AT} THEN min(id) END FROM ({looked_at}) looked_at");
    tx.one(&sql, bounds, |row| row.get())
}

/// The maximum number of rows about one challenge: more than it can have, with each of its attempts
/// and sends.
const MOST_ABOUT_ONE: usize = 100;

/// How long after its end something is still recorded about a challenge: the outcome of a delivery
/// that was under way.
const LATE: Duration = Duration::from_secs(120);

/// Returns the audit rows of a challenge, oldest first.
pub fn about(tx: &dyn Tx, tenant: TenantId, challenge: &Challenge) -> Result<Vec<AuditRow>> {
    let sql = "SELECT id, tenant, event, challenge, recipient, client_ip, actor, object FROM audit \
               WHERE tenant = ?1 AND id >= ?2 AND id < ?3 AND challenge = ?4 ORDER BY id LIMIT ?5";
    let minted = id::first_at(id::moment(challenge.id.0));
    let ended = id::first_at(challenge.standing.expires_at + LATE);
    tx.all(sql, with![tenant, minted, ended, challenge.id, MOST_ABOUT_ONE], read)
}

/// Returns the range of identities that can match: the least, and one above the greatest.
fn bounds(asked: &AuditQuery) -> (i64, i64) {
    let minted = asked.challenge.map(|challenge| id::moment(challenge.0));
    let least = asked.from.max(minted).map_or(i64::MIN, id::first_at);
    let ends = [asked.to, minted.map(|minted| minted + ABOUT_A_CHALLENGE)];
    let ends = ends.into_iter().flatten().map(id::first_at).chain(asked.after.map(|cursor| cursor.0));
    (least, ends.min().unwrap_or(i64::MAX))
}
