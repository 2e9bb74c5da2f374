//! The servers that tenants may name.

use std::net::IpAddr;

use crate::domain::deliveries::server_address::{Protocol, ServerAddress};
use crate::domain::network::OutboundRule;
use crate::domain::outbound_url::{InvalidUrl, OutboundUrl};
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::domain::tenants::route::Transport;
use crate::domain::tenants::smtp::SmtpProfile;
use crate::domain::tenants::transports::provider::{ProviderAccount, ProviderSettings};
use crate::domain::tenants::transports::smpp::{SmppSecurity, SmppSettings};
use crate::service::refusal::Refusal;
use crate::service::rules::{DevInbox, Rules};

/// Checks whether a tenant may have such a route: mail servers and message centres by the rules for
/// them, and providers over HTTP by the rule for URLs.
pub(in crate::service) fn check_transport(rules: &Rules, transport: &Transport) -> Result<(), InvalidRoute> {
    match transport {
        Transport::Smtp(profile) => match check(&rules.outbound, &transport.server()) {
            Ok(()) => check_token_url(&rules.webhooks, profile),
            Err(Refusal::PortNotAllowed(_)) => Err(InvalidRoute::PORT),
            Err(_) => Err(InvalidRoute::HOST),
        },
        Transport::Provider(ProviderAccount { settings: ProviderSettings::Smpp(settings), .. }) => {
            check_centre(&rules.message_centres, settings).map_err(|why| why.within("settings"))
        }
        Transport::Provider(ProviderAccount { settings: ProviderSettings::Log(_), .. }) => {
            match rules.inbox {
                DevInbox::Shown => Ok(()),
                DevInbox::Absent => Err(InvalidRoute::LOG),
            }
        }
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

/// Checks a message centre. Its protocol has no session without a password, so that one in clear
/// text needs the operator's leave.
fn check_centre(rule: &OutboundRule, settings: &SmppSettings) -> Result<(), InvalidRoute> {
    let SmppSettings { host, port, tls, .. } = settings;
    let server = ServerAddress { host: host.clone(), port: *port, protocol: Protocol::Smpp(*tls) };
    check(rule, &server).map_err(|refusal| match refusal {
        Refusal::PortNotAllowed(_) => InvalidRoute::SMPP_PORT,
        _ => InvalidRoute::HOST,
    })?;
    match tls {
        SmppSecurity::None if !rule.allows_plaintext(host) => Err(InvalidRoute::SMPP_TLS),
        SmppSecurity::None | SmppSecurity::Implicit => Ok(()),
    }
}

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
