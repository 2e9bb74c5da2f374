//! Folding: the counts of all lanes become one row, when the day is over.

use crate::domain::id;
use crate::domain::reports::statistics::Day;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// The number of cells in one round.
pub const ROUND: usize = 200;

/// How many days back cells are looked at: what is counted for a challenge later than that is rare, and
/// stays in rows of its own.
const DAYS: i64 = 3;

/// Returns some cells of the last days whose counts lie in several lanes.
pub fn waiting(tx: &dyn Tx, now: Timestamp) -> Result<Vec<i64>> {
    let today = Day::of(now);
    let (from, to) = ((today - DAYS).begins_at(), today.begins_at());
    let sql = "SELECT DISTINCT cell FROM counts WHERE cell >= ?1 AND cell < ?2 AND lane <> 0 ORDER BY cell LIMIT ?3";
    tx.all(sql, with![id::first_at(from), id::first_at(to), ROUND], |row| row.get())
}

/// Adds the counts of all lanes of a cell to those of lane 0.
pub fn fold(tx: &dyn Tx, cell: i64) -> Result<()> {
    let sql = "INSERT INTO counts (cell, counter, lane, n) \
               SELECT cell, counter, 0, CAST(sum(n) AS BIGINT) FROM counts WHERE cell = ?1 AND lane <> 0 \
               GROUP BY cell, counter \
               ON CONFLICT (cell, counter, lane) DO UPDATE SET n = counts.n + excluded.n";
    tx.later(sql, with![cell])?;
    tx.later("DELETE FROM counts WHERE cell = ?1 AND lane <> 0", with![cell])
}
