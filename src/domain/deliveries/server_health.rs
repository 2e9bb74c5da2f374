//! How a mail server does for an account that sends through it.

use std::time::Duration;

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::id::TenantId;
use crate::domain::tenants::account::AccountHandle;
use crate::domain::tenants::smtp::Security;
use crate::domain::time::Timestamp;

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

/// What was seen of an account since the start of the process.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Seen {
    /// Messages that its server accepted.
    pub sent: u64,
    /// Tries that failed.
    pub failed: u64,
    /// When the last message was accepted.
    pub last_sent: Option<Timestamp>,
    /// When the last try failed, and why.
    pub last_failure: Option<(Timestamp, DeliveryError)>,
    /// Messages that are being sent.
    pub sending: u32,
    /// When it was last used.
    pub latest: Timestamp,
}

/// Whether a server is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Breaker {
    /// It is, and its last try did not fail.
    Closed,
    /// It is, although so many tries in a row have failed.
    Failing(u32),
    /// It is left alone for so long; afterwards one message tries it.
    Open(Duration),
}

/// How a server does for one account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerHealth {
    /// Whose account.
    pub tenant: TenantId,
    /// Which.
    pub account: AccountHandle,
    /// The server.
    pub server: ServerAddress,
    /// What was seen.
    pub seen: Seen,
    /// Whether anybody uses the server, up to the login.
    pub server_breaker: Breaker,
    /// Whether the account is used, from the login on.
    pub account_breaker: Breaker,
    /// Sessions that are kept for its next message.
    pub kept: usize,
}
