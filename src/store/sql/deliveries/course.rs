//! The course of a challenge: its deliveries in their order.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::deliveries::history::ChallengeDelivery;
use crate::domain::policy::MAX_SENDS;
use crate::domain::tenants::route::RouteHandle;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Returns the deliveries of a challenge: those that have ended, then the one that is queued.
pub fn of_challenge(tx: &dyn Tx, challenge: &Challenge) -> Result<Vec<ChallengeDelivery>> {
    let sql = "SELECT channel, route, status, queued_at, at, error FROM deliveries WHERE challenge = ?1 \
               ORDER BY message LIMIT ?2";
    let mut deliveries = tx.all(sql, with![challenge.id, usize::from(MAX_SENDS)], |row| {
        Ok(ChallengeDelivery {
            channel: row.word(ChannelKind::parse)?,
            route: row.maybe_word(RouteHandle::parse)?,
            status: row.word(DeliveryStatus::parse)?,
            queued_at: row.get()?,
            at: Some(row.get()?),
            error: row.maybe_word(DeliveryError::parse)?,
        })
    })?;
    let sql = "SELECT queued_at FROM outbox WHERE challenge = ?1";
    let queued = tx.first(sql, with![challenge.id], |row| {
        Ok(ChallengeDelivery {
            channel: challenge.channel,
            route: None,
            status: DeliveryStatus::Queued,
            queued_at: row.get()?,
            at: None,
            error: challenge.delivery_error,
        })
    })?;
    deliveries.extend(queued);
    Ok(deliveries)
}
