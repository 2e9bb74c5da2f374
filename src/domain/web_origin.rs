//! Web origins: where the pages that may call come from.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

/// The maximum length of an origin, in bytes: a host name has at most 253.
pub const MAX_ORIGIN: usize = 270;

/// The origin of a web page, exactly as a browser sends it in `Origin` (RFC 6454 §6.2): scheme,
/// host and, unless it is the default, port.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebOrigin(String);

/// The error for a text that is not an origin, or not one that may be allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "an origin is https:// and a host, in small letters, with a port only if it is not 443, and nothing \
     after it, such as https://app.example; http:// only for localhost"
)]
pub struct InvalidOrigin;

impl WebOrigin {
    /// Parses an origin as a browser writes it. Plain http is accepted for this machine only,
    /// because the content of any other page that came over it could have been replaced.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        let valid = text.len() <= MAX_ORIGIN && is_origin(text);
        valid.then(|| Self(text.to_owned())).ok_or(InvalidOrigin)
    }

    /// Returns the origin as a browser sends it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the host: a name, or an address as URLs have it.
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, rest)| host_and_port(rest).0)
    }
}

impl TryFrom<String> for WebOrigin {
    type Error = InvalidOrigin;

    fn try_from(text: String) -> Result<Self, InvalidOrigin> {
        Self::parse(&text)
    }
}

impl From<WebOrigin> for String {
    fn from(origin: WebOrigin) -> Self {
        origin.0
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_origin(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let (host, port) = host_and_port(rest);
    let usual = match scheme {
        "https" => 443,
        "http" if is_local(host) => 80,
        _ => return false,
    };
    is_host(host) && port.is_none_or(|port| is_port(port) && port.parse() != Ok(usual))
}

fn host_and_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        // The last colon of a bare IPv6 address is inside its brackets.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    }
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
}

/// Returns whether `port` is in canonical notation: no sign and no leading zeros.
fn is_port(port: &str) -> bool {
    port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port)
}

/// Returns whether `host` is a host name in lower case, or an address in its canonical notation.
fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse::<Ipv6Addr>().is_ok_and(|ip| ip.to_string() == inner);
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(plain);
    let is_name = host.len() <= 253 && host.split('.').all(is_label);
    // A host that ends in a number must be an address; a browser would not load a page from any other.
    let ends_in_number =
        host.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()));
    is_name && (!ends_in_number || host.parse::<Ipv4Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_sends_is_an_origin() {
        for text in [
            "https://app.example",
            "https://app.example:8443",
            "https://xn--bcher-kva.example",
            "https://203.0.113.7",
            "https://[2001:db8::1]:444",
            "http://localhost:3000",
            "http://localhost",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "http://app.localhost:3000",
        ] {
            assert_eq!(WebOrigin::parse(text).map(String::from).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_could_mean_more_than_one_page_or_none_is_refused() {
        let long = format!("https://{}example", "a.".repeat(150));
        for text in [
            "",
            "null",
            "*",
            "https://",
            "https://*",
            "https://*.example",
            "https://app.example/",
            "https://app.example/path",
            "https://app.example:443",
            "https://app.example:0443",
            "https://app.example:",
            "https://app.example:0",
            "https://app.example:+80",
            "https://app.example:99999",
            "https://App.example",
            "https://app..example",
            "https://app.example.",
            "https://bücher.example",
            "https://user@app.example",
            "https://app.example?x",
            "https://app.example#x",
            "https://app.example https://b.example",
            "https://1.2.3",
            "https://[2001:db8:0::1]",
            "https://[::1",
            "http://app.example",
            "http://localhost:*",
            "http://localhost:80",
            "http://localhost.example",
            "ftp://app.example",
            "file://",
            "HTTPS://app.example",
            &long,
        ] {
            assert_eq!(WebOrigin::parse(text), Err(InvalidOrigin), "{text}");
        }
    }
}
