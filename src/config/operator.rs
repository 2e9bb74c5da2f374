//! The checks of `[operator]`.

use std::net::SocketAddr;

use crate::domain::web_origin::WebOrigin;

use super::check::{SettingProblem, address};
use super::sections::Settings;

/// The first problem, if there is one.
pub(super) fn check(settings: &Settings) -> Result<(), SettingProblem> {
    let operator = &settings.operator;
    if !operator.is_apart() {
        let unused = "is for operator.listen, which is empty".to_owned();
        return match (operator.asks_for_certificates(), operator.public_url.is_empty()) {
            (true, _) => Err(("operator.client_ca_file", unused)),
            (false, false) => Err(("operator.public_url", unused)),
            (false, true) => Ok(()),
        };
    }
    address("operator.listen", &operator.listen)?;
    origin(&operator.public_url)?;
    if operator.asks_for_certificates() && !settings.tls.is_on() {
        let problem = "needs TLS of the server's own: set tls.acme_domains or tls.cert_file";
        return Err(("operator.client_ca_file", problem.to_owned()));
    }
    let is_here = operator.listen.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback());
    if !is_here && !settings.tls.is_on() && !operator.public_url.starts_with("https:") {
        let problem = "other machines would reach it without TLS: set tls.acme_domains or tls.cert_file, or \
                       operator.public_url to the https:// address of a proxy in front of it";
        return Err(("operator.listen", problem.to_owned()));
    }
    Ok(())
}

/// The address where browsers reach the console; `None` if there is no console.
pub(super) fn console_url(settings: &Settings) -> Result<Option<WebOrigin>, SettingProblem> {
    if !settings.console.enabled {
        return Ok(None);
    }
    match settings.operator.is_apart() {
        true => origin(&settings.operator.public_url),
        false => super::check::public_url(&settings.server),
    }
}

fn origin(text: &str) -> Result<Option<WebOrigin>, SettingProblem> {
    if text.is_empty() {
        return Ok(None);
    }
    WebOrigin::parse(text).map(Some).map_err(|problem| ("operator.public_url", problem.to_string()))
}
