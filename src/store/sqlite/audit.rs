//! The audit trail.

use std::time::Duration;

use rusqlite::{Connection, Row};

use crate::domain::challenges::challenge::Challenge;
use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::reports::audit::{
    AuditCursor, AuditEvent, AuditPage, AuditQuery, AuditRow, Operators, SOME_OPERATOR,
};
use crate::domain::time::Timestamp;

/// The latest rows, newest first.
pub(super) fn latest(
    connection: &Connection,
    tenant: Option<TenantId>,
    limit: usize,
) -> rusqlite::Result<Vec<AuditRow>> {
    let sql = "SELECT id, tenant, event, challenge, recipient, origin, operator FROM audit \
               WHERE ?1 IS NULL OR tenant = ?1 ORDER BY id DESC LIMIT ?2";
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map((tenant.map(|id| id.0), limit as i64), read)?;
    rows.collect()
}

fn read(row: &Row) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        at: id::moment(row.get(0)?),
        tenant: row.get::<_, Option<i64>>(1)?.map(TenantId),
        event: row.get(2)?,
        challenge: row.get::<_, Option<i64>>(3)?.map(ChallengeId),
        recipient: row.get(4)?,
        client_ip: row.get::<_, Option<String>>(5)?.and_then(|ip| ip.parse().ok()),
        operator: row.get(6)?,
    })
}

/// Rows that one page looks at: a filter that few rows pass must not make a page read the whole trail.
pub(super) const LOOKED_AT: usize = 20_000;

/// How long after its mint something can still be noted about a challenge.
const ABOUT_A_CHALLENGE: Duration = Duration::from_secs(86_400);

/// A page of the trail, newest first.
pub(super) fn page(connection: &Connection, asked: &AuditQuery) -> rusqlite::Result<AuditPage> {
    let (least, below) = bounds(asked);
    let tenant = if asked.tenant.is_some() { "tenant = ?1" } else { "?1 IS NULL" };
    // What is looked through is what is shown: nobody finds out a name by asking for it.
    let operator = match asked.operators {
        Operators::Named => "operator".to_owned(),
        Operators::Unnamed => format!("iif(operator IS NULL, NULL, '{SOME_OPERATOR}') AS operator"),
    };
    let looked_at = format!(
        "SELECT id, tenant, event, challenge, recipient, origin, {operator} FROM audit \
         WHERE {tenant} AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT {LOOKED_AT}"
    );
    let whose = asked.tenant.map(|id| id.0);
    let sql = format!(
        "SELECT * FROM ({looked_at}) WHERE (?4 IS NULL OR event = ?4) AND (?5 IS NULL OR challenge = ?5) \
         AND (?6 IS NULL OR origin = ?6 OR operator = ?6) ORDER BY id DESC LIMIT ?7"
    );
    let (event, challenge) = (asked.event.map(AuditEvent::as_str), asked.challenge.map(|id| id.0));
    let one_more = asked.limit as i64 + 1;
    let mut query = connection.prepare_cached(&sql)?;
    let found = query
        .query_map((whose, least, below, event, challenge, asked.who.as_deref(), one_more), |row| {
            Ok((row.get(0)?, read(row)?))
        })?;
    let mut found: Vec<(i64, AuditRow)> = found.collect::<rusqlite::Result<_>>()?;
    if found.len() > asked.limit {
        found.truncate(asked.limit);
        let next = found.last().map(|(id, _)| AuditCursor(*id));
        return Ok(AuditPage { rows: found.into_iter().map(|(_, row)| row).collect(), next });
    }
    let last = last_looked_at(connection, &looked_at, (whose, least, below))?;
    Ok(AuditPage { rows: found.into_iter().map(|(_, row)| row).collect(), next: last.map(AuditCursor) })
}

/// Where a page ended that found less than was asked for: at the last row of `looked_at`, if that has as
/// many as a page looks at.
pub(super) fn last_looked_at(
    connection: &Connection,
    looked_at: &str,
    bounds: (Option<i64>, i64, i64),
) -> rusqlite::Result<Option<i64>> {
    let sql = format!("SELECT iif(count(*) = {LOOKED_AT}, min(id), NULL) FROM ({looked_at})");
    connection.prepare_cached(&sql)?.query_row(bounds, |row| row.get(0))
}

/// Rows about one challenge at most: more than one can have, with each of its attempts and sends.
const MOST_ABOUT_ONE: usize = 100;

/// How long after its end something is still noted about a challenge: the end of a delivery that was
/// under way.
const LATE: Duration = Duration::from_secs(120);

/// What is known of a challenge, oldest first.
pub(super) fn about(
    connection: &Connection,
    tenant: TenantId,
    challenge: &Challenge,
) -> rusqlite::Result<Vec<AuditRow>> {
    let sql = "SELECT id, tenant, event, challenge, recipient, origin, operator FROM audit \
               WHERE tenant = ?1 AND id >= ?2 AND id < ?3 AND challenge = ?4 ORDER BY id LIMIT ?5";
    let minted = id::first_at(id::moment(challenge.id.0));
    let ended = id::first_at(challenge.standing.expires_at + LATE);
    let mut query = connection.prepare_cached(sql)?;
    let parameters = (tenant.0, minted, ended, challenge.id.0, MOST_ABOUT_ONE as i64);
    let rows = query.query_map(parameters, read)?;
    rows.collect()
}

/// The least identity that can be meant, and one above the greatest.
fn bounds(asked: &AuditQuery) -> (i64, i64) {
    let minted = asked.challenge.map(|challenge| id::moment(challenge.0));
    let least = asked.from.max(minted).map_or(i64::MIN, id::first_at);
    let ends = [asked.to, minted.map(|minted| minted + ABOUT_A_CHALLENGE)];
    let ends = ends.into_iter().flatten().map(id::first_at).chain(asked.after.map(|cursor| cursor.0));
    (least, ends.min().unwrap_or(i64::MAX))
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
