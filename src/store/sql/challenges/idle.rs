//! Deletion of idle recipients.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::limits::counters::RecipientCounters;
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::rows::{counter_columns, read_counters};
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::cursor::ScanPosition;

/// The condition for deleting counters.
#[derive(Clone, Copy)]
pub struct IdleCondition {
    /// The latest event is older than this.
    pub since: Timestamp,
    /// And there are fewer wrong answers in a row than this.
    pub in_a_row: u32,
}

/// Scans the next `limit` recipients after `position` and deletes the idle ones.
pub fn delete_idle(
    tx: &dyn Tx,
    position: &mut ScanPosition,
    idle: IdleCondition,
    limit: usize,
) -> Result<usize> {
    let (tenant, recipient) = position.unwrap_or((TenantId(i64::MIN), [0; 16]));
    let sql = concat!(
        "SELECT r.tenant, r.recipient, ",
        counter_columns!(),
        " FROM recipients r WHERE (r.tenant, r.recipient) > (?1, ?2) ORDER BY r.tenant, r.recipient LIMIT ?3"
    );
    let rows = tx.all(sql, with![tenant, &recipient, limit], read)?;
    *position = rows.last().filter(|_| rows.len() == limit).map(|row| (row.0, row.1.0));
    let mut deleted = 0;
    for (tenant, recipient, counters) in rows {
        let is_idle = counters.last_used().is_none_or(|used| used < idle.since);
        if is_idle && counters.in_a_row < idle.in_a_row {
            let sql = "DELETE FROM recipients WHERE tenant = ?1 AND recipient = ?2";
            deleted += tx.change(sql, with![tenant, &recipient])?;
        }
    }
    Ok(deleted)
}

fn read(row: &mut Row) -> Result<(TenantId, RecipientIndex, RecipientCounters)> {
    Ok((row.get()?, row.get()?, read_counters(row)?))
}

/// Moves all counted events back by `step`, together with the clock, so that they count for as long
/// as before.
pub fn move_counters(tx: &dyn Tx, step: Duration) -> Result<()> {
    let sql = concat!("SELECT r.tenant, r.recipient, ", counter_columns!(), " FROM recipients r");
    for (tenant, recipient, counters) in tx.all(sql, &[], read)? {
        let sends = counters.sends.earlier_by(step).to_bytes();
        let failures = counters.failures.earlier_by(step).to_bytes();
        let reserve = counters.reserve.earlier_by(step).to_bytes();
        let sql = "UPDATE recipients SET sends = ?3, failures = ?4, reserve = ?5 WHERE tenant = ?1 AND recipient = ?2";
        tx.later(sql, with![tenant, &recipient, &sends, &failures, &reserve])?;
    }
    Ok(())
}
