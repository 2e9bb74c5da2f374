//! The outbound rule: the hosts that tenants may make this server connect to.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

/// Address ranges that are not on the public internet: private, local, reserved, or a translation
/// that could lead to such an address (IANA special-purpose registries, RFC 6890).
const SPECIAL: [&str; 30] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
    "::ffff:0:0:0/96",
];

/// The hosts and ports that the operator lets tenants name.
#[derive(Clone, Debug)]
pub struct OutboundRule {
    special: Vec<IpNet>,
    names: Vec<String>,
    networks: Vec<IpNet>,
    plaintext_hosts: Vec<String>,
    ports: PortRule,
}

/// The ports that tenants may name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PortRule {
    /// Every port.
    Any,
    /// These only.
    Only(Vec<u16>),
}

/// The error for a text that is not a host name, an address or a network.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is not a host name, an IP address or a network such as 10.0.0.0/8")]
pub struct InvalidHostRule(pub String);

impl OutboundRule {
    /// Creates a rule that allows public addresses, and those private ones that `allow_hosts` lists
    /// by host name, address or network. Sessions with `plaintext_hosts` use neither TLS nor login.
    pub fn new(
        allow_hosts: &[String],
        plaintext_hosts: &[String],
        ports: PortRule,
    ) -> Result<Self, InvalidHostRule> {
        let mut names = Vec::new();
        let mut networks = Vec::new();
        for text in allow_hosts {
            if let Ok(network) = text.parse::<IpNet>() {
                networks.push(network);
            } else if let Ok(ip) = text.parse::<IpAddr>() {
                networks.push(IpNet::from(ip));
            } else {
                names.push(
                    crate::domain::host::parse_host(text).ok_or_else(|| InvalidHostRule(text.clone()))?,
                );
            }
        }
        let plaintext_hosts = plaintext_hosts
            .iter()
            .map(|text| crate::domain::host::parse_host(text).ok_or_else(|| InvalidHostRule(text.clone())))
            .collect::<Result<_, _>>()?;
        let special = SPECIAL.iter().filter_map(|net| net.parse().ok()).collect();
        Ok(Self { special, names, networks, plaintext_hosts, ports })
    }

    /// Returns whether tenants may name this port.
    pub fn allows_port(&self, port: u16) -> bool {
        match &self.ports {
            PortRule::Any => true,
            PortRule::Only(ports) => ports.contains(&port),
        }
    }

    /// Returns whether a connection to `ip`, to which `host` resolved, may be made.
    pub fn allows(&self, host: &str, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.names.iter().any(|name| name == host)
            || self.networks.iter().any(|network| network.contains(&ip))
            || !self.is_special(ip)
    }

    /// Returns whether the operator allows sessions with `host` without TLS.
    pub fn allows_plaintext(&self, host: &str) -> bool {
        self.plaintext_hosts.iter().any(|name| name == host)
    }

    fn is_special(&self, ip: IpAddr) -> bool {
        self.special.iter().any(|network| network.contains(&ip))
    }
}

/// Returns the address under which a client is counted: a single IPv4 address, or an IPv6 /64, the
/// smallest block that one subscriber is given (RFC 6177).
pub fn client_block(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

/// Returns the network that one customer may be given (RFC 6177), for an IPv6 address; nothing for IPv4.
pub fn customer_network(ip: IpAddr) -> Option<Ipv6Addr> {
    match ip.to_canonical() {
        IpAddr::V6(v6) => Some(Ipv6Addr::from_bits(v6.to_bits() >> 80 << 80)),
        IpAddr::V4(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(allow: &[&str]) -> OutboundRule {
        let allow: Vec<String> = allow.iter().map(ToString::to_string).collect();
        OutboundRule::new(&allow, &[], PortRule::Only(vec![25, 587])).unwrap()
    }

    #[test]
    fn every_special_range_is_understood() {
        assert_eq!(rule(&[]).special.len(), SPECIAL.len());
    }

    #[test]
    fn private_local_and_translated_addresses_are_refused() {
        for ip in [
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "ff02::1",
            "2001:db8::1",
            "::127.0.0.1",
        ] {
            assert!(!rule(&[]).allows("mail.example.com", ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn public_addresses_are_allowed() {
        for ip in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111"] {
            assert!(rule(&[]).allows("mail.example.com", ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn the_operator_can_allow_a_name_an_address_or_a_network() {
        let rule = rule(&["relay.internal", "127.0.0.1", "10.0.0.0/8"]);
        assert!(rule.allows("relay.internal", "192.168.1.1".parse().unwrap()));
        assert!(rule.allows("whatever.example", "127.0.0.1".parse().unwrap()));
        assert!(rule.allows("whatever.example", "::ffff:10.9.9.9".parse().unwrap()));
        assert!(!rule.allows("whatever.example", "127.0.0.2".parse().unwrap()));
        assert!(OutboundRule::new(&["not a host".to_owned()], &[], PortRule::Any).is_err());
    }

    #[test]
    fn ports_are_allow_listed() {
        assert!(rule(&[]).allows_port(587));
        assert!(!rule(&[]).allows_port(22));
    }

    #[test]
    fn clients_are_counted_by_address_or_by_64_bits() {
        let block = |ip: &str| client_block(ip.parse().unwrap()).to_string();
        assert_eq!(block("192.0.2.7"), "192.0.2.7");
        assert_eq!(block("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(block("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }
}
