//! The clock of the database.

use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;

/// Returns its time.
pub(super) fn read(tx: &dyn Tx) -> Result<Timestamp> {
    let sql = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";
    tx.one(sql, &[], |row| row.get())
}
