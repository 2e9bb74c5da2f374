//! The age of reports.

use std::time::Duration;

use crate::domain::time::Timestamp;

/// How old a gateway's signature may be, and how far ahead the clock of its maker.
pub(super) const OLDEST: Duration = Duration::from_secs(300);

/// Returns whether a report was signed at most `most` before or after `now`. The time is in seconds, as
/// providers write it.
pub(super) fn is_within(most: Duration, now: Timestamp, seconds: i64) -> bool {
    let signed_at = seconds.checked_mul(1_000);
    signed_at.is_some_and(|at| u128::from(now.as_millis().abs_diff(at)) <= most.as_millis())
}
