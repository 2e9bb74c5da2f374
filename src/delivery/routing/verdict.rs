//! The combined result of routes that could not deliver a message.

use std::time::Duration;

use crate::delivery::ports::failure::{Later, RouteFailure};
use crate::domain::deliveries::delivery::{DeliveryError, TryOutcome};
use crate::domain::deliveries::report::{TriedRoute, TryResult};
use crate::domain::tenants::route::RouteHandle;

/// The result of the routes so far.
#[derive(Default)]
pub(super) struct Verdict {
    /// Whether a retry may succeed over one of them.
    again: bool,
    /// Why the last route that was actually tried failed.
    class: Option<DeliveryError>,
    /// That route.
    tried: Option<TriedRoute>,
    /// The shortest pause that one of them asks for.
    pause: Option<Duration>,
}

impl Verdict {
    /// Records that a route could not deliver the message.
    pub(super) fn note(&mut self, route: &RouteHandle, failure: &RouteFailure) {
        self.again |= failure.later == Later::MaySucceed;
        self.pause = self.pause.into_iter().chain(failure.pause).min();
        self.class = Some(failure.class);
        self.tried = Some(tried(route, failure));
    }

    /// Records that a route was not tried this time.
    pub(super) fn note_untried(&mut self) {
        self.again = true;
    }

    /// Returns the combined result for the message.
    pub(super) fn result(self) -> TryResult {
        let outcome = match (self.again, self.class) {
            (true, class) => TryOutcome::Retry(class.unwrap_or(DeliveryError::ServerUnavailable)),
            (false, class) => TryOutcome::Refused(class.unwrap_or(DeliveryError::NoRoute)),
        };
        TryResult { outcome, tried: self.tried, pause: self.pause }
    }
}

/// Returns what is kept of a route that could not deliver a message.
pub(super) fn tried(route: &RouteHandle, failure: &RouteFailure) -> TriedRoute {
    TriedRoute {
        route: route.clone(),
        reply: failure.reply,
        word: failure.word,
        id: None,
        is_unconfirmed: failure.later == Later::OnceMore,
    }
}
