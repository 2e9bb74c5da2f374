//! The channel: runs the providers over the client.

use std::sync::Arc;
use std::time::Duration;

use super::answer::Answer;
use super::check;
use super::composed::Composed;
use super::exchange::{Deadlines, exchange};
use super::message::ProviderMessage;
use super::{outcome, provider, reports};
use crate::delivery::net::http::HttpClient;
use crate::delivery::ports::channel::{Acceptance, Channel, Outgoing, RouteToCheck};
use crate::delivery::ports::failure::{Blame, RouteFailure};
use crate::domain::BoxFuture;
use crate::domain::deliveries::callback::{Callback, CallbackReading};
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::tenants::route::{Route, Transport, TransportKind};
use crate::domain::tenants::route_check::{CheckedStep, TestMessage};
use crate::domain::tenants::transports::provider::ProviderAccount;
use crate::domain::time::{Clock, Timestamp};

/// Sends codes through providers of one kind.
pub struct HttpChannel {
    kind: TransportKind,
    client: Arc<HttpClient>,
    clock: Arc<dyn Clock>,
}

impl HttpChannel {
    /// The kinds of transport that it can send over.
    pub const KINDS: [TransportKind; 4] = [
        TransportKind::Twilio,
        TransportKind::WhatsappCloud,
        TransportKind::TelegramGateway,
        TransportKind::Http,
    ];

    /// Creates a channel over this client.
    pub fn new(kind: TransportKind, client: Arc<HttpClient>, clock: Arc<dyn Clock>) -> Self {
        Self { kind, client, clock }
    }

    async fn try_send(&self, outgoing: Outgoing<'_>) -> Result<Acceptance, RouteFailure> {
        let Outgoing { sender, route, message, budget } = outgoing;
        let unusable =
            RouteFailure { blame: Blame::Unclear, ..RouteFailure::lasting(DeliveryError::MessageRefused) };
        let (Some(account), Some(number)) = (route.provider(), message.recipient.phone()) else {
            tracing::error!(route = %route.handle, "this route leads to no provider for such a recipient");
            return Err(unusable);
        };
        let composed = Composed::of(sender, message).map_err(|error| {
            tracing::error!(tenant = sender.tenant.0, %error, "a message cannot be composed");
            unusable
        })?;
        let composed = composed.ok_or(unusable)?;
        let callback_url = message.callback.as_ref().map(|address| address.for_route(&route.handle));
        let wanted = ProviderMessage {
            to: number.as_str(),
            said: composed.said(),
            code: message.code.expose(),
            locale: message.locale.as_ref(),
            id: &message.id,
            left: message.expires_at.since(self.clock.now()),
            // Providers compare it with their own clocks.
            expires_at: message.expires_at - self.clock.ahead(),
            callback_url: callback_url.as_deref(),
        };
        let sent = self.hand_over(account, &wanted, Deadlines { begin: budget.begin, end: budget.end }).await;
        report(&outgoing, &sent);
        sent
    }

    async fn hand_over(
        &self,
        account: &ProviderAccount,
        message: &ProviderMessage<'_>,
        deadlines: Deadlines,
    ) -> Result<Acceptance, RouteFailure> {
        let request = provider::request(account, message).map_err(outcome::of_unfit)?;
        let response = exchange(&self.client, request, deadlines).await.map_err(outcome::of_failure)?;
        let judged = provider::judge(&account.settings, &Answer::of(&response));
        outcome::of_judgement(judged, response.status)
    }
}

impl Channel for HttpChannel {
    fn transport(&self) -> TransportKind {
        self.kind
    }

    fn send<'a>(&'a self, outgoing: Outgoing<'a>) -> BoxFuture<'a, Result<Acceptance, RouteFailure>> {
        Box::pin(self.try_send(outgoing))
    }

    fn read_callback(&self, route: &Route, callback: Callback<'_>, now: Timestamp) -> CallbackReading {
        match route.provider() {
            Some(account) => reports::read(account, &callback, now),
            None => CallbackReading::Refused,
        }
    }

    fn check<'a>(
        &'a self,
        RouteToCheck { transport, .. }: RouteToCheck<'a>,
        test: Option<&'a TestMessage>,
        limit: Duration,
    ) -> BoxFuture<'a, Vec<CheckedStep>> {
        let now = self.clock.now();
        match transport {
            Transport::Provider(account) => Box::pin(check::walk(&self.client, account, test, (now, limit))),
            Transport::Smtp(_) => Box::pin(async { Vec::new() }),
        }
    }
}

/// Logs a try once. What a provider says may repeat the message, so that only its numbers are kept.
fn report(outgoing: &Outgoing<'_>, sent: &Result<Acceptance, RouteFailure>) {
    let Outgoing { sender, route, message, .. } = outgoing;
    let (tenant, route, message) = (sender.tenant.0, &route.handle, &message.id);
    match sent {
        Ok(_) => tracing::debug!(tenant, %route, message, "a provider took a message"),
        Err(failure) => {
            let reply = failure.reply.map(|reply| reply.class.to_string());
            let code = failure.reply.and_then(|reply| reply.code);
            let (class, later) = (failure.class.as_str(), failure.later);
            tracing::warn!(tenant, %route, message, class, ?later, reply, code, "a provider did not take a message");
        }
    }
}
