//! The client IP, and which proxies may tell it.

use std::net::IpAddr;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{HttpMessage, HttpRequest};
use ipnet::IpNet;

use crate::domain::limits::limit::LimitHit;

use super::client_key::ClientKey;
use super::problems::problem::Problem;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How the client IP is found, and which clients are not counted.
#[derive(Clone, Debug, Default)]
pub struct ClientRules {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Networks whose clients are not counted.
    pub exempt_networks: Vec<IpNet>,
}

impl ClientRules {
    /// The client IP of a request: the peer, or, if the peer is a trusted proxy, the last address in
    /// `X-Forwarded-For` that is not one. Anybody could have written the entries before it.
    pub(crate) fn address(&self, request: &ServiceRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip().to_canonical();
        if !self.is_proxy(peer) {
            return Some(peer);
        }
        let mut client = peer;
        for hop in hops(request.headers()).into_iter().rev() {
            // An entry that is not an address hides what is behind it, so the proxy itself is counted.
            let Some(address) = hop else { break };
            client = address;
            if !self.is_proxy(address) {
                break;
            }
        }
        Some(client)
    }

    /// The key under which a request is counted whose sender has not proved anything.
    pub(crate) fn key(&self, client_ip: Option<IpAddr>) -> ClientKey {
        match client_ip {
            Some(ip) if self.is_exempt(ip) => ClientKey::Exempt,
            _ => ClientKey::of(client_ip),
        }
    }

    /// The key under which a request is counted; one whose sender has proved who it is is not counted.
    pub(crate) fn key_after(&self, is_proved: bool, client_ip: Option<IpAddr>) -> ClientKey {
        if is_proved { ClientKey::Exempt } else { self.key(client_ip) }
    }

    pub(crate) fn is_exempt(&self, ip: IpAddr) -> bool {
        self.exempt_networks.iter().any(|network| network.contains(&ip))
    }

    fn is_proxy(&self, ip: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(&ip))
    }
}

fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(FORWARDED_FOR).map(|value| value.to_str().unwrap_or(""));
    lines.flat_map(|line| line.split(',')).map(parse_hop).collect()
}

/// An address, with or without a port, and an IPv6 address with or without brackets: proxies write all of these
/// forms.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    bare.parse::<IpAddr>().ok().or_else(with_port).map(|ip| ip.to_canonical())
}

/// The client IP, once it was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientIp(pub(crate) Option<IpAddr>);

impl ClientIp {
    /// The client IP of a request whose sender was identified.
    pub(crate) fn of(request: &HttpRequest) -> Option<IpAddr> {
        request.extensions().get::<Self>().and_then(|client_ip| client_ip.0)
    }
}

/// The address to record for a tenant's request: the end user's, if the backend sends it and `count` lets it pass, or
/// the backend's own.
pub(crate) async fn end_user(
    request: &HttpRequest,
    end_user_ip: Option<IpAddr>,
    count: impl AsyncFnOnce(IpAddr) -> Result<(), LimitHit>,
) -> Result<Option<IpAddr>, Problem> {
    if let Some(ip) = end_user_ip {
        count(ip).await.map_err(Problem::limited)?;
    }
    Ok(end_user_ip.or(ClientIp::of(request)))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn address(peer: &str, forwarded: &[&str]) -> String {
        let rules =
            ClientRules { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], exempt_networks: Vec::new() };
        let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
        for line in forwarded {
            request = request.append_header((FORWARDED_FOR, *line));
        }
        rules.address(&request.to_srv_request()).unwrap().to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_its_address() {
        assert_eq!(address("192.0.2.9:1", &["198.51.100.1"]), "192.0.2.9");
    }

    #[test]
    fn a_proxy_is_believed_up_to_the_first_address_that_is_not_one() {
        assert_eq!(address("10.0.0.1:1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1:1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1:1", &["1.1.1.1", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1:1", &["198.51.100.1:4711"]), "198.51.100.1");
        for hop in ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443"] {
            assert_eq!(address("10.0.0.1:1", &[hop]), "2001:db8::1");
        }
    }

    #[test]
    fn what_cannot_be_read_counts_for_the_proxy() {
        assert_eq!(address("10.0.0.1:1", &[]), "10.0.0.1");
        assert_eq!(address("10.0.0.1:1", &["198.51.100.1, unknown"]), "10.0.0.1");
        assert_eq!(address("[::ffff:10.0.0.1]:1", &["198.51.100.1"]), "198.51.100.1");
    }
}
