//! Refusals that are remembered until they end, so that a flood of refused events asks nobody else.

use std::time::Duration;

use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::rule::{Rule, Subject, Window};
use crate::domain::time::Timestamp;

use super::shards::Shards;

/// How long a refusal by a sliding window is believed at most: events may be taken back there, on
/// another node.
const SLIDING_BELIEF: Duration = Duration::from_secs(1);

/// Refusals of events that are counted elsewhere.
#[derive(Debug, Default)]
pub(super) struct Refusals(Shards<Remembered>);

#[derive(Debug)]
struct Remembered {
    free_at: Timestamp,
    believed_until: Timestamp,
}

impl Refusals {
    /// Refuses if a refusal is remembered that has not ended.
    pub(super) fn check(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<(), LimitHit> {
        let key = (rule, subject.clone());
        match self.0.lock(&key).get(&key) {
            Some(known) if now < known.believed_until => {
                Err(LimitHit { limit: rule.limit, retry_after: known.free_at.since(now) })
            }
            _ => Ok(()),
        }
    }

    /// Remembers a refusal at `now`.
    pub(super) fn note(&self, rule: Rule, subject: &Subject, now: Timestamp, retry_after: Duration) {
        let belief = match rule.window {
            Window::Refilling => retry_after,
            Window::Sliding => retry_after.min(SLIDING_BELIEF),
        };
        let key = (rule, subject.clone());
        let known = Remembered { free_at: now + retry_after, believed_until: now + belief };
        self.0.lock(&key).insert(key, known);
    }

    /// Drops the refusals that have ended.
    pub(super) fn forget_ended(&self, now: Timestamp) {
        self.0.retain(|_, known| now < known.believed_until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::limits::limit::Limit;

    #[test]
    fn a_refusal_is_remembered_until_it_ends_and_one_that_may_be_taken_back_for_a_second() {
        let at = |millis: i64| Timestamp::from_millis(1_000_000 + millis);
        let refusals = Refusals::default();
        let rate = "2/1m".parse().unwrap();
        let (bucket, window) =
            (Rule::refilling(Limit::MintPerTenant, rate), Rule::sliding(Limit::SignIns, rate));
        let subject = Subject::Client(None);
        for rule in [bucket, window] {
            assert!(refusals.check(rule, &subject, at(0)).is_ok());
            refusals.note(rule, &subject, at(0), Duration::from_secs(30));
        }
        let left = |rule, millis| refusals.check(rule, &subject, at(millis)).err().map(|hit| hit.retry_after);
        assert_eq!(left(bucket, 29_999), Some(Duration::from_millis(1)));
        assert_eq!(left(bucket, 30_000), None);
        assert_eq!(left(window, 999), Some(Duration::from_millis(29_001)));
        assert_eq!(left(window, 1_000), None);
        refusals.forget_ended(at(1_000));
        assert_eq!(refusals.0.len(), 1);
    }
}
