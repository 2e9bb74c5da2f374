//! Duties: what one node at a time does.

use crate::domain::node::{Duty, DutyLease, Node};
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Takes or keeps a duty, unless another node has it.
pub fn take(tx: &dyn Tx, duty: Duty, node: Node, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO leases (name, holder, until) VALUES (?1, ?2, ?3) \
               ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until \
               WHERE leases.holder = excluded.holder OR leases.until <= ?4";
    Ok(tx.change(sql, with![duty.as_str(), node, now + Duty::TERM, now])? > 0)
}

/// Returns the duties that somebody has, or had last. Those that this version does not know are left out.
pub fn all(tx: &dyn Tx) -> Result<Vec<DutyLease>> {
    let sql = "SELECT name, holder, until FROM leases ORDER BY name";
    let found: Vec<Option<DutyLease>> = tx.all(sql, &[], |row| {
        let (name, holder, until): (String, _, _) = (row.get()?, row.get()?, row.get()?);
        Ok(Duty::parse(&name).map(|duty| DutyLease { duty, holder, until }))
    })?;
    Ok(found.into_iter().flatten().collect())
}

/// Gives up all duties of a node.
pub fn give_up(tx: &dyn Tx, node: Node) -> Result<()> {
    tx.later("DELETE FROM leases WHERE holder = ?1", with![node])
}
