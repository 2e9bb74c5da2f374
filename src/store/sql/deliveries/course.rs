//! The course of a challenge: its deliveries in their order.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::deliveries::history::{ChallengeDelivery, DeliveryRecipient};
use crate::domain::id::ChallengeId;
use crate::domain::policy::MAX_SENDS;
use crate::domain::tenants::route::RouteHandle;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Returns what became of one message of a challenge.
pub fn ended(tx: &dyn Tx, challenge: ChallengeId, message: i64) -> Result<Option<ChallengeDelivery>> {
    let sql = "SELECT channel, route, status, queued_at, at, error, nullif(recipient_hint, ''), country \
               FROM deliveries WHERE challenge = ?1 AND message = ?2";
    tx.first(sql, with![challenge, message], |row| {
        let (channel, route) = (row.word(ChannelKind::parse)?, row.maybe_word(RouteHandle::parse)?);
        let status = row.word(DeliveryStatus::parse)?;
        let (queued_at, at, error) = (row.get()?, row.get()?, row.maybe_word(DeliveryError::parse)?);
        let to = DeliveryRecipient { index: None, hint: row.get()?, country: row.get()? };
        Ok(ChallengeDelivery { channel, to, route, status, queued_at, at, error })
    })
}

/// Returns the deliveries of a challenge: those that have ended, then the one that is queued. This is read
/// with every look at a challenge, so it is one statement, and none where the tenant delivers the code itself.
pub fn of_challenge(tx: &dyn Tx, challenge: &Challenge) -> Result<Vec<ChallengeDelivery>> {
    if challenge.channel == ChannelKind::None {
        return Ok(Vec::new());
    }
    let sql = "SELECT channel, route, status, queued_at, at, error, recipient, nullif(recipient_hint, ''), country, \
               message AS place FROM deliveries WHERE challenge = ?1 UNION ALL \
               SELECT NULL, NULL, ?2, o.queued_at, NULL, NULL, c.recipient, nullif(c.recipient_hint, ''), c.country, \
               255 FROM outbox o JOIN challenges c ON c.id = o.challenge WHERE o.challenge = ?1 \
               ORDER BY place LIMIT ?3";
    let queued = DeliveryStatus::Queued.as_str();
    tx.all(sql, with![challenge.id, queued, usize::from(MAX_SENDS)], |row| {
        let (channel, route) = (row.maybe_word(ChannelKind::parse)?, row.maybe_word(RouteHandle::parse)?);
        let status = row.word(DeliveryStatus::parse)?;
        let (queued_at, at, error) = (row.get()?, row.get()?, row.maybe_word(DeliveryError::parse)?);
        let to = DeliveryRecipient { index: row.get()?, hint: row.get()?, country: row.get()? };
        // What the last try of a queued message failed for is known of the challenge.
        let error = if status == DeliveryStatus::Queued { challenge.delivery_error } else { error };
        let channel = channel.unwrap_or(challenge.channel);
        Ok(ChallengeDelivery { channel, to, route, status, queued_at, at, error })
    })
}
