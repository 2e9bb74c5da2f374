//! The networks from which a secret key may be used.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

/// The maximum number of networks of one key.
pub const MAX_NETWORKS: usize = 20;

/// The networks from which a secret key may be used. By default it may be used from everywhere.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct AllowedNetworks(Option<Vec<IpNet>>);

/// Why a list of networks is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidNetworks {
    /// A list without entries: it could mean "nowhere" as well as "everywhere".
    #[error("list at least one network, or give null for everywhere")]
    Empty,
    /// Too many entries.
    #[error("at most {MAX_NETWORKS} networks")]
    TooMany,
    /// An entry that is neither an address nor a network.
    #[error("an IP address, or a network such as 203.0.113.0/24 or 2001:db8::/32")]
    NoNetwork(usize),
    /// An entry whose address has bits beyond its prefix, so that it is not clear what is meant.
    #[error("the network of this address is {1}")]
    HostBits(usize, IpNet),
}

impl InvalidNetworks {
    /// Returns the position of the entry that is wrong, if it is one.
    pub fn entry(&self) -> Option<usize> {
        match self {
            Self::Empty | Self::TooMany => None,
            Self::NoNetwork(at) | Self::HostBits(at, _) => Some(*at),
        }
    }
}

impl AllowedNetworks {
    /// Returns the absence of a restriction.
    pub const fn everywhere() -> Self {
        Self(None)
    }

    /// Parses a list of addresses and networks.
    pub fn parse<T: AsRef<str>>(entries: &[T]) -> Result<Self, InvalidNetworks> {
        match entries.len() {
            0 => return Err(InvalidNetworks::Empty),
            1..=MAX_NETWORKS => {}
            _ => return Err(InvalidNetworks::TooMany),
        }
        let mut networks = Vec::with_capacity(entries.len());
        for (at, entry) in entries.iter().enumerate() {
            let network = network(entry.as_ref()).ok_or(InvalidNetworks::NoNetwork(at))?;
            if network.trunc() != network {
                return Err(InvalidNetworks::HostBits(at, network.trunc()));
            }
            if !networks.contains(&network) {
                networks.push(network);
            }
        }
        Ok(Self(Some(networks)))
    }

    /// Returns whether a caller at this address is within them. An address that is not known is within no network.
    pub fn admit(&self, client_ip: Option<IpAddr>) -> bool {
        let Some(networks) = &self.0 else { return true };
        let within = |ip: IpAddr| networks.iter().any(|network| network.contains(&ip));
        client_ip.is_some_and(|ip| within(ip.to_canonical()))
    }

    /// Returns the networks; `None` for everywhere.
    pub fn entries(&self) -> Option<Vec<String>> {
        let text = |network: &IpNet| match network.prefix_len() == network.max_prefix_len() {
            true => network.addr().to_string(),
            false => network.to_string(),
        };
        self.0.as_ref().map(|networks| networks.iter().map(text).collect())
    }

    /// Returns the networks separated by spaces, for a column; `None` for everywhere.
    pub fn to_words(&self) -> Option<String> {
        self.entries().map(|entries| entries.join(" "))
    }

    /// Parses such a column. A list that cannot be read is an error: it must not become "everywhere".
    pub fn from_words(words: &str) -> Option<Self> {
        Self::parse(&words.split_ascii_whitespace().collect::<Vec<_>>()).ok()
    }
}

impl fmt::Debug for AllowedNetworks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_words().as_deref().unwrap_or("everywhere"))
    }
}

/// Addresses of IPv4 that are written as IPv6 are none here: callers are known by their own form.
fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let network = text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
    let is_mapped = |net: IpNet| matches!(net.addr(), IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some());
    (!is_mapped(network)).then_some(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(networks: &[&str], ip: &str) -> bool {
        AllowedNetworks::parse(networks).unwrap().admit(Some(ip.parse().unwrap()))
    }

    #[test]
    fn a_caller_is_admitted_from_the_networks_of_the_list_only() {
        for (ip, expected) in [
            ("203.0.113.7", true),
            ("203.0.114.7", false),
            ("::ffff:203.0.113.7", true),
            ("198.51.100.9", true),
            ("198.51.100.8", false),
            ("2001:db8::1", true),
            ("2001:db9::1", false),
        ] {
            assert_eq!(admits(&["203.0.113.0/24", "198.51.100.9", "2001:db8::/32"], ip), expected, "{ip}");
        }
        assert!(AllowedNetworks::everywhere().admit(None));
        assert!(!AllowedNetworks::parse(&["0.0.0.0/0", "::/0"]).unwrap().admit(None));
    }

    #[test]
    fn what_is_unclear_is_refused() {
        let refused = |entries: &[&str]| AllowedNetworks::parse(entries).unwrap_err();
        assert_eq!(refused(&[]), InvalidNetworks::Empty);
        assert_eq!(refused(&["10.0.0.0/8"; 21]), InvalidNetworks::TooMany);
        for wrong in ["", "10.0.0/8", "10.0.0.0/33", "host.example", "::ffff:10.0.0.1", "::ffff:10.0.0.0/104"]
        {
            assert_eq!(refused(&["10.0.0.0/8", wrong]), InvalidNetworks::NoNetwork(1), "{wrong}");
        }
        let host_bits = refused(&["10.1.2.3/8"]);
        assert_eq!(
            (host_bits.entry(), host_bits.to_string()),
            (Some(0), "the network of this address is 10.0.0.0/8".into())
        );
    }

    #[test]
    fn a_list_is_kept_as_words_and_one_that_cannot_be_read_opens_nothing() {
        let list =
            AllowedNetworks::parse(&["10.0.0.0/8", " 192.0.2.1 ", "2001:DB8::/32", "10.0.0.0/8"]).unwrap();
        let words = list.to_words().unwrap();
        assert_eq!(words, "10.0.0.0/8 192.0.2.1 2001:db8::/32");
        assert_eq!(AllowedNetworks::from_words(&words), Some(list));
        assert_eq!(AllowedNetworks::from_words(""), None);
        assert_eq!(AllowedNetworks::everywhere().to_words(), None);
    }
}
