//! Which mail servers a tenant may name.

use std::net::IpAddr;

use crate::domain::network::OutboundRule;
use crate::domain::tenants::smtp::SmtpProfile;
use crate::service::refusal::Refusal;

/// What can be said of the host without asking the network; names are checked again, with
/// the addresses they resolve to, at each connection.
pub(in crate::service) fn check(rule: &OutboundRule, smtp: &SmtpProfile) -> Result<(), Refusal> {
    if !rule.allows_port(smtp.port) {
        return Err(Refusal::PortNotAllowed(smtp.port));
    }
    match smtp.host.parse::<IpAddr>() {
        Ok(ip) if !rule.allows(&smtp.host, ip) => Err(Refusal::HostNotAllowed),
        _ if smtp.host == "localhost" && !rule.allows("localhost", IpAddr::from([127, 0, 0, 1])) => {
            Err(Refusal::HostNotAllowed)
        }
        _ => Ok(()),
    }
}
