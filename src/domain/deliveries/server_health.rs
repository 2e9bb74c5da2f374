//! How a server does for a route that leads to it.

use std::time::Duration;

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::deliveries::server_address::ServerAddress;
use crate::domain::id::TenantId;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;

/// What was seen of a route since the start of the process.
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

/// How a server does for one route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerHealth {
    /// Whose route.
    pub tenant: TenantId,
    /// Which.
    pub route: RouteHandle,
    /// The server.
    pub server: ServerAddress,
    /// What was seen.
    pub seen: Seen,
    /// Whether anybody uses the server, up to the login.
    pub server_breaker: Breaker,
    /// Whether the route is used, from the login on.
    pub route_breaker: Breaker,
    /// Its idle sessions, kept for the next message.
    pub idle_sessions: usize,
}
