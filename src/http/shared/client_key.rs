//! The keys under which requests are counted by client IP.

use std::net::IpAddr;

use crate::domain::network::{client_block, customer_network};

/// The key under which a request is counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ClientKey {
    /// The request is not counted: it comes from a tenant, the operator or an exempt network.
    Exempt,
    /// The client IP; IPv6 by /64.
    Address(Option<IpAddr>),
}

impl ClientKey {
    /// The key of a client that has not authenticated.
    pub(crate) fn of(ip: Option<IpAddr>) -> Self {
        Self::Address(ip.map(client_block))
    }

    /// The key of the IPv6 /48 of this client. One that has none is not counted by networks.
    pub(crate) fn of_network(self) -> Self {
        match self {
            Self::Address(Some(ip)) => {
                customer_network(ip).map_or(Self::Exempt, |network| Self::Address(Some(IpAddr::V6(network))))
            }
            _ => Self::Exempt,
        }
    }
}
