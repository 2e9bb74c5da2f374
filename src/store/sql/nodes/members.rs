//! The rows of nodes.

use std::time::Duration;

use crate::domain::node::{ClockSkew, NodeInfo, NodeKind, NodeLease};
use crate::domain::time::Timestamp;
use crate::store::Renewal;
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Renews a lease, unless another session has the number.
pub fn renew(tx: &dyn Tx, lease: NodeLease, renewal: Renewal, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE nodes SET seen_at = ?3, skew = ?4, lag = ?5 WHERE number = ?1 AND session = ?2";
    let (skew, lag) = (renewal.skew.map(|skew| skew.0), i64::try_from(renewal.lag.as_millis()));
    Ok(tx.change(sql, with![lease.node, lease.session, now, skew, lag.unwrap_or(i64::MAX)])? > 0)
}

/// Returns whether a session holds its number.
pub fn holds(tx: &dyn Tx, lease: NodeLease) -> Result<bool> {
    tx.has("SELECT 1 FROM nodes WHERE number = ?1 AND session = ?2", with![lease.node, lease.session])
}

/// Returns whether a session holds its number and was not seen after `since`.
pub fn was_quiet(tx: &dyn Tx, lease: NodeLease, since: Timestamp) -> Result<bool> {
    let sql = "SELECT 1 FROM nodes WHERE number = ?1 AND session = ?2 AND seen_at <= ?3";
    tx.has(sql, with![lease.node, lease.session, since])
}

/// Returns all nodes, by number.
pub fn all(tx: &dyn Tx) -> Result<Vec<NodeInfo>> {
    let sql = "SELECT number, session, kind, address, version, lanes, joined_at, seen_at, skew, lag \
               FROM nodes ORDER BY number";
    tx.all(sql, &[], read)
}

fn read(row: &mut Row) -> Result<NodeInfo> {
    Ok(NodeInfo {
        lease: NodeLease { node: row.get()?, session: row.get()? },
        kind: row.word(NodeKind::parse)?,
        address: row.get()?,
        version: row.get()?,
        lanes: row.get()?,
        joined_at: row.get()?,
        seen_at: row.get()?,
        skew: row.get::<Option<i64>>()?.map(ClockSkew),
        lag: Duration::from_millis(row.get::<i64>()?.unsigned_abs()),
    })
}
