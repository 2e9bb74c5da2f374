//! Deleting counts that no rule looks at any more, and moving them with the clock.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::phone::fraud::tally::Tally;
use crate::domain::phone::fraud::trail::{Mark, Trail};
use crate::domain::reports::statistics::Day;
use crate::domain::secret::TrailKey;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// How many days a tally is kept after its last message: longer than the longest period.
const TALLY_DAYS: i64 = 16;

/// How long a block is kept after its end.
const KEEP_BLOCKS: Duration = Duration::from_secs(86_400);

/// Deletes at most `limit` rows of each kind that have no meaning any more. Returns how many of each.
pub fn delete_old(tx: &dyn Tx, now: Timestamp, limit: usize) -> Result<[usize; 3]> {
    let today = Day::of(now);
    let sql = "DELETE FROM phone_trails WHERE (tenant, key) IN \
               (SELECT tenant, key FROM phone_trails WHERE day < ?1 ORDER BY day LIMIT ?2)";
    let trails = tx.change(sql, with![(today - 1).number(), limit])?;
    let sql = "DELETE FROM phone_tallies WHERE (tenant, country) IN \
               (SELECT tenant, country FROM phone_tallies WHERE day < ?1 ORDER BY day LIMIT ?2)";
    let tallies = tx.change(sql, with![(today - TALLY_DAYS).number(), limit])?;
    let sql = "DELETE FROM phone_blocks WHERE (tenant, rule, key) IN \
               (SELECT tenant, rule, key FROM phone_blocks WHERE until < ?1 ORDER BY until LIMIT ?2)";
    let blocks = tx.change(sql, with![now - KEEP_BLOCKS, limit])?;
    Ok([trails, tallies, blocks])
}

/// Moves all counted messages back by `step`, together with the clock.
pub fn move_counts(tx: &dyn Tx, step: Duration) -> Result<()> {
    let days = i64::try_from(step.as_secs() / 86_400).unwrap_or(i64::MAX);
    let sql = "SELECT tenant, key, steps FROM phone_trails";
    let trails: Vec<(TenantId, TrailKey, Trail)> =
        tx.all(sql, &[], |row| Ok((row.get()?, row.get()?, Trail::from_bytes(row.bytes()?))))?;
    for (tenant, key, trail) in trails {
        let sql = "UPDATE phone_trails SET steps = ?3, day = day - ?4 WHERE tenant = ?1 AND key = ?2";
        tx.later(sql, with![tenant, &key, &trail.earlier_by(step).to_bytes(), days])?;
    }
    let sql = "SELECT tenant, country, sends FROM phone_tallies";
    let tallies: Vec<(TenantId, Mark, Tally)> =
        tx.all(sql, &[], |row| Ok((row.get()?, row.get()?, Tally::from_bytes(row.bytes()?))))?;
    for (tenant, country, tally) in tallies {
        let sql = "UPDATE phone_tallies SET sends = ?3, day = day - ?4 WHERE tenant = ?1 AND country = ?2";
        tx.later(sql, with![tenant, &country, &tally.earlier_by(step).to_bytes(), days])?;
    }
    Ok(())
}
