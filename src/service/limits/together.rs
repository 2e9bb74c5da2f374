//! Counting together with the other nodes.

use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::rule::{Rule, Subject};
use crate::domain::time::Timestamp;
use crate::shared_rates::{CountName, NotReached, Question, SharedCounts, Ticket, Verb, Verdict};

use super::memory::MemoryLimiter;
use super::refusals::Refusals;

/// Counts of all nodes, and what keeps a flood away from them: a refusal is remembered until it
/// ends, and no node asks for more events than the rate has for all.
pub struct Together {
    counts: Arc<dyn SharedCounts>,
    keyring: Arc<Keyring>,
    refusals: Refusals,
}

impl Together {
    /// Counts with `counts`, under names that are hashed with a key of `keyring`.
    pub fn new(counts: Arc<dyn SharedCounts>, keyring: Arc<Keyring>) -> Self {
        Self { counts, keyring, refusals: Refusals::default() }
    }

    pub(super) fn is_reached(&self) -> bool {
        self.counts.is_reached()
    }

    pub(super) async fn keep_reaching(&self) {
        self.counts.keep_reaching().await;
    }

    /// Counts an event, also in the `own` counts of this node.
    pub(super) async fn count(
        &self,
        own: &MemoryLimiter,
        rule: Rule,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<Result<(u32, Ticket), LimitHit>, NotReached> {
        if !self.is_reached() {
            return Err(NotReached);
        }
        let seen = self.refusals.check(rule, subject, now);
        // Before the question, or many events at once would all be asked for.
        if let Err(hit) = seen.and_then(|()| own.count(rule, subject, now)) {
            return Ok(Err(hit));
        }
        let decided = self.ask(Verb::Count, rule, subject, now).await;
        if !matches!(decided, Ok(Ok(_))) {
            own.take_back(rule, subject, now);
        }
        decided
    }

    /// Refuses if [`Self::count`] would.
    pub(super) async fn check(
        &self,
        own: &MemoryLimiter,
        rule: Rule,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<Result<(), LimitHit>, NotReached> {
        if !self.is_reached() {
            return Err(NotReached);
        }
        let seen = self.refusals.check(rule, subject, now).and_then(|()| own.check(rule, subject, now));
        match seen {
            Err(hit) => Ok(Err(hit)),
            Ok(()) => Ok(self.ask(Verb::Check, rule, subject, now).await?.map(|_| ())),
        }
    }

    /// Uncounts an event. If nobody is reached, it stays counted until its window has passed.
    pub(super) async fn take_back(&self, rule: Rule, subject: &Subject, ticket: Ticket) {
        let _ = self.counts.ask(self.question(Verb::TakeBack(ticket), rule, subject)).await;
    }

    /// Drops the refusals that have ended.
    pub(super) fn forget_ended(&self, now: Timestamp) {
        self.refusals.forget_ended(now);
    }

    async fn ask(
        &self,
        verb: Verb,
        rule: Rule,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<Result<(u32, Ticket), LimitHit>, NotReached> {
        match self.counts.ask(self.question(verb, rule, subject)).await? {
            Verdict::Passed { remaining, ticket } => Ok(Ok((remaining, ticket))),
            Verdict::Refused { retry_after } => {
                self.refusals.note(rule, subject, now, retry_after);
                Ok(Err(LimitHit { limit: rule.limit, retry_after }))
            }
        }
    }

    fn question(&self, verb: Verb, rule: Rule, subject: &Subject) -> Question {
        let name = CountName(self.keyring.count_name(rule.limit, subject));
        Question { name, rate: rule.rate, window: rule.window, verb }
    }
}
