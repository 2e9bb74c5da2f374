//! How a recipient stands under its limits: what is used of each window, and what refuses it at present.

use crate::domain::limits::counters::RecipientCounters;
use crate::domain::limits::history::History;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::time::Timestamp;

/// How a recipient stands under its limits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecipientStanding {
    /// The windows of messages, in the order of the rates.
    pub sends: Vec<WindowUse>,
    /// The windows of wrong answers.
    pub failures: Vec<WindowUse>,
    /// Wrong answers since the last right one.
    pub failures_in_a_row: u32,
    /// How many of them lock the recipient out.
    pub most_in_a_row: u32,
    /// What refuses another message.
    pub sending: Option<Block>,
    /// What refuses an answer.
    pub answering: Option<Block>,
}

/// What is used of a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WindowUse {
    /// The rate.
    pub rate: Rate,
    /// How often it was used within its period.
    pub used: u32,
    /// When there is room again, if there is none.
    pub free_at: Option<Timestamp>,
}

/// A limit that refuses at present.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// The limit.
    pub limit: Limit,
    /// Until when; `None` if its tenant has to lift it.
    pub until: Option<Timestamp>,
}

impl RecipientStanding {
    /// Returns how a recipient stands at `now` that was counted so within its tenant, and so over all.
    pub fn of(
        counters: &RecipientCounters,
        overall: &RecipientCounters,
        limits: &RecipientLimits,
        now: Timestamp,
    ) -> Self {
        let uses =
            |history: &History, rates: &[Rate]| rates.iter().map(|rate| used(history, *rate, now)).collect();
        let answering = counters.check_failures(Some(limits), now);
        let sending = answering
            .or_else(|| counters.check_sends(Some(limits), now))
            .or_else(|| overall.check_sends_overall(Some(limits), now));
        Self {
            sends: uses(&counters.sends, &limits.sends),
            failures: uses(&counters.failures, &limits.failure_windows()),
            failures_in_a_row: counters.in_a_row,
            most_in_a_row: limits.failures_in_a_row,
            sending: sending.map(|hit| block(hit, now)),
            answering: answering.map(|hit| block(hit, now)),
        }
    }
}

fn used(history: &History, rate: Rate, now: Timestamp) -> WindowUse {
    let free_at = history.wait(&[rate], now).map(|wait| now + wait);
    WindowUse { rate, used: history.within(rate.per, now), free_at }
}

fn block(hit: LimitHit, now: Timestamp) -> Block {
    let ends = hit.limit != Limit::RecipientLockout;
    Block { limit: hit.limit, until: ends.then(|| now + hit.retry_after) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn limits() -> RecipientLimits {
        RecipientLimits {
            sends: vec!["3/10m".parse().unwrap(), "5/1h".parse().unwrap()],
            sends_overall: vec!["4/10m".parse().unwrap()],
            failures: "2/24h".parse().unwrap(),
            own_failures: None,
            failures_in_a_row: 3,
            reserve: None,
        }
    }

    fn sent(moments: &[i64]) -> RecipientCounters {
        RecipientCounters { sends: History::of(moments.iter().map(|at_| at(*at_))), ..Default::default() }
    }

    #[test]
    fn a_full_window_says_when_it_frees_and_the_others_what_is_used() {
        let standing = RecipientStanding::of(&sent(&[0, 10, 20]), &sent(&[]), &limits(), at(30));
        let told = |one: &WindowUse| (one.used, one.free_at);
        assert_eq!(standing.sends.iter().map(told).collect::<Vec<_>>(), [(3, Some(at(600))), (3, None)]);
        assert_eq!(standing.sending, Some(Block { limit: Limit::SendsPerRecipient, until: Some(at(600)) }));
        assert_eq!(standing.answering, None);
        let later = RecipientStanding::of(&sent(&[0, 10, 20]), &sent(&[]), &limits(), at(605));
        assert_eq!(later.sends.iter().map(told).collect::<Vec<_>>(), [(2, None), (3, None)]);
        assert_eq!(later.sending, None);
    }

    #[test]
    fn what_others_have_sent_blocks_without_saying_when_they_did() {
        let standing = RecipientStanding::of(&sent(&[]), &sent(&[0, 1, 2, 3]), &limits(), at(90));
        assert_eq!(standing.sending, Some(Block { limit: Limit::SendsPerRecipient, until: Some(at(690)) }));
        assert!(standing.sends.iter().all(|window| window.used == 0 && window.free_at.is_none()));
    }

    #[test]
    fn a_lockout_has_no_end_and_blocks_messages_too() {
        let failures = History::of([at(0), at(5)].into_iter());
        let mut counters = RecipientCounters { failures, in_a_row: 2, ..Default::default() };
        let standing = RecipientStanding::of(&counters, &sent(&[]), &limits(), at(10));
        let until = Some(at(86_400));
        assert_eq!(standing.answering, Some(Block { limit: Limit::FailuresPerRecipient, until }));
        counters.in_a_row = 3;
        let standing = RecipientStanding::of(&counters, &sent(&[]), &limits(), at(10));
        let block = Some(Block { limit: Limit::RecipientLockout, until: None });
        assert_eq!((standing.answering, standing.sending, standing.failures_in_a_row), (block, block, 3));
    }
}
