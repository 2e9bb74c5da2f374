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
    /// How it was counted for the network of its subject.
    of_network: Option<Counted>,
}

/// One count of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Counted {
    rate: Rate,
    at: Timestamp,
    ticket: Option<Ticket>,
}

impl Passed {
    fn counted(&self) -> Counted {
        Counted { rate: self.rate, at: self.at, ticket: self.ticket }
    }

    /// The same, counted for a network as well. What is left is what is left of both.
    fn within(self, network: &Self) -> Self {
        let remaining = self.remaining.min(network.remaining);
        Self { remaining, of_network: Some(network.counted()), ..self }
    }
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
    /// How many times the rate of an address all of its network may have; 0 for no such bound.
    network_factor: u32,
}

impl Limiter {
    /// Creates a limiter that takes its share among the nodes of `membership`, or counts together with them.
    pub fn new(membership: Arc<Membership>, together: Option<Together>) -> Self {
        Self { own: MemoryLimiter::default(), membership, together, network_factor: 0 }
    }

    /// Counts the addresses of an IPv6 /48 together, too: all of them may do so many times what one /64 may.
    pub fn with_networks(self, network_factor: u32) -> Self {
        Self { network_factor, ..self }
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

    /// Counts an event of `subject` at `now`, unless it exceeds the rate, or that of its network.
    pub async fn count(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<Passed, LimitHit> {
        let passed = self.count_one(rule, subject, now).await?;
        let Some((wide, network)) = rule.of_network(subject, self.network_factor) else { return Ok(passed) };
        match self.count_one(wide, &network, now).await {
            Ok(counted) => Ok(passed.within(&counted)),
            Err(hit) => {
                self.take_back_one(rule, subject, passed.counted()).await;
                Err(hit)
            }
        }
    }

    async fn count_one(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<Passed, LimitHit> {
        if let Some(together) = &self.together
            && let Ok(decided) = together.count(&self.own, rule, subject, now).await
        {
            let passed = |(remaining, ticket)| Passed {
                rate: rule.rate,
                remaining,
                at: now,
                ticket: Some(ticket),
                of_network: None,
            };
            return decided.map(passed);
        }
        self.count_one_here(rule, subject, now)
    }

    /// Counts an event of `subject` at `now` against this node's share of the rate, immediately.
    pub fn count_here(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<Passed, LimitHit> {
        let passed = self.count_one_here(rule, subject, now)?;
        let Some((wide, network)) = rule.of_network(subject, self.network_factor) else { return Ok(passed) };
        match self.count_one_here(wide, &network, now) {
            Ok(counted) => Ok(passed.within(&counted)),
            Err(hit) => {
                self.own.take_back(Rule { rate: passed.rate, ..rule }, subject, now);
                Err(hit)
            }
        }
    }

    fn count_one_here(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<Passed, LimitHit> {
        let share = rule.share(self.nodes());
        let remaining = self.own.count(share, subject, now)?;
        Ok(Passed { rate: share.rate, remaining, at: now, ticket: None, of_network: None })
    }

    /// Refuses if [`Self::count`] would, without counting anything.
    pub async fn check(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<(), LimitHit> {
        self.check_one(rule, subject, now).await?;
        match rule.of_network(subject, self.network_factor) {
            Some((wide, network)) => self.check_one(wide, &network, now).await,
            None => Ok(()),
        }
    }

    async fn check_one(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<(), LimitHit> {
        if let Some(together) = &self.together
            && let Ok(decided) = together.check(&self.own, rule, subject, now).await
        {
            return decided;
        }
        self.own.check(rule.share(self.nodes()), subject, now)
    }

    /// Uncounts an event that was counted.
    pub async fn take_back(&self, rule: Rule, subject: &Subject, passed: &Passed) {
        self.take_back_one(rule, subject, passed.counted()).await;
        if let Some(counted) = passed.of_network
            && let Some((wide, network)) = rule.of_network(subject, self.network_factor)
        {
            self.take_back_one(wide, &network, counted).await;
        }
    }

    async fn take_back_one(&self, rule: Rule, subject: &Subject, counted: Counted) {
        match (&self.together, counted.ticket) {
            (Some(together), Some(ticket)) => {
                self.own.take_back(rule, subject, counted.at);
                together.take_back(rule, subject, ticket).await;
            }
            _ => self.own.take_back(Rule { rate: counted.rate, ..rule }, subject, counted.at),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::TenantId;
    use crate::domain::limits::limit::Limit;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn client(ip: &str) -> Subject {
        Subject::Client(Some(ip.parse().unwrap()))
    }

    fn one_of(network: u16) -> Subject {
        client(&format!("2001:db8:7:{network:x}::"))
    }

    #[tokio::test]
    async fn the_addresses_of_one_customer_share_a_larger_rate() {
        let limiter = Limiter::default().with_networks(3);
        for rule in [
            Rule::refilling(Limit::MintPerAddress, "2/1m".parse().unwrap()),
            Rule::sliding(Limit::WrongKeysPerAddress, "2/1m".parse().unwrap()),
        ] {
            for network in 0..6 {
                limiter.count(rule, &one_of(network), at(0)).await.unwrap();
            }
            let hit = limiter.count(rule, &one_of(6), at(0)).await.unwrap_err();
            assert_eq!((hit.limit, hit.retry_after.as_secs()), (rule.limit, 10));
            assert!(limiter.check(rule, &one_of(7), at(0)).await.is_err());
            assert!(limiter.count_here(rule, &one_of(8), at(0)).is_err());
            for other in ["2001:db8:8::", "192.0.2.1"] {
                assert!(limiter.count(rule, &client(other), at(0)).await.is_ok());
            }
            // What was refused for the network is not counted for the address.
            for _ in 0..2 {
                limiter.count(rule, &one_of(6), at(60)).await.unwrap();
            }
        }
    }

    #[tokio::test]
    async fn one_address_never_has_more_than_its_own_rate() {
        let limiter = Limiter::default().with_networks(8);
        let rule = Rule::refilling(Limit::VerifyPerAddress, "2/1m".parse().unwrap());
        for _ in 0..2 {
            limiter.count(rule, &one_of(1), at(0)).await.unwrap();
        }
        for _ in 0..100 {
            assert!(limiter.count(rule, &one_of(1), at(0)).await.is_err());
        }
        // And its refusals cost its neighbours nothing.
        for network in 2..16 {
            limiter.count(rule, &one_of(network), at(0)).await.unwrap();
        }
        assert!(limiter.count(rule, &one_of(16), at(0)).await.is_err());
    }

    #[tokio::test]
    async fn what_is_taken_back_is_taken_back_for_the_network_as_well() {
        let limiter = Limiter::default().with_networks(1);
        let rule = Rule::sliding(Limit::SignIns, "1/1m".parse().unwrap());
        for network in 0..9 {
            let passed = limiter.count(rule, &one_of(network), at(0)).await.unwrap();
            limiter.take_back(rule, &one_of(network), &passed).await;
        }
    }

    #[tokio::test]
    async fn end_users_whom_tenants_pass_on_are_counted_for_each_tenant() {
        let limiter = Limiter::default().with_networks(1);
        let rule = Rule::refilling(Limit::MintPerAddress, "1/1m".parse().unwrap());
        let end_user = |tenant, ip: &str| Subject::EndUser(TenantId(tenant), ip.parse().unwrap());
        limiter.count(rule, &end_user(1, "2001:db8::"), at(0)).await.unwrap();
        assert!(limiter.count(rule, &end_user(1, "2001:db8:0:1::"), at(0)).await.is_err());
        assert!(limiter.count(rule, &end_user(2, "2001:db8:0:1::"), at(0)).await.is_ok());
        assert!(limiter.count(rule, &client("2001:db8::"), at(0)).await.is_ok());
    }
}
