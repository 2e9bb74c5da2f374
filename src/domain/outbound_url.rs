//! URLs that tenants name and this server calls, restricted by the operator's outbound rule.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::domain::network::OutboundRule;

/// The maximum length of a URL, in bytes.
pub const MAX_URL: usize = 2_000;

/// A URL to call. It is well-formed and not too long; whether it may be contacted is
/// another question.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboundUrl(Url);

/// The error for a URL that is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidUrl {
    /// It is not a URL, or is too long.
    #[error("must be an absolute URL of at most {MAX_URL} bytes")]
    NotAUrl,
    /// The scheme is neither `https` nor `http`.
    #[error("must begin with https://")]
    Scheme,
    /// The scheme is `http`, and the operator does not allow it for this host.
    #[error("must begin with https://; the operator can allow http for a host in outbound.plaintext_hosts")]
    Plaintext,
    /// It contains a user name or a password.
    #[error("may not hold a user name or a password")]
    UserInfo,
    /// It has a fragment.
    #[error("may not have a fragment (#…)")]
    Fragment,
    /// Tenants may not use this port.
    #[error("has a port that is not allowed here; the operator can add it to outbound.webhook_ports")]
    Port,
    /// The address is private or local.
    #[error("is at a private or local address; the operator can add it to outbound.allow_hosts")]
    Host,
}

impl OutboundUrl {
    /// Parses a URL that `rule` lets tenants use. The addresses of a host name are checked at each
    /// connection.
    pub fn parse(text: &str, rule: &OutboundRule) -> Result<Self, InvalidUrl> {
        let url = Self::kept(text).ok_or(InvalidUrl::NotAUrl)?;
        if !matches!(url.0.scheme(), "https" | "http") {
            return Err(InvalidUrl::Scheme);
        }
        if !url.0.username().is_empty() || url.0.password().is_some() {
            return Err(InvalidUrl::UserInfo);
        }
        if url.0.fragment().is_some() {
            return Err(InvalidUrl::Fragment);
        }
        url.check(rule).map(|()| url)
    }

    /// Parses a stored URL, which was checked when it was saved.
    pub fn kept(text: &str) -> Option<Self> {
        let url =
            Url::parse(text).ok().filter(|url| url.as_str().len() <= MAX_URL && text.len() <= MAX_URL)?;
        url.has_host().then_some(Self(url))
    }

    /// Checks the URL against `rule`, as far as possible without resolving the host.
    fn check(&self, rule: &OutboundRule) -> Result<(), InvalidUrl> {
        let host = self.host();
        if !self.is_secure_enough(rule) {
            return Err(InvalidUrl::Plaintext);
        }
        if !rule.allows_port(self.port()) {
            return Err(InvalidUrl::Port);
        }
        let local = IpAddr::from([127, 0, 0, 1]);
        let ip = match self.0.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(Host::Domain(_)) => (host == "localhost").then_some(local),
            None => return Err(InvalidUrl::NotAUrl),
        };
        match ip.is_none_or(|ip| rule.allows(&host, ip)) {
            true => Ok(()),
            false => Err(InvalidUrl::Host),
        }
    }

    /// Returns whether the connection uses TLS, or `rule` exempts the host.
    pub fn is_secure_enough(&self, rule: &OutboundRule) -> bool {
        self.is_secure() || rule.allows_plaintext(&self.host())
    }

    /// Returns the URL as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns whether the connection uses TLS.
    pub fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Returns the host: a name, or an address without brackets.
    pub fn host(&self) -> String {
        match self.0.host() {
            Some(Host::Ipv6(ip)) => ip.to_string(),
            Some(Host::Ipv4(ip)) => ip.to_string(),
            Some(Host::Domain(name)) => name.trim_end_matches('.').to_owned(),
            None => String::new(),
        }
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// Returns the host, and the port unless it is the default: the value of the `Host` header (RFC
    /// 9110 §7.2).
    pub fn authority(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Returns the path and the query.
    pub fn target(&self) -> String {
        let query = self.0.query().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{query}", self.0.path())
    }
}

/// Omits the path and the query, where some receivers put a secret.
impl fmt::Debug for OutboundUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutboundUrl({}://{}/…)", self.0.scheme(), self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::network::PortRule;

    fn rule(allow: &[&str], plaintext: &[&str]) -> OutboundRule {
        let texts = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        OutboundRule::new(&texts(allow), &texts(plaintext), PortRule::Only(vec![443, 80])).unwrap()
    }

    #[test]
    fn urls_outside_the_rule_are_refused() {
        let strict = rule(&[], &[]);
        for (url, problem) in [
            ("hooks.example.com", InvalidUrl::NotAUrl),
            ("ftp://hooks.example.com", InvalidUrl::Scheme),
            ("http://hooks.example.com", InvalidUrl::Plaintext),
            ("https://u:p@hooks.example.com", InvalidUrl::UserInfo),
            ("https://u@hooks.example.com", InvalidUrl::UserInfo),
            ("https://hooks.example.com/#x", InvalidUrl::Fragment),
            ("https://hooks.example.com:8443/", InvalidUrl::Port),
            ("https://localhost/", InvalidUrl::Host),
            ("https://LOCALHOST./", InvalidUrl::Host),
            ("https://127.0.0.1/", InvalidUrl::Host),
            ("https://127.1/", InvalidUrl::Host),
            ("https://2130706433/", InvalidUrl::Host),
            ("https://0x7f000001/", InvalidUrl::Host),
            ("https://[::1]/", InvalidUrl::Host),
            ("https://[::ffff:10.0.0.1]/", InvalidUrl::Host),
            ("https://169.254.169.254/latest", InvalidUrl::Host),
        ] {
            assert_eq!(OutboundUrl::parse(url, &strict).err(), Some(problem), "{url}");
        }
        let long = format!("https://hooks.example.com/{}", "a".repeat(MAX_URL));
        assert_eq!(OutboundUrl::parse(&long, &strict).err(), Some(InvalidUrl::NotAUrl));
    }

    #[test]
    fn what_the_operator_allows_is_taken() {
        let url = OutboundUrl::parse("https://hooks.example.com/in?t=secret", &rule(&[], &[])).unwrap();
        assert_eq!((url.host().as_str(), url.port()), ("hooks.example.com", 443));
        assert_eq!((url.authority().as_str(), url.target().as_str()), ("hooks.example.com", "/in?t=secret"));
        assert!(!format!("{url:?}").contains("secret"));
        let open = rule(&["localhost", "::1"], &["localhost"]);
        assert!(OutboundUrl::parse("http://localhost/in", &open).is_ok());
        assert!(OutboundUrl::parse("https://[::1]/in", &open).is_ok());
        assert_eq!(OutboundUrl::parse("http://[::1]/in", &open).err(), Some(InvalidUrl::Plaintext));
    }
}
