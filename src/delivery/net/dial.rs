//! Connecting to hosts that the operator's rule allows.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::error::NetError;
use crate::domain::network::OutboundRule;

/// The maximum number of addresses of one host that are tried.
const MAX_ADDRESSES: usize = 4;

/// Connects to one of the addresses of `host` within `limit`. The rule is applied to the very
/// addresses that are connected to, never to the name alone, which could resolve to a different
/// address later.
pub(in crate::delivery) async fn dial(
    rule: &OutboundRule,
    host: &str,
    port: u16,
    limit: Duration,
) -> Result<TcpStream, NetError> {
    if !rule.allows_port(port) {
        return Err(NetError::HostNotAllowed);
    }
    let addresses = allowed(rule, host, resolve(host, port).await?)?;
    // A dead address must leave time for the next one.
    let share = limit / u32::try_from(addresses.len()).unwrap_or(1).max(1);
    let mut last = NetError::TimedOut;
    for address in addresses {
        match timeout(share, connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = NetError::Broken(error),
            Err(_) => last = NetError::TimedOut,
        }
    }
    Err(last)
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, NetError> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let found = tokio::net::lookup_host((host, port)).await.map_err(NetError::HostNotFound)?;
    Ok(found.collect())
}

fn allowed(rule: &OutboundRule, host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NetError> {
    if found.is_empty() {
        return Err(NetError::HostNotFound(std::io::ErrorKind::NotFound.into()));
    }
    let mut allowed: Vec<_> = found.into_iter().filter(|address| rule.allows(host, address.ip())).collect();
    allowed.truncate(MAX_ADDRESSES);
    if allowed.is_empty() { Err(NetError::HostNotAllowed) } else { Ok(allowed) }
}

async fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    // Otherwise the end of a message waits for the acknowledgement of its beginning: some 40 ms.
    stream.set_nodelay(true)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::network::PortRule;

    fn rule(allow: &[&str]) -> OutboundRule {
        let allow: Vec<String> = allow.iter().map(ToString::to_string).collect();
        OutboundRule::new(&allow, &[], PortRule::Only(vec![25])).unwrap()
    }

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 25)).collect()
    }

    #[test]
    fn of_several_addresses_only_the_allowed_ones_are_tried() {
        let found = addresses(&["10.0.0.1", "8.8.8.8", "::1", "8.8.4.4"]);
        let kept = allowed(&rule(&[]), "mail.example.com", found).unwrap();
        assert_eq!(kept, addresses(&["8.8.8.8", "8.8.4.4"]));
    }

    #[test]
    fn a_host_with_private_addresses_alone_is_not_connected_to() {
        let found = addresses(&["127.0.0.1", "::ffff:10.0.0.1"]);
        assert!(matches!(allowed(&rule(&[]), "mail.example.com", found), Err(NetError::HostNotAllowed)));
    }

    #[tokio::test]
    async fn a_port_that_is_not_allowed_is_not_connected_to() {
        let result = dial(&rule(&["127.0.0.1"]), "127.0.0.1", 26, Duration::from_secs(1)).await;
        assert!(matches!(result, Err(NetError::HostNotAllowed)));
    }

    #[tokio::test]
    async fn addresses_in_odd_spellings_do_not_slip_past_the_rule() {
        for host in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "localhost"] {
            let result = dial(&rule(&[]), host, 25, Duration::from_secs(1)).await;
            assert!(matches!(result, Err(NetError::HostNotAllowed)), "{host}");
        }
    }
}
