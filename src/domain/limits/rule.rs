//! Rules by which events of a subject are counted, for rates that are not kept in the store.

use std::net::{IpAddr, Ipv6Addr};

use crate::domain::id::TenantId;
use crate::domain::limits::limit::Limit;
use crate::domain::limits::rate::Rate;
use crate::domain::network::customer_network;

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
    /// All clients of an IPv6 /48, or all end users there whom a tenant has passed on.
    Network(Option<TenantId>, Ipv6Addr),
}

impl Subject {
    /// Returns the network that this subject is counted with, too.
    fn network(&self) -> Option<Self> {
        let (tenant, ip) = match self {
            Self::Client(Some(ip)) => (None, ip),
            Self::EndUser(tenant, ip) => (Some(*tenant), ip),
            _ => return None,
        };
        customer_network(*ip).map(|network| Self::Network(tenant, network))
    }
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

    /// Returns what counts the events of a whole network beside those of `subject`, which is in it: so many times the
    /// rate. It is always a bucket, since a window remembers each event.
    pub fn of_network(self, subject: &Subject, times: u32) -> Option<(Self, Subject)> {
        let network = subject.network().filter(|_| times > 0)?;
        let rate = Rate { max: self.rate.max.saturating_mul(times), ..self.rate };
        Some((Self::refilling(self.limit, rate), network))
    }

    /// Returns the part of this rule that one of `nodes` nodes applies while they cannot count together.
    pub fn share(self, nodes: u32) -> Self {
        Self { rate: self.rate.share(nodes), ..self }
    }
}
