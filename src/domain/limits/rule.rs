//! Rules by which events of a subject are counted, for rates that are not kept in the store.

use std::net::IpAddr;

use crate::domain::id::TenantId;
use crate::domain::limits::limit::Limit;
use crate::domain::limits::rate::Rate;
use crate::domain::operator::OperatorName;

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

    /// Returns the part of this rule that one of `nodes` nodes applies while they cannot count together.
    pub fn share(self, nodes: u32) -> Self {
        Self { rate: self.rate.share(nodes), ..self }
    }
}
