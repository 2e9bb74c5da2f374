//! The part of a challenge that its tenant may see.

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus, Standing};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// The columns of `challenges c` that [`read_shown`] reads.
macro_rules! shown_columns {
    () => {
        "c.id, c.purpose, c.channel, nullif(c.recipient_hint, ''), c.status, c.attempts, c.max_attempts, \
         c.expires_at, c.max_sends, c.sends, c.resend_at, c.details, c.delivery, c.delivery_at, c.delivery_error"
    };
}
pub(crate) use shown_columns;

/// Reads a challenge from its columns.
pub fn read_shown(row: &mut Row) -> Result<Challenge> {
    let id = row.get::<ChallengeId>()?;
    let (purpose, channel) = (row.word(Purpose::parse)?, row.word(ChannelKind::parse)?);
    let to = row.get()?;
    let standing = Standing {
        status: row.word(ChallengeStatus::parse)?,
        attempts: row.get()?,
        max_attempts: row.get()?,
        expires_at: row.get()?,
    };
    let max_sends = row.get::<u8>()?;
    Ok(Challenge {
        id,
        purpose,
        channel,
        to,
        standing,
        max_sends,
        sends_remaining: max_sends.saturating_sub(row.get()?),
        resend_at: row.get()?,
        details: row.json()?,
        delivery: row.maybe_word(DeliveryStatus::parse)?,
        delivery_at: row.get()?,
        delivery_error: row.maybe_word(DeliveryError::parse)?,
    })
}

/// Reads a tenant's challenge from the database.
pub fn find_shown(tx: &dyn Tx, tenant: TenantId, id: ChallengeId) -> Result<Option<Challenge>> {
    let sql = concat!("SELECT ", shown_columns!(), " FROM challenges c WHERE c.tenant = ?1 AND c.id = ?2");
    tx.first(sql, with![tenant, id], read_shown)
}
