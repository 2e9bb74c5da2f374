//! Recipients whose index is one of a former key: their counters go over to the present one, and
//! whoever still knows the former is sent after them.

use rusqlite::{Connection, OptionalExtension};

use crate::domain::id::TenantId;
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;

use super::recipients;

/// Steps that a former index is followed: one for each rotation within a day, and some.
const STEPS: usize = 16;

/// The index under which the counters of a recipient lie by now.
pub(super) fn follow(
    connection: &Connection,
    tenant: TenantId,
    recipient: RecipientIndex,
) -> rusqlite::Result<RecipientIndex> {
    let sql = "SELECT present FROM recipient_moves WHERE tenant = ?1 AND former = ?2";
    let mut query = connection.prepare_cached(sql)?;
    let mut index = recipient;
    for _ in 0..STEPS {
        match query.query_row((tenant.0, index.0), |row| row.get(0)).optional()? {
            Some(next) => index = RecipientIndex(next),
            None => break,
        }
    }
    Ok(index)
}

/// Brings what was counted under `others` to `present`. Writes only where there is something.
pub(super) fn gather(
    connection: &Connection,
    tenant: TenantId,
    present: RecipientIndex,
    others: &[RecipientIndex],
    now: Timestamp,
) -> rusqlite::Result<()> {
    for other in others {
        if recipients::bring_over(connection, tenant, *other, present)? {
            // What was moved away once and comes back now must not send anybody away again.
            let sql = "DELETE FROM recipient_moves WHERE tenant = ?1 AND former = ?2";
            connection.prepare_cached(sql)?.execute((tenant.0, present.0))?;
            let sql = "INSERT OR REPLACE INTO recipient_moves (tenant, former, present, at) \
                       VALUES (?1, ?2, ?3, ?4)";
            connection.prepare_cached(sql)?.execute((tenant.0, other.0, present.0, now.as_millis()))?;
        }
    }
    Ok(())
}

/// Forgets at most `limit` moves from before `cutoff`.
pub(super) fn delete_old(
    connection: &Connection,
    cutoff: Timestamp,
    limit: usize,
) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM recipient_moves WHERE (tenant, former) IN \
               (SELECT tenant, former FROM recipient_moves WHERE at < ?1 ORDER BY at LIMIT ?2)";
    connection.prepare_cached(sql)?.execute((cutoff.as_millis(), limit as i64))
}
