//! The servers that a tenant may name.

use std::net::IpAddr;

use crate::domain::deliveries::server_address::ServerAddress;
use crate::domain::network::OutboundRule;
use crate::service::refusal::Refusal;

/// Checks a server, as far as possible without the network. Host names are checked again at each
/// connection, with the addresses that they resolve to.
pub(in crate::service) fn check(rule: &OutboundRule, server: &ServerAddress) -> Result<(), Refusal> {
    let ServerAddress { host, port, .. } = server;
    if !rule.allows_port(*port) {
        return Err(Refusal::PortNotAllowed(*port));
    }
    match host.parse::<IpAddr>() {
        Ok(ip) if !rule.allows(host, ip) => Err(Refusal::HostNotAllowed),
        _ if host == "localhost" && !rule.allows("localhost", IpAddr::from([127, 0, 0, 1])) => {
            Err(Refusal::HostNotAllowed)
        }
        _ => Ok(()),
    }
}
