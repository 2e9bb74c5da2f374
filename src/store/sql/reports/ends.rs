//! Counting how challenges and their messages end.

use std::time::Duration;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::reports::course::{DeliveryTimes, hour_of};
use crate::domain::reports::statistics::VerificationTimes;
use crate::domain::time::Timestamp;
use crate::store::sql::group::Group;
use crate::store::sql::rows::ChallengeRow;

use super::counter::Counter;

/// Counts the end of a challenge. A message that was still queued is counted as failed.
pub fn end(group: &Group, challenge: &ChallengeRow, status: ChallengeStatus, now: Timestamp) {
    let minted = challenge.shown.minted_at();
    let Some(counter) = Counter::of(status, hour_of(minted)) else { return };
    if !challenge.shown.standing.is_relayed() {
        group.count(challenge.cell, counter, 1);
    }
    if status == ChallengeStatus::Verified {
        let step = VerificationTimes::step(now.since(minted).as_millis());
        group.count(challenge.cell, Counter::Within(step), 1);
    }
    if challenge.is_queued() {
        group.count(challenge.cell, Counter::Failed(challenge.unsent_because(status)), 1);
    }
}

/// Counts a message that was sent after this time: once, however often that is reported, and
/// instead of the failure that was counted if its challenge had ended before.
pub fn sent(group: &Group, challenge: &ChallengeRow, waited: Option<Duration>) {
    match (challenge.shown.delivery, challenge.shown.delivery_error) {
        (Some(DeliveryStatus::Sent | DeliveryStatus::Delivered), _) => return,
        (Some(DeliveryStatus::Failed), reason) => {
            let reason = reason.unwrap_or(DeliveryError::Canceled);
            group.count(challenge.cell, Counter::Failed(reason), -1);
        }
        (Some(DeliveryStatus::Queued) | None, _) => {}
    }
    let step = waited.map(|waited| DeliveryTimes::step(waited.as_millis()));
    group.count(challenge.cell, Counter::Sent(step), 1);
}
