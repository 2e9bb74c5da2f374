//! What sends over the routes of one transport.

use std::time::Duration;

use super::budget::Budget;
use super::failure::RouteFailure;
use super::message::Message;
use super::sender::Sender;
use crate::domain::BoxFuture;
use crate::domain::deliveries::reply::Reply;
use crate::domain::id::TenantId;
use crate::domain::tenants::route::{Route, RouteHandle, Transport, TransportKind};
use crate::domain::tenants::route_check::{CheckedStep, Hint, TestMessage};

/// A message, and the route that it is to take.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// Who sends.
    pub sender: &'a Sender,
    /// Over which of its routes.
    pub route: &'a Route,
    /// What is sent.
    pub message: &'a Message,
    /// How long it may take.
    pub budget: Budget,
}

/// Sends over the routes of one transport, and checks them.
pub trait Channel: Send + Sync {
    /// The transport.
    fn transport(&self) -> TransportKind;

    /// One try over one route; `Ok` when the other side took responsibility for the message. Ends
    /// within the budget, whatever the other side does.
    fn send<'a>(&'a self, outgoing: Outgoing<'a>) -> BoxFuture<'a, Result<Option<Reply>, RouteFailure>>;

    /// The idle sessions that it keeps for a route.
    fn idle_sessions(&self, _tenant: TenantId, _route: &RouteHandle) -> usize {
        0
    }

    /// Walks the way of a message within `limit`, as far as the login; with `test`, until that is
    /// taken. Tells each step that was taken, in order; the last one may have failed. What it finds
    /// out opens no circuit and closes none.
    fn check<'a>(
        &'a self,
        transport: &'a Transport,
        test: Option<&'a TestMessage>,
        limit: Duration,
    ) -> BoxFuture<'a, Vec<CheckedStep>>;

    /// What is known about the sender from elsewhere, such as DNS; nothing where that does not answer
    /// in time.
    fn hints<'a>(&'a self, _transport: &'a Transport) -> BoxFuture<'a, Vec<Hint>> {
        Box::pin(async { Vec::new() })
    }
}
