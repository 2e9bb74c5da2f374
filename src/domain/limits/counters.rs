//! Counters for one recipient of a tenant: messages sent, and wrong answers.

use std::time::Duration;

use crate::domain::challenges::device::Device;
use crate::domain::id::ChallengeId;
use crate::domain::limits::history::History;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::time::Timestamp;

/// The `Retry-After` for a recipient that is locked out until the tenant clears the lockout.
const LOCKOUT_RETRY: Duration = Duration::from_secs(24 * 3600);

/// Number of challenges that are remembered per recipient: as many as the default limits let through.
pub const LATEST: usize = 10;

/// What an answer is evaluated on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Allowance {
    /// The wrong answers that everybody has together.
    Usual,
    /// Those of devices that the tenant vouches for, after the others are used up.
    Reserve,
}

/// The counters of one recipient. Nothing is counted while limits are switched off (`None`).
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RecipientCounters {
    /// The messages sent.
    pub sends: History,
    /// The latest challenges, oldest first, whatever their status.
    pub latest: Vec<ChallengeId>,
    /// The wrong answers.
    pub failures: History,
    /// Number of wrong answers since the last right one.
    pub in_a_row: u32,
    /// The wrong answers that were evaluated on the reserve. They count for nothing else.
    pub reserve: History,
}

impl RecipientCounters {
    /// Returns the limit that one more wrong answer would exceed. If there is one, no answer is
    /// evaluated at all.
    pub fn check_failures(&self, limits: Option<&RecipientLimits>, now: Timestamp) -> Option<LimitHit> {
        let limits = limits?;
        if self.in_a_row >= limits.failures_in_a_row {
            return Some(LimitHit { limit: Limit::RecipientLockout, retry_after: LOCKOUT_RETRY });
        }
        let wait = self.failures.wait(&limits.failure_windows(), now);
        wait.map(|retry_after| LimitHit { limit: Limit::FailuresPerRecipient, retry_after })
    }

    /// Returns what one more answer from this device may be evaluated on, or the limit that refuses it. The reserve
    /// refuses last: whoever makes others' answers be refused does not reach what their own devices have.
    pub fn admit(
        &self,
        limits: Option<&RecipientLimits>,
        device: Device,
        now: Timestamp,
    ) -> Result<Allowance, LimitHit> {
        let Some(hit) = self.check_failures(limits, now) else { return Ok(Allowance::Usual) };
        let reserve = limits.and_then(|limits| limits.reserve).filter(|_| device == Device::Trusted);
        match reserve.map(|reserve| self.reserve.wait(&[reserve], now)) {
            None => Err(hit),
            Some(None) => Ok(Allowance::Reserve),
            Some(Some(wait)) => Err(LimitHit { retry_after: hit.retry_after.min(wait), ..hit }),
        }
    }

    /// Counts an answer on the reserve before it is compared.
    pub fn take_from_reserve(&mut self, now: Timestamp) {
        self.reserve.record(now);
    }

    /// Gives back to the reserve what a right answer took at `now`. It ends no row and clears no window: a lockout
    /// holds for everybody else.
    pub fn give_back_to_reserve(&mut self, now: Timestamp) {
        self.reserve.forget(now);
    }

    /// Counts a wrong answer. Returns `true` if it locks the recipient out.
    pub fn record_failure(&mut self, limits: &RecipientLimits, now: Timestamp) -> bool {
        self.failures.record(now);
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.in_a_row == limits.failures_in_a_row
    }

    /// Returns the limit that one more message would exceed.
    pub fn check_sends(&self, limits: Option<&RecipientLimits>, now: Timestamp) -> Option<LimitHit> {
        let retry_after = self.sends.wait(&limits?.sends, now)?;
        Some(LimitHit { limit: Limit::SendsPerRecipient, retry_after })
    }

    /// Returns the limit that one more message of any tenant would exceed. The wait is rounded up to the shortest
    /// window, because the exact one would tell a tenant when others have sent.
    pub fn check_sends_overall(&self, limits: Option<&RecipientLimits>, now: Timestamp) -> Option<LimitHit> {
        let rates = &limits?.sends_overall;
        let wait = self.sends.wait(rates, now)?.as_secs_f64();
        let step = rates.iter().map(|rate| rate.per).min()?;
        let steps = (wait / step.as_secs_f64()).ceil().max(1.0);
        Some(LimitHit { limit: Limit::SendsPerRecipient, retry_after: step.mul_f64(steps) })
    }

    /// Counts a message, and remembers the challenge that it opens, if any, as the latest.
    pub fn record_send(
        &mut self,
        limits: Option<&RecipientLimits>,
        now: Timestamp,
        opens: Option<ChallengeId>,
    ) {
        if limits.is_some() {
            self.sends.record(now);
        }
        self.latest.extend(opens);
        self.trim_latest();
    }

    /// Clears the wrong answers. Returns `false` if there were none.
    pub fn clear_failures(&mut self) -> bool {
        let had_failed = self.failures.latest().is_some() || self.in_a_row > 0;
        (self.failures, self.in_a_row) = (History::default(), 0);
        had_failed
    }

    /// Adds the counts of another row for the same recipient.
    pub fn merge(&mut self, other: &Self) {
        self.sends.merge(&other.sends);
        self.latest.extend(&other.latest);
        self.latest.sort_unstable();
        self.trim_latest();
        self.failures.merge(&other.failures);
        self.in_a_row = self.in_a_row.saturating_add(other.in_a_row);
        self.reserve.merge(&other.reserve);
    }

    /// Drops the oldest challenges beyond [`LATEST`].
    fn trim_latest(&mut self) {
        let surplus = self.latest.len().saturating_sub(LATEST);
        self.latest.drain(..surplus);
    }

    /// Returns when something was last counted or a challenge last opened.
    pub fn last_used(&self) -> Option<Timestamp> {
        let opened = self.latest.last().map(|id| crate::domain::id::moment(id.0));
        [self.failures.latest(), self.reserve.latest(), opened]
            .into_iter()
            .fold(self.sends.latest(), Option::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn only_the_latest_challenges_are_remembered() {
        let mut counters = RecipientCounters::default();
        for id in 0..15 {
            counters.record_send(None, at(0), Some(ChallengeId(id)));
        }
        assert_eq!(counters.latest, (5..15).map(ChallengeId).collect::<Vec<_>>());
        assert_eq!(counters.sends, History::default(), "nothing is counted without limits");
    }

    #[test]
    fn merging_keeps_only_the_latest_challenges_of_both() {
        let with = |ids: std::ops::Range<i64>| RecipientCounters {
            latest: ids.map(ChallengeId).collect(),
            ..Default::default()
        };
        let mut one = with(5..12);
        one.merge(&with(0..5));
        assert_eq!(one.latest, (2..12).map(ChallengeId).collect::<Vec<_>>());
    }

    #[test]
    fn merged_counters_have_all_that_was_counted() {
        let mut one = RecipientCounters { in_a_row: 2, latest: vec![ChallengeId(5)], ..Default::default() };
        let mut other = RecipientCounters { in_a_row: 3, latest: vec![ChallengeId(3)], ..Default::default() };
        one.failures.record(at(1));
        other.failures.record(at(2));
        one.merge(&other);
        assert_eq!((one.in_a_row, one.failures.latest()), (5, Some(at(2))));
        assert_eq!(one.latest, [ChallengeId(3), ChallengeId(5)]);
        assert!(one.clear_failures() && !one.clear_failures());
    }
}
