//! Which servers a tenant may name.

use std::net::IpAddr;

use crate::domain::deliveries::server_address::ServerAddress;
use crate::domain::network::OutboundRule;
use crate::service::refusal::Refusal;

/// What can be said of the host without asking the network; names are checked again, with
/// the addresses they resolve to, at each connection.
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
