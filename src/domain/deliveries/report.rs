//! What is kept of a delivery besides how it stands.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::{DeliveryEnd, SendOutcome};
use crate::domain::deliveries::reply::Reply;
use crate::domain::tenants::route::RouteHandle;

/// How a try at a delivery ended, for whoever keeps the deliveries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliveryReport {
    /// How the delivery ended, or that it goes on.
    pub end: DeliveryEnd,
    /// Over which channel it goes.
    pub channel: ChannelKind,
    /// The last route that was really tried; `None` where none was.
    pub tried: Option<TriedRoute>,
}

/// A route that was tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TriedRoute {
    /// Which.
    pub route: RouteHandle,
    /// What the other side answered to the message, if it answered.
    pub reply: Option<Reply>,
    /// The channel's own word for why it failed: finer than the class of the failure.
    pub word: Option<&'static str>,
}

/// What came of one try at a message, over all routes that were tried for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// What became of the message.
    pub outcome: SendOutcome,
    /// The last route that was really tried; `None` where none was.
    pub tried: Option<TriedRoute>,
}

impl Attempt {
    /// A try that came to no route.
    pub const fn without_route(outcome: SendOutcome) -> Self {
        Self { outcome, tried: None }
    }
}
