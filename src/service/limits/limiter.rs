//! The interface to limiters, which count events against rates that are not kept in the store.

use std::net::IpAddr;

use crate::domain::id::TenantId;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::domain::operator::OperatorName;
use crate::domain::time::Timestamp;

/// A subject whose events are counted together.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Subject {
    /// A tenant.
    Tenant(TenantId),
    /// A client address, IPv6 by /64. All clients with unknown addresses are one subject.
    Client(Option<IpAddr>),
    /// An end user's address that a tenant has passed on. It is counted separately from addresses
    /// that other tenants pass on and from those of clients; otherwise a tenant could use up
    /// somebody else's limit.
    EndUser(TenantId, IpAddr),
    /// Everybody who signs in with this name, whether or not the operator exists.
    Operator(OperatorName),
}

/// The algorithm by which a rate is applied.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Window {
    /// A bucket that refills evenly: a burst of `max` events passes immediately, then one event
    /// every `per / max`.
    Refilling,
    /// At most `max` events in any period of `per`. This is for guesses, of which a bucket would
    /// let twice as many pass.
    Sliding,
}

/// A rate, its algorithm, and the limit that is reported when it refuses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rule {
    /// The limit.
    pub limit: Limit,
    /// The rate.
    pub rate: Rate,
    /// The algorithm.
    pub window: Window,
}

impl Rule {
    /// Creates a rule with a bucket that refills evenly.
    pub const fn refilling(limit: Limit, rate: Rate) -> Self {
        Self { limit, rate, window: Window::Refilling }
    }

    /// Creates a rule with a sliding window.
    pub const fn sliding(limit: Limit, rate: Rate) -> Self {
        Self { limit, rate, window: Window::Sliding }
    }
}

/// Counts events. Its state may be lost, because it matters for no longer than the longest period
/// of a rate.
///
/// Its methods return immediately, because some rates are checked in the middle of a transaction.
pub trait Limiter: Send + Sync {
    /// Counts an event of `subject` at `now`, unless it exceeds the rate. Returns how many more
    /// would pass at the same moment.
    fn count(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<u32, LimitHit>;

    /// Refuses if [`Self::count`] would, without counting anything.
    fn check(&self, rule: Rule, subject: &Subject, now: Timestamp) -> Result<(), LimitHit>;

    /// Uncounts an event that was counted at `at`.
    fn take_back(&self, rule: Rule, subject: &Subject, at: Timestamp);

    /// Drops inactive subjects, so that memory use follows the active ones.
    fn forget_quiet(&self, now: Timestamp);
}
