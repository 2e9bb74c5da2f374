//! Settings that follow from others where they are left empty: where the server listens, and is reached.

use std::net::SocketAddr;

use crate::domain::web_origin::WebOrigin;

use super::sections::{Server, Settings, Tls};

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

/// Fills in where browsers reach the server, which has valid addresses by now.
pub(super) fn public_url(settings: &mut Settings) {
    if settings.server.public_url.is_empty() {
        settings.server.public_url = reached_at(&settings.server, &settings.tls).unwrap_or_default();
    }
}

/// Browsers reach it by the first name of its certificate; or on this machine, if it listens there alone and no proxy
/// stands between.
fn reached_at(server: &Server, tls: &Tls) -> Option<String> {
    let listen: SocketAddr = server.listen.parse().ok()?;
    let (scheme, host, usual) = match tls.acme_domains.first() {
        Some(name) => ("https", name.clone(), 443),
        None if tls.is_on() || !listen.ip().is_loopback() || !server.trusted_proxies.is_empty() => return None,
        None if listen.is_ipv6() => ("http", format!("[{}]", listen.ip()), 80),
        None => ("http", listen.ip().to_string(), 80),
    };
    let port = listen.port();
    let url =
        if port == usual { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") };
    // None for a port that the system is to choose, and for unusual addresses of this machine.
    WebOrigin::parse(&url).ok().map(String::from)
}
