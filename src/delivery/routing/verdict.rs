//! What is made of the routes that could not deliver a message.

use crate::delivery::ports::failure::{Later, RouteFailure};
use crate::domain::deliveries::delivery::{DeliveryError, SendOutcome};
use crate::domain::deliveries::report::{Attempt, TriedRoute};
use crate::domain::tenants::route::RouteHandle;

/// What came of the routes so far.
#[derive(Default)]
pub(super) struct Verdict {
    /// Whether another try may succeed over one of them.
    again: bool,
    /// Why the last one that was really tried could not.
    class: Option<DeliveryError>,
    /// Which that was.
    tried: Option<TriedRoute>,
}

impl Verdict {
    /// A route could not deliver the message.
    pub(super) fn note(&mut self, route: &RouteHandle, failure: &RouteFailure) {
        self.again |= failure.later == Later::MaySucceed;
        self.class = Some(failure.class);
        self.tried = Some(tried(route, failure));
    }

    /// A route was not tried this time.
    pub(super) fn note_untried(&mut self) {
        self.again = true;
    }

    /// What that means for the message.
    pub(super) fn attempt(self) -> Attempt {
        let outcome = match (self.again, self.class) {
            (true, class) => SendOutcome::Retry(class.unwrap_or(DeliveryError::ServerUnavailable)),
            (false, class) => SendOutcome::Refused(class.unwrap_or(DeliveryError::NoAccount)),
        };
        Attempt { outcome, tried: self.tried }
    }
}

/// What is kept of a route that could not deliver a message.
pub(super) fn tried(route: &RouteHandle, failure: &RouteFailure) -> TriedRoute {
    TriedRoute { route: route.clone(), reply: failure.reply, word: failure.word }
}
