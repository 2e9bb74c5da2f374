//! Addresses of the servers that messages are handed to.

use crate::domain::tenants::smtp::Security;

/// A server, and the kind of session that is opened with it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ServerAddress {
    /// The host name or IP address.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// How the session is encrypted.
    pub security: Security,
}
