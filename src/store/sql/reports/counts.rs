//! Pending counts: added up in memory, and written once per transaction.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::counter::Counter;

/// The row of `cells` in which challenges of one tenant, day and kind are counted together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CellId(pub i64);

impl Counter {
    /// Returns the counter for a challenge that was minted in this hour of the day and ended with
    /// this status.
    pub const fn of(status: ChallengeStatus, hour: u8) -> Option<Self> {
        match status {
            ChallengeStatus::Pending => None,
            ChallengeStatus::Verified => Some(Self::Verified(hour)),
            ChallengeStatus::Exhausted => Some(Self::Exhausted),
            ChallengeStatus::Expired => Some(Self::Expired),
            ChallengeStatus::Canceled => Some(Self::Canceled),
        }
    }
}

/// Counts that are not written yet.
#[derive(Default)]
pub struct PendingCounts(RefCell<BTreeMap<(CellId, i64), i64>>);

impl PendingCounts {
    pub fn add(&self, cell: CellId, counter: Counter, change: i64) {
        *self.0.borrow_mut().entry((cell, counter.number())).or_default() += change;
    }

    /// Writes the counts, in the order of cells and counters, to the rows of `lane`, which no other writes.
    pub fn write(self, tx: &dyn Tx, lane: i64) -> Result<()> {
        let sql = "INSERT INTO counts (cell, counter, lane, n) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT (cell, counter, lane) DO UPDATE SET n = counts.n + excluded.n";
        let changes = self.0.into_inner().into_iter().filter(|(_, change)| *change != 0);
        for ((cell, counter), change) in changes {
            tx.later(sql, with![cell.0, counter, lane, change])?;
        }
        Ok(())
    }
}
