//! Reports: what is kept of a delivery besides its status.

use std::time::Duration;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::{DeliveryEnd, TryOutcome};
use crate::domain::deliveries::reply::ReplyCodes;
use crate::domain::tenants::route::RouteHandle;

/// The report of a delivery try, for the code that records deliveries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliveryReport {
    /// How the delivery ended, or that it goes on.
    pub end: DeliveryEnd,
    /// The channel of the delivery.
    pub channel: ChannelKind,
    /// The last route that was actually tried; `None` if none was.
    pub tried: Option<TriedRoute>,
}

/// A route that was tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TriedRoute {
    /// The route.
    pub route: RouteHandle,
    /// The server's reply to the message, if it sent one.
    pub reply: Option<ReplyCodes>,
    /// The channel's own word for the failure, finer than its class.
    pub word: Option<&'static str>,
    /// The provider's id of the message, if it accepted it.
    pub id: Option<String>,
    /// Whether the message may have left, although the try failed.
    pub is_unconfirmed: bool,
}

/// The outcome of one try at sending a message, over all routes that were tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TryResult {
    /// The outcome for the message.
    pub outcome: TryOutcome,
    /// The last route that was actually tried; `None` if none was.
    pub tried: Option<TriedRoute>,
    /// The pause before the next try that the other side asks for.
    pub pause: Option<Duration>,
}

impl TryResult {
    /// Creates the result of a try that did not get as far as a route.
    pub const fn without_route(outcome: TryOutcome) -> Self {
        Self { outcome, tried: None, pause: None }
    }
}
