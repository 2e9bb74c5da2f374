//! Counters: added to in memory, and written once for each transaction.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// A row of the statistics.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellId(pub i64);

/// What is counted: a column of the statistics, and mostly one that tells more of the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counter {
    /// In this hour of the day.
    Minted(u8),
    Resent,
    /// Within so many milliseconds, if that is known.
    Sent(Option<u32>),
    Failed(DeliveryError),
    Mismatched,
    /// Of those minted in this hour of the day.
    Verified(u8),
    Exhausted,
    Expired,
    Canceled,
    /// Verified within so many seconds.
    Within(u32),
}

impl Counter {
    /// What counts a challenge that was minted in this hour of the day and ended so.
    pub const fn of(status: ChallengeStatus, hour: u8) -> Option<Self> {
        match status {
            ChallengeStatus::Pending => None,
            ChallengeStatus::Verified => Some(Self::Verified(hour)),
            ChallengeStatus::Exhausted => Some(Self::Exhausted),
            ChallengeStatus::Expired => Some(Self::Expired),
            ChallengeStatus::Canceled => Some(Self::Canceled),
        }
    }

    /// The statement that adds `?2` to its columns in the cell `?1`.
    fn statement(self) -> String {
        let (column, more) = match self {
            Self::Minted(hour) => ("minted", Some(format!("minted_{hour:02}"))),
            Self::Resent => ("resent", None),
            Self::Sent(step) => ("sent", step.map(|step| format!("sent_{step}"))),
            Self::Failed(reason) => ("failed", Some(format!("failed_{}", reason.as_str()))),
            Self::Mismatched => ("mismatched", None),
            Self::Verified(hour) => ("verified", Some(format!("verified_{hour:02}"))),
            Self::Exhausted => ("exhausted", None),
            Self::Expired => ("expired", None),
            Self::Canceled => ("canceled", None),
            Self::Within(step) => {
                return format!("UPDATE statistics SET within_{step} = within_{step} + ?2 WHERE id = ?1");
            }
        };
        match more {
            None => format!("UPDATE statistics SET {column} = {column} + ?2 WHERE id = ?1"),
            Some(more) => {
                format!("UPDATE statistics SET {column} = {column} + ?2, {more} = {more} + ?2 WHERE id = ?1")
            }
        }
    }
}

/// What was counted and is not written yet.
#[derive(Default)]
pub struct Counts(RefCell<BTreeMap<(CellId, Counter), i64>>);

impl Counts {
    pub fn add(&self, cell: CellId, counter: Counter, change: i64) {
        *self.0.borrow_mut().entry((cell, counter)).or_default() += change;
    }

    /// In the order of cells and counters, so that transactions meet in the same order.
    pub fn write(self, tx: &dyn Tx) -> Result<()> {
        for ((cell, counter), change) in self.0.into_inner() {
            tx.later(&counter.statement(), with![cell.0, change])?;
        }
        Ok(())
    }
}
