//! The health of a server, as seen by a route that leads to it.

use std::time::Duration;

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::deliveries::server_address::ServerAddress;
use crate::domain::id::TenantId;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;

/// Observations about a route since the process started.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct RouteObservations {
    /// Number of messages that its server accepted.
    pub sent: u64,
    /// Number of tries that failed.
    pub failed: u64,
    /// When the last message was accepted.
    pub last_sent: Option<Timestamp>,
    /// When the last try failed, and why.
    pub last_failure: Option<(Timestamp, DeliveryError)>,
    /// Number of messages that are being sent.
    pub sending: u32,
    /// When the route was last used.
    pub latest: Timestamp,
}

/// The state of a circuit breaker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Breaker {
    /// In use; the last try did not fail.
    Closed,
    /// In use, although this many tries in a row have failed.
    Failing(u32),
    /// Not in use for this long; after that, one message probes it.
    Open(Duration),
}

/// The health of a server for one route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerHealth {
    /// The tenant that owns the route.
    pub tenant: TenantId,
    /// The route.
    pub route: RouteHandle,
    /// The server.
    pub server: ServerAddress,
    /// The observations.
    pub seen: RouteObservations,
    /// The breaker of the server, shared by everybody who uses it: it covers everything before the login.
    pub server_breaker: Breaker,
    /// The breaker of the route: it covers the login and everything after it.
    pub route_breaker: Breaker,
    /// Number of its idle sessions that are kept for the next message.
    pub idle_sessions: usize,
}
