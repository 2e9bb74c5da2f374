//! A limiter in the memory of the process. A restart loses its counts.

use std::time::Duration;

use crate::domain::limits::history::History;
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::rule::{Rule, Subject, Window};
use crate::domain::time::Timestamp;

use super::bucket::Bucket;
use super::shards::Shards;

/// The state of a subject under a rule.
#[derive(Debug)]
enum Count {
    Refilling(Bucket),
    Sliding(History),
}

/// A limiter in memory. It answers immediately.
#[derive(Debug, Default)]
pub(super) struct MemoryLimiter(Shards<Count>);

impl Count {
    fn of(window: Window) -> Self {
        match window {
            Window::Refilling => Self::Refilling(Bucket::default()),
            Window::Sliding => Self::Sliding(History::default()),
        }
    }

    fn count(&mut self, rule: Rule, now: Timestamp) -> Result<u32, Duration> {
        match self {
            Self::Refilling(bucket) => bucket.take(rule.rate, now),
            Self::Sliding(history) => match history.wait(&[rule.rate], now) {
                Some(wait) => Err(wait),
                None => {
                    history.record(now);
                    Ok(rule.rate.max.saturating_sub(history.within(rule.rate.per, now)))
                }
            },
        }
    }

    fn check(&self, rule: Rule, now: Timestamp) -> Result<(), Duration> {
        match self {
            Self::Refilling(bucket) => bucket.check(rule.rate, now),
            Self::Sliding(history) => history.wait(&[rule.rate], now).map_or(Ok(()), Err),
        }
    }

    fn take_back(&mut self, rule: Rule, at: Timestamp) {
        match self {
            Self::Refilling(bucket) => bucket.put_back(rule.rate),
            Self::Sliding(history) => history.forget(at),
        }
    }

    /// Returns whether the count can no longer refuse anything, so that it can be dropped.
    fn is_quiet(&self, rule: Rule, now: Timestamp) -> bool {
        match self {
            Self::Refilling(bucket) => bucket.is_full(now),
            Self::Sliding(history) => history.within(rule.rate.per, now) == 0,
        }
    }
}

impl MemoryLimiter {
    /// Counts an event of `subject` at `now`, unless it exceeds the rate. Returns how many more
    /// would pass at the same moment.
    pub(super) fn count(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<u32, LimitHit> {
        let key = (rule, subject.clone());
        let mut shard = self.0.lock(&key);
        let counted = shard.entry(key).or_insert_with(|| Count::of(rule.window)).count(rule, now);
        counted.map_err(|retry_after| LimitHit { limit: rule.limit, retry_after })
    }

    /// Refuses if [`Self::count`] would, without counting anything.
    pub(super) fn check(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<(), LimitHit> {
        let key = (rule, subject.clone());
        let checked = self.0.lock(&key).get(&key).map_or(Ok(()), |count| count.check(rule, now));
        checked.map_err(|retry_after| LimitHit { limit: rule.limit, retry_after })
    }

    /// Uncounts an event that was counted at `at`.
    pub(super) fn take_back(&self, rule: Rule, subject: &Subject, at: Timestamp) {
        let key = (rule, subject.clone());
        if let Some(count) = self.0.lock(&key).get_mut(&key) {
            count.take_back(rule, at);
        }
    }

    /// Drops inactive subjects, so that memory use follows the active ones.
    pub(super) fn forget_quiet(&self, now: Timestamp) {
        self.0.retain(|(rule, _), count| !count.is_quiet(*rule, now));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::domain::id::TenantId;
    use crate::domain::limits::limit::Limit;
    use crate::domain::limits::rate::Rate;

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + seconds * 1_000)
    }

    fn kept(limiter: &MemoryLimiter) -> usize {
        limiter.0.len()
    }

    #[test]
    fn each_subject_counts_for_itself_under_each_rule() {
        let limiter = MemoryLimiter::default();
        let (mint, verify) = (
            Rule::refilling(Limit::MintPerTenant, rate("1/1s")),
            Rule::refilling(Limit::VerifyPerTenant, rate("1/1s")),
        );
        let [one, other] = [1, 2].map(|id| Subject::Tenant(TenantId(id)));
        assert_eq!(limiter.count(mint, &one, at(0)), Ok(0));
        let hit = limiter.count(mint, &one, at(0)).unwrap_err();
        assert_eq!((hit.limit, hit.retry_after), (Limit::MintPerTenant, Duration::from_secs(1)));
        assert_eq!(limiter.check(mint, &one, at(0)), Err(hit));
        assert!(limiter.count(mint, &other, at(0)).is_ok() && limiter.count(verify, &one, at(0)).is_ok());
        limiter.take_back(mint, &one, at(0));
        assert!(limiter.count(mint, &one, at(0)).is_ok());
        limiter.forget_quiet(at(0));
        assert_eq!(kept(&limiter), 3);
        limiter.forget_quiet(at(1));
        assert_eq!(kept(&limiter), 0);
    }

    #[test]
    fn a_sliding_window_lets_no_more_pass_in_any_period() {
        let limiter = MemoryLimiter::default();
        let rule = Rule::sliding(Limit::SignIns, rate("2/1m"));
        let subject = Subject::Client(None);
        assert_eq!([0, 30].map(|second| limiter.count(rule, &subject, at(second)).unwrap()), [1, 0]);
        assert_eq!(limiter.count(rule, &subject, at(40)).unwrap_err().retry_after.as_secs(), 20);
        limiter.take_back(rule, &subject, at(30));
        assert!(
            limiter.count(rule, &subject, at(40)).is_ok() && limiter.count(rule, &subject, at(59)).is_err()
        );
        assert!(limiter.count(rule, &subject, at(60)).is_ok());
        limiter.forget_quiet(at(119));
        assert_eq!(kept(&limiter), 1);
        limiter.forget_quiet(at(120));
        assert_eq!(kept(&limiter), 0);
    }

    #[test]
    fn of_many_at_the_same_time_as_many_pass_as_the_rate_has() {
        let limiter = MemoryLimiter::default();
        let rules = [
            Rule::refilling(Limit::MintPerTenant, rate("20/1m")),
            Rule::sliding(Limit::SignIns, rate("20/1m")),
        ];
        for rule in rules {
            let passed = AtomicUsize::new(0);
            std::thread::scope(|threads| {
                for _ in 0..4 {
                    threads.spawn(|| {
                        for _ in 0..100 {
                            let counted = limiter.count(rule, &Subject::Tenant(TenantId(1)), at(0));
                            passed.fetch_add(usize::from(counted.is_ok()), Ordering::Relaxed);
                        }
                    });
                }
            });
            assert_eq!(passed.into_inner(), 20, "{rule:?}");
        }
    }
}
