//! Servers that messages are handed to.

use crate::domain::tenants::smtp::Security;

/// A server, and the kind of session that is opened with it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ServerAddress {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the session is kept private.
    pub security: Security,
}
