//! The nodes that do not know a migration.

use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Returns the nodes that do not know the migration with this number, for people. Inside the transaction that
/// removes what they use, none of them can join.
pub(super) fn older(tx: &dyn Tx, number: u32) -> Result<Vec<String>> {
    let sql = "SELECT number, version, address FROM nodes WHERE coalesce(knows, 0) < ?1 ORDER BY number";
    tx.all(sql, with![number], |row| {
        let (node, version, address): (i64, String, String) = (row.get()?, row.get()?, row.get()?);
        Ok(format!("node {node} ({version}, {address})"))
    })
}

/// Notes what a node knows, and fails if the schema needs more than that: it may have been contracted since
/// the node looked.
pub(in super::super) fn refuse_older(tx: &dyn Tx, node: u16, knows: u32) -> Result<()> {
    let sql = "SELECT convert_from(value, 'UTF8') FROM meta WHERE key = 'least_version'";
    let least: Option<String> = tx.first(sql, &[], |row| row.get())?;
    if least.and_then(|least| least.parse().ok()).is_some_and(|least: u32| least > knows) {
        return Err(Failed::Operation("the database needs a newer version of otpmint".into()));
    }
    tx.later("UPDATE nodes SET knows = ?2 WHERE number = ?1", with![node, knows])
}
