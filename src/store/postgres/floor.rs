//! The floor of the audit trail: the identity below which no lane writes a row any more.
//!
//! Each lane has it in its row of `writers`, which every transaction of the lane changes first, and learns by that. So
//! whoever raises it waits for the lane's transaction that is under way, whose rows are there then, and every later one
//! knows of it. A lane that joins begins at the last seal, and the transaction that seals looks whether all have been
//! raised. Both are serializable and read what the other writes, so they never happen at once.

use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Raises the floor of all lanes, over a connection that is in no transaction: each lane by itself, so that none waits
/// for the transaction of another.
pub(super) fn raise(tx: &dyn Tx, until: i64) -> Result<()> {
    let sql = "SELECT node, lane FROM writers WHERE floor < ?1 ORDER BY node, lane";
    let lanes: Vec<(i64, i64)> = tx.all(sql, with![until], |row| Ok((row.get()?, row.get()?)))?;
    let sql = "UPDATE writers SET floor = ?3 WHERE node = ?1 AND lane = ?2 AND floor < ?3";
    for (node, lane) in lanes {
        tx.change(sql, with![node, lane, until])?;
    }
    Ok(())
}

/// The statement with which a lane joins, at the last seal, or takes over the row of a former session.
pub(super) const JOIN: &str = "INSERT INTO writers (node, lane, session, tx, floor) VALUES (?1, ?2, ?3, 0, coalesce(\
    (SELECT until FROM audit_seals ORDER BY number DESC LIMIT 1), -9223372036854775808)) \
    ON CONFLICT (node, lane) DO UPDATE SET session = excluded.session, tx = 0";
