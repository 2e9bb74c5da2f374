//! The limiter, which counts events against rates that are not kept in the store.

use std::sync::Arc;

use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::rate::Rate;
use crate::domain::limits::rule::{Rule, Subject};
use crate::domain::membership::Membership;
use crate::domain::time::Timestamp;
use crate::shared_rates::Ticket;

use super::memory::MemoryLimiter;
use super::together::Together;

/// An event that was counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Passed {
    /// The rate that it was counted under: the rule's, or this node's share of it.
    pub rate: Rate,
    /// How many more would pass at the same moment.
    pub remaining: u32,
    /// When it was counted.
    at: Timestamp,
    /// What it was counted as by all nodes together.
    ticket: Option<Ticket>,
}

/// How rates are counted at present.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counting {
    /// There is one node, and it counts for itself.
    Alone,
    /// All nodes count together.
    Together,
    /// The nodes cannot count together, and each takes its share of a rate.
    Apart,
}

/// Counts events. Its state may be lost, because it matters for no longer than the longest period
/// of a rate.
///
/// With several nodes a rate is one for all of them, as long as they can count together, and
/// otherwise each takes its share. Whoever can wait asks [`Self::count`]; [`Self::count_here`] is
/// for the middle of a transaction, where nothing may wait for the network.
#[derive(Default)]
pub struct Limiter {
    own: MemoryLimiter,
    membership: Arc<Membership>,
    together: Option<Together>,
}

impl Limiter {
    /// Creates a limiter that takes its share among the nodes of `membership`, or counts together with them.
    pub fn new(membership: Arc<Membership>, together: Option<Together>) -> Self {
        Self { own: MemoryLimiter::default(), membership, together }
    }

    /// Returns whether [`Self::count`] may ask the other nodes.
    pub fn is_shared(&self) -> bool {
        self.together.is_some()
    }

    /// Returns how rates are counted at present.
    pub fn counting(&self) -> Counting {
        match &self.together {
            Some(together) if together.is_reached() => Counting::Together,
            None if self.nodes() == 1 => Counting::Alone,
            Some(_) | None => Counting::Apart,
        }
    }

    /// Keeps the other nodes reachable, until this is dropped.
    pub async fn keep_reaching(&self) {
        match &self.together {
            Some(together) => together.keep_reaching().await,
            None => std::future::pending().await,
        }
    }

    /// Counts an event of `subject` at `now`, unless it exceeds the rate.
    pub async fn count(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<Passed, LimitHit> {
        if let Some(together) = &self.together
            && let Ok(decided) = together.count(&self.own, rule, subject, now).await
        {
            let passed =
                |(remaining, ticket)| Passed { rate: rule.rate, remaining, at: now, ticket: Some(ticket) };
            return decided.map(passed);
        }
        self.count_here(rule, subject, now)
    }

    /// Counts an event of `subject` at `now` against this node's share of the rate, immediately.
    pub fn count_here(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<Passed, LimitHit> {
        let share = rule.share(self.nodes());
        let remaining = self.own.count(share, subject, now)?;
        Ok(Passed { rate: share.rate, remaining, at: now, ticket: None })
    }

    /// Refuses if [`Self::count`] would, without counting anything.
    pub async fn check(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<(), LimitHit> {
        if let Some(together) = &self.together
            && let Ok(decided) = together.check(&self.own, rule, subject, now).await
        {
            return decided;
        }
        self.own.check(rule.share(self.nodes()), subject, now)
    }

    /// Uncounts an event that was counted.
    pub async fn take_back(&self, rule: Rule, subject: &Subject, passed: &Passed) {
        match (&self.together, passed.ticket) {
            (Some(together), Some(ticket)) => {
                self.own.take_back(rule, subject, passed.at);
                together.take_back(rule, subject, ticket).await;
            }
            _ => self.own.take_back(Rule { rate: passed.rate, ..rule }, subject, passed.at),
        }
    }

    /// The number of nodes that share each rate, at least one.
    fn nodes(&self) -> u32 {
        u32::try_from(self.membership.live_servers()).unwrap_or(u32::MAX)
    }

    /// Drops inactive subjects, so that memory use follows the active ones.
    pub fn forget_quiet(&self, now: Timestamp) {
        self.own.forget_quiet(now);
        if let Some(together) = &self.together {
            together.forget_ended(now);
        }
    }
}
