//! What counts events against a rate that is not kept in the store.

use std::net::IpAddr;

use crate::domain::id::TenantId;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::domain::operator::OperatorName;
use crate::domain::time::Timestamp;

/// Whose events are counted together.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Subject {
    /// A tenant.
    Tenant(TenantId),
    /// A client address, IPv6 by /64. All clients whose address is not known are one subject.
    Client(Option<IpAddr>),
    /// An end user's address that a tenant has passed on. It is counted apart from the addresses that other
    /// tenants pass on, and from the clients' own, or a tenant could use up somebody's limit.
    EndUser(TenantId, IpAddr),
    /// Whoever signs in by this name, be there such an operator or not.
    Operator(OperatorName),
}

/// How a rate is applied.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Window {
    /// A bucket that refills evenly: a burst of `max` passes at once, then an event each `per / max`.
    Refilling,
    /// No more than `max` in any period of `per`. For guesses, of which twice as many would pass otherwise.
    Sliding,
}

/// A rate, how it is applied, and the limit that is named when it refuses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rule {
    /// The limit.
    pub limit: Limit,
    /// Its rate.
    pub rate: Rate,
    /// How it is applied.
    pub window: Window,
}

impl Rule {
    /// A rule whose bucket refills evenly.
    pub const fn refilling(limit: Limit, rate: Rate) -> Self {
        Self { limit, rate, window: Window::Refilling }
    }

    /// A rule over a sliding window.
    pub const fn sliding(limit: Limit, rate: Rate) -> Self {
        Self { limit, rate, window: Window::Sliding }
    }
}

/// Counts events. What it knows may be lost: it is worth no more than the longest period of a rate.
///
/// It answers at once, because some rates are asked in the middle of a transaction.
pub trait Limiter: Send + Sync {
    /// Counts an event of `subject` at `now`, unless it is one too many. Answers how many more would pass
    /// at the same moment.
    fn count(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<u32, LimitHit>;

    /// Refuses as [`Self::count`] would, and counts nothing.
    fn check(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<(), LimitHit>;

    /// Takes an event back that was counted at `at`.
    fn take_back(&self, rule: Rule, subject: &Subject, at: Timestamp);

    /// Forgets the subjects that have been quiet, so that memory follows the active ones.
    fn forget_quiet(&self, now: Timestamp);
}
