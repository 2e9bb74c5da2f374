//! The servers that tenants may name.

use std::net::IpAddr;

use crate::domain::deliveries::server_address::ServerAddress;
use crate::domain::network::OutboundRule;
use crate::domain::outbound_url::{InvalidUrl, OutboundUrl};
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::domain::tenants::route::Transport;
use crate::domain::tenants::smtp::SmtpProfile;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;

/// Checks whether a tenant may have such a route: mail servers by the rule for them, and providers
/// over HTTP by the rule for URLs.
pub(in crate::service) fn check_transport(rules: &Rules, transport: &Transport) -> Result<(), InvalidRoute> {
    match transport {
        Transport::Smtp(profile) => match check(&rules.outbound, &transport.server()) {
            Ok(()) => check_token_url(&rules.webhooks, profile),
            Err(Refusal::PortNotAllowed(_)) => Err(InvalidRoute::PORT),
            Err(_) => Err(InvalidRoute::HOST),
        },
        Transport::Provider(account) => {
            let settings = &account.settings;
            let problem = |why: InvalidUrl| InvalidRoute::new(settings.url_field(), why.to_string());
            OutboundUrl::parse(&settings.url(), &rules.webhooks).map(|_| ()).map_err(problem)
        }
    }
}

/// Checks the token endpoint of a mail account, if it has one. It is never asked in clear, not even
/// where webhooks may be.
pub(in crate::service) fn check_token_url(
    rule: &OutboundRule,
    profile: &SmtpProfile,
) -> Result<(), InvalidRoute> {
    let Some(login) = profile.oauth() else { return Ok(()) };
    let problem = |why: InvalidUrl| InvalidRoute::new("oauth/token_url", why.to_string());
    match OutboundUrl::parse(login.token_url.as_str(), rule).map_err(problem)?.is_secure() {
        true => Ok(()),
        false => Err(problem(InvalidUrl::Scheme)),
    }
}

/// Checks a mail server, as far as possible without the network. Host names are checked again at each
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
