//! The row of a recipient.

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::counters::RecipientCounters;
use crate::domain::limits::history::History;
use crate::domain::secret::RecipientIndex;
use crate::store::sql::dialect::lock;
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Stands for all tenants among the rows of recipients.
pub const EVERYBODY: TenantId = TenantId(0);

/// The columns of `recipients r` that [`read_counters`] reads.
macro_rules! counter_columns {
    () => {
        "r.sends, r.latest, r.failures, r.in_a_row, r.reserve"
    };
}
pub(crate) use counter_columns;

/// The counters of a recipient, if anything is counted.
#[derive(Default)]
pub struct RecipientRow {
    /// Whether the database has a row.
    is_kept: bool,
    counters: Option<RecipientCounters>,
}

impl RecipientRow {
    /// Loads a recipient.
    pub fn load(tx: &dyn Tx, tenant: TenantId, index: RecipientIndex) -> Result<Self> {
        let sql = concat!(
            "SELECT ",
            counter_columns!(),
            " FROM recipients r WHERE r.tenant = ?1 AND r.recipient = ?2 ",
            lock!()
        );
        let counters = tx.first(sql, with![tenant, &index], read_counters)?;
        Ok(Self::kept(counters))
    }

    /// Creates a recipient from its row, if there is one.
    pub fn kept(counters: Option<RecipientCounters>) -> Self {
        Self { is_kept: counters.is_some(), counters }
    }

    /// Returns the counters.
    pub fn counters(&self) -> Option<&RecipientCounters> {
        self.counters.as_ref()
    }

    /// Borrows the counters for changes; they are empty if there were none.
    pub fn counters_mut(&mut self) -> &mut RecipientCounters {
        self.counters.get_or_insert_default()
    }

    /// Removes and returns the counters.
    pub fn take(&mut self) -> Option<RecipientCounters> {
        self.counters.take()
    }

    /// Writes the counters, or deletes the row if there are none any more.
    pub fn write(&self, tx: &dyn Tx, tenant: TenantId, index: RecipientIndex) -> Result<()> {
        let Some(RecipientCounters { sends, latest, failures, in_a_row, reserve }) = &self.counters else {
            return match self.is_kept {
                true => {
                    let sql = "DELETE FROM recipients WHERE tenant = ?1 AND recipient = ?2";
                    tx.later(sql, with![tenant, &index])
                }
                false => Ok(()),
            };
        };
        let sql = match self.is_kept {
            true => {
                "UPDATE recipients SET sends = ?3, latest = ?4, failures = ?5, in_a_row = ?6, reserve = ?7 \
                 WHERE tenant = ?1 AND recipient = ?2"
            }
            false => {
                "INSERT INTO recipients (tenant, recipient, sends, latest, failures, in_a_row, reserve) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
            }
        };
        let latest: Vec<u8> = latest.iter().flat_map(|id| id.0.to_be_bytes()).collect();
        let (sends, failures, reserve) = (sends.to_bytes(), failures.to_bytes(), reserve.to_bytes());
        tx.later(sql, with![tenant, &index, &sends, &latest, &failures, *in_a_row, &reserve])
    }
}

/// Reads the columns of `counter_columns`.
pub fn read_counters(row: &mut Row) -> Result<RecipientCounters> {
    let sends = History::from_bytes(row.bytes()?);
    let (ids, _) = row.bytes()?.as_chunks::<8>();
    let latest = ids.iter().map(|raw| ChallengeId(i64::from_be_bytes(*raw))).collect();
    let (failures, in_a_row) = (History::from_bytes(row.bytes()?), row.get()?);
    Ok(RecipientCounters { sends, latest, failures, in_a_row, reserve: History::from_bytes(row.bytes()?) })
}
