//! The interface to what sends over the routes of one transport.

use std::time::Duration;

use super::budget::Budget;
use super::failure::RouteFailure;
use super::message::Message;
use super::sender::Sender;
use crate::domain::BoxFuture;
use crate::domain::deliveries::callback::{Callback, CallbackReading};
use crate::domain::deliveries::reply::ReplyCodes;
use crate::domain::id::TenantId;
use crate::domain::tenants::route::{Route, RouteHandle, Transport, TransportKind};
use crate::domain::tenants::route_check::{CheckedStep, Hint, TestMessage};
use crate::domain::time::Timestamp;

/// A message, and the route to send it over.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The sender.
    pub sender: &'a Sender,
    /// The route.
    pub route: &'a Route,
    /// The message.
    pub message: &'a Message,
    /// The time limit.
    pub budget: Budget,
}

/// What is kept of an acceptance.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Acceptance {
    /// The other side's reply to the message.
    pub reply: Option<ReplyCodes>,
    /// The provider's id of the message, under which it reports.
    pub id: Option<String>,
}

/// A route to check.
#[derive(Clone, Copy, Debug)]
pub struct RouteToCheck<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// The transport.
    pub transport: &'a Transport,
    /// Whether it is in use.
    pub standing: Standing,
}

/// Whether a route is in use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is one of the tenant's routes.
    Saved,
    /// It may be saved later, so nothing of it may be used up.
    Unsaved,
}

/// Sends over the routes of one transport, and checks them.
pub trait Channel: Send + Sync {
    /// Returns the transport.
    fn transport(&self) -> TransportKind;

    /// Makes one try over one route. Returns `Ok` if the other side took responsibility for the
    /// message. Ends within the budget, whatever the other side does.
    fn send<'a>(&'a self, outgoing: Outgoing<'a>) -> BoxFuture<'a, Result<Acceptance, RouteFailure>>;

    /// Reads a callback to a route. A transport without callbacks refuses all.
    fn read_callback(&self, _route: &Route, _callback: Callback<'_>, _now: Timestamp) -> CallbackReading {
        CallbackReading::Refused
    }

    /// Returns the number of idle sessions for a route.
    fn idle_sessions(&self, _tenant: TenantId, _route: &RouteHandle) -> usize {
        0
    }

    /// Goes through the steps of sending within `limit`, up to the login; with `test`, until that
    /// message is accepted. Returns the steps that were taken, in order; the last one may have
    /// failed. The results affect no circuit breaker.
    fn check<'a>(
        &'a self,
        route: RouteToCheck<'a>,
        test: Option<&'a TestMessage>,
        limit: Duration,
    ) -> BoxFuture<'a, Vec<CheckedStep>>;

    /// Takes leave of servers with which sessions are kept that expect it.
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }

    /// Returns what other sources such as DNS say about the sender; nothing if they do not respond
    /// in time.
    fn hints<'a>(&'a self, _transport: &'a Transport) -> BoxFuture<'a, Vec<Hint>> {
        Box::pin(async { Vec::new() })
    }
}
