//! Addresses of the servers that messages are handed to.

use crate::domain::tenants::smtp::Security;
use crate::domain::tenants::transports::smpp::SmppSecurity;

/// A server, and the kind of session that is opened with it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ServerAddress {
    /// The host name or IP address.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// What is spoken.
    pub protocol: Protocol,
}

/// What is spoken with a server.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Protocol {
    /// SMTP, encrypted in this way.
    Smtp(Security),
    /// HTTP over TLS.
    Https,
    /// HTTP in clear text, to a host for which the operator allows it.
    Http,
    /// SMPP, encrypted in this way.
    Smpp(SmppSecurity),
    /// Nothing: there is no server, but the inbox of `otpmint dev`.
    Log,
}

impl Protocol {
    /// Returns the word for readers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Smtp(security) => security.as_str(),
            Self::Https => "https",
            Self::Http => "http",
            Self::Smpp(security) => security.scheme(),
            Self::Log => "log",
        }
    }
}
