//! Failover from one route to the next.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::verdict::{Verdict, tried};
use crate::delivery::breaker::{Breakers, Circuit, Observation};
use crate::delivery::health::{RouteHealth, RouteRecord, UsedRoute};
use crate::delivery::measure;
use crate::delivery::ports::budget::Budget;
use crate::delivery::ports::channel::{Acceptance, Channel, Outgoing, RouteToCheck};
use crate::delivery::ports::failure::{Blame, Others, RouteFailure};
use crate::delivery::ports::message::Message;
use crate::delivery::ports::sender::Sender;
use crate::domain::deliveries::callback::{Callback, CallbackReading};
use crate::domain::deliveries::delivery::{DeliveryError, TryOutcome};
use crate::domain::deliveries::report::{TriedRoute, TryResult};
use crate::domain::deliveries::server_health::ServerHealth;
use crate::domain::phone::number::PhoneNumber;
use crate::domain::phone::settings::Countries;
use crate::domain::tenants::route::{Route, Transport, TransportKind};
use crate::domain::tenants::route_check::{CheckStep, CheckedStep, FailedStep, Hint, TestMessage};
use crate::domain::time::Clock;

/// The channels, and the health of their servers.
pub struct Routing {
    channels: HashMap<TransportKind, Arc<dyn Channel>>,
    breakers: Breakers,
    health: RouteHealth,
    clock: Arc<dyn Clock>,
    total: Duration,
    /// The countries whose phone numbers any tenant may send to.
    countries: Countries,
}

/// The result of one route.
enum RouteResult {
    /// The try for the message is over.
    Over(TryResult),
    /// The route could not deliver the message; the next one may.
    Next(RouteFailure),
    /// The route is not used at present, because a breaker is open.
    LeftAlone,
}

impl Routing {
    /// Creates routing over these channels, one per transport. A message may take `total` over all
    /// of its routes, and goes to phone numbers of `countries` only.
    pub fn new(
        channels: Vec<Arc<dyn Channel>>,
        total: Duration,
        countries: Countries,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            channels: channels.into_iter().map(|channel| (channel.transport(), channel)).collect(),
            breakers: Breakers::new(Arc::clone(&clock)),
            health: RouteHealth::default(),
            clock,
            total,
            countries,
        }
    }

    /// Makes one try for a message: uses the routes in order, until one has delivered it or might have.
    pub async fn send(&self, sender: &Sender, message: &Message) -> TryResult {
        let left = message.expires_at.since(self.clock.now());
        if left.is_zero() {
            return TryResult::without_route(TryOutcome::Refused(DeliveryError::Expired));
        }
        if !self.may_reach(sender, message) {
            return TryResult::without_route(TryOutcome::Refused(DeliveryError::CountryNotAllowed));
        }
        let (end, hurried) = (Instant::now() + left.min(self.total), left < self.total);
        let mut remaining = sender.routes.iter().filter(|route| route.serves(message.channel)).count();
        let mut verdict = Verdict::default();
        for (at, route) in sender.routes.iter().filter(|route| route.serves(message.channel)).enumerate() {
            // A slow server leaves some time to those after it.
            let Some(budget) = Budget::share(end, remaining) else {
                verdict.note_untried();
                break;
            };
            remaining -= 1;
            if at > 0 {
                measure::failed_over();
            }
            match self.send_over(Outgoing { sender, route, message, budget }, hurried).await {
                RouteResult::Over(result) => return result,
                RouteResult::Next(failure) => verdict.note(&route.handle, &failure),
                RouteResult::LeftAlone => verdict.note_untried(),
            }
        }
        verdict.result()
    }

    /// Returns whether the tenant and the operator list the country of a phone number. Both may have changed
    /// since the code was minted, and a message that costs must not leave for another country.
    fn may_reach(&self, sender: &Sender, message: &Message) -> bool {
        let country = message.recipient.phone().map(PhoneNumber::country);
        country.is_none_or(|country| sender.countries.contains(country) && self.countries.contains(country))
    }

    async fn send_over(&self, outgoing: Outgoing<'_>, hurried: bool) -> RouteResult {
        let Outgoing { sender, route, budget, .. } = outgoing;
        let Some(channel) = self.channel(&route.transport) else {
            return RouteResult::Next(RouteFailure::lasting(DeliveryError::NoRoute));
        };
        let circuits = circuits(&outgoing);
        if !self.breakers.admit(&circuits) {
            return RouteResult::LeftAlone;
        }
        let used = UsedRoute::of(sender.tenant, route);
        let sending = self.health.begin(&used, sender.revision, self.clock.now());
        let sent = channel.send(outgoing).await;
        drop(sending);
        self.health.end(&used, self.clock.now(), sent.as_ref().err().map(|failure| failure.class));
        match sent {
            Ok(Acceptance { reply, id }) => {
                self.record(&circuits, Blame::Nobody);
                let route = route.handle.clone();
                let tried = TriedRoute { route, reply, word: None, id, is_unconfirmed: false };
                let outcome = TryOutcome::Accepted;
                RouteResult::Over(TryResult { outcome, tried: Some(tried), pause: None })
            }
            Err(failure) => {
                self.record(&circuits, blame(&failure, budget, hurried));
                match failure.others {
                    Others::MayTry => RouteResult::Next(failure),
                    Others::MayNot => {
                        let tried = Some(tried(&route.handle, &failure));
                        let (outcome, pause) = (failure.outcome(), failure.pause);
                        RouteResult::Over(TryResult { outcome, tried, pause })
                    }
                }
            }
        }
    }

    fn record(&self, [server, route]: &[Circuit; 2], blame: Blame) {
        let observations = match blame {
            Blame::Nobody => (Observation::Works, Observation::Works),
            Blame::Server => (Observation::Fails, Observation::Unknown),
            Blame::Unclear => (Observation::Unknown, Observation::Unknown),
            Blame::Haste | Blame::Login => (Observation::Unknown, Observation::Fails),
            Blame::Route => (Observation::Works, Observation::Fails),
        };
        for (circuit, observation) in [(server, observations.0), (route, observations.1)] {
            if self.breakers.record(circuit, observation) {
                tracing::warn!(?circuit, "a server keeps failing and is left alone for a while");
            }
        }
    }

    /// Returns the health of the servers that messages were sent through.
    pub fn health(&self) -> Vec<ServerHealth> {
        let servers = self.health.all().into_iter().map(|(used, known)| self.health_of(used, known));
        servers.collect()
    }

    fn health_of(&self, used: UsedRoute, RouteRecord { revision, seen }: RouteRecord) -> ServerHealth {
        let server = Circuit::Server(used.server.clone());
        let route = Circuit::Route(used.tenant, revision, used.route.clone());
        let idle = self.channels.values().map(|channel| channel.idle_sessions(used.tenant, &used.route));
        ServerHealth {
            server_breaker: self.breakers.standing(&server),
            route_breaker: self.breakers.standing(&route),
            idle_sessions: idle.sum(),
            tenant: used.tenant,
            route: used.route,
            server: used.server,
            seen,
        }
    }

    /// Checks a route within `limit`, as [`Channel::check`] does.
    pub async fn check(
        &self,
        route: RouteToCheck<'_>,
        test: Option<&TestMessage>,
        limit: Duration,
    ) -> Vec<CheckedStep> {
        match self.channel(route.transport) {
            Some(channel) => channel.check(route, test, limit).await,
            None => {
                let reason = DeliveryError::NoRoute;
                let result = Err(FailedStep { reason, advice: reason.advice() });
                vec![CheckedStep { step: CheckStep::Connect, result }]
            }
        }
    }

    /// Reads a callback to a route.
    pub fn read_callback(&self, route: &Route, callback: Callback<'_>) -> CallbackReading {
        match self.channel(&route.transport) {
            Some(channel) => channel.read_callback(route, callback, self.clock.wall()),
            None => CallbackReading::Refused,
        }
    }

    /// Takes leave of all servers.
    pub async fn close(&self) {
        for channel in self.channels.values() {
            channel.close().await;
        }
    }

    /// Returns what other sources say about the sender of a route.
    pub async fn hints(&self, transport: &Transport) -> Vec<Hint> {
        match self.channel(transport) {
            Some(channel) => channel.hints(transport).await,
            None => Vec::new(),
        }
    }

    /// Returns the channel of a transport. This is the only place that chooses one.
    fn channel(&self, transport: &Transport) -> Option<&dyn Channel> {
        let channel = self.channels.get(&transport.kind());
        if channel.is_none() {
            tracing::error!(transport = transport.kind().as_str(), "no channel is set up for this transport");
        }
        channel.map(AsRef::as_ref)
    }
}

fn circuits(outgoing: &Outgoing) -> [Circuit; 2] {
    let Outgoing { sender, route, .. } = outgoing;
    [
        Circuit::Server(route.transport.server()),
        Circuit::Route(sender.tenant, sender.revision, route.handle.clone()),
    ]
}

/// Returns the circuit that is at fault. A timeout proves nothing about the server if the code was
/// about to expire, and concerns only the route if the time was one share of several.
fn blame(failure: &RouteFailure, budget: Budget, hurried: bool) -> Blame {
    match failure.class {
        DeliveryError::TimedOut if hurried => Blame::Unclear,
        DeliveryError::TimedOut if budget.share_is_spent() => Blame::Haste,
        _ => failure.blame,
    }
}
