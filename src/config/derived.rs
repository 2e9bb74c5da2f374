//! Settings that follow from others where they are left empty: where the server listens, and is reached.

use std::net::SocketAddr;

use crate::domain::web_origin::WebOrigin;

use super::sections::{Operator, Server, Settings, Tls};

/// Without TLS: this machine alone.
const PLAIN: &str = "127.0.0.1:5000";
/// With TLS: where browsers look for it.
const SECURE: &str = "0.0.0.0:443";
/// Beside it: where browsers begin, and an authority looks for proofs.
const REDIRECTS: &str = "0.0.0.0:80";

/// Fills in the addresses to listen on. Port 80 is taken only together with 443: whoever names an address for TLS says
/// with that what is to be listened on.
pub(super) fn listeners(settings: &mut Settings) {
    let Settings { server, tls, .. } = settings;
    if !server.listen.is_empty() {
        return;
    }
    server.listen = if tls.is_on() { SECURE } else { PLAIN }.to_owned();
    if tls.is_automatic() && tls.http_listen.is_empty() {
        tls.http_listen = REDIRECTS.to_owned();
    }
}

/// Fills in where browsers reach the server, and its console: the settings are valid by now.
pub(super) fn public_urls(settings: &mut Settings) {
    let Settings { server, tls, operator, .. } = settings;
    if server.public_url.is_empty() {
        server.public_url = reached_at(server, tls).unwrap_or_default();
        server.is_only_here = server.public_url.starts_with("http:");
    }
    if operator.is_apart() && operator.public_url.is_empty() {
        operator.public_url = console_at(operator, server, tls).unwrap_or_default();
    }
}

/// Browsers reach it by the first name of its certificate; or on this machine, if it listens there alone and no proxy
/// stands between.
fn reached_at(server: &Server, tls: &Tls) -> Option<String> {
    let listen: SocketAddr = server.listen.parse().ok()?;
    match tls.acme_domains.first() {
        Some(name) => origin("https", name, listen.port()),
        None if tls.is_on() || !listen.ip().is_loopback() || !server.trusted_proxies.is_empty() => None,
        None => here(listen),
    }
}

/// The console has the name of the server, for which its certificate is, and a port of its own.
fn console_at(operator: &Operator, server: &Server, tls: &Tls) -> Option<String> {
    let listen: SocketAddr = operator.listen.parse().ok()?;
    if !tls.is_on() {
        return here(listen);
    }
    origin("https", WebOrigin::parse(&server.public_url).ok()?.host(), listen.port())
}

/// An address of this machine, without TLS.
fn here(listen: SocketAddr) -> Option<String> {
    let host = if listen.is_ipv6() { format!("[{}]", listen.ip()) } else { listen.ip().to_string() };
    origin("http", &host, listen.port())
}

/// `None` for a port that the system is to choose, and for addresses that are no origin.
fn origin(scheme: &str, host: &str, port: u16) -> Option<String> {
    let usual = if scheme == "https" { 443 } else { 80 };
    let url = if port == usual { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") };
    WebOrigin::parse(&url).ok().map(String::from)
}
