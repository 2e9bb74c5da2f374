//! The row of a message in the outbox, as it is read to end it.

use crate::domain::id::ChallengeId;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// The columns that a message is read from.
macro_rules! message_columns {
    () => {
        "o.queued_at, o.tries, o.unconfirmed, o.log"
    };
}
pub(crate) use message_columns;

/// A message that has not ended.
#[derive(Clone)]
pub struct QueuedMessage {
    pub queued_at: Timestamp,
    /// Number of tries that have failed.
    pub tries: u32,
    /// Number of tries whose fate is unknown.
    pub unconfirmed: u32,
    /// When and why they failed, in the format of [`Try`](crate::domain::deliveries::history::Try).
    pub log: Option<String>,
}

impl QueuedMessage {
    /// Loads the message of a challenge, if it is in the outbox.
    pub fn load(tx: &dyn Tx, challenge: ChallengeId) -> Result<Option<Self>> {
        let sql = concat!("SELECT ", message_columns!(), " FROM outbox o WHERE o.challenge = ?1");
        tx.first(sql, with![challenge], Self::read)
    }

    /// Reads the columns of `message_columns`.
    pub fn read(row: &mut Row) -> Result<Self> {
        let (queued_at, tries, unconfirmed) = (row.get()?, row.get()?, row.get()?);
        Ok(Self { queued_at, tries, unconfirmed, log: row.get()? })
    }
}
