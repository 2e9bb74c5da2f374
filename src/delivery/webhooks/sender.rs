//! The loop that sends due webhooks.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::client::WebhookClient;
use super::ports::{DueEndpoint, WebhookLedger, WebhookRequest};
use super::schedule;
use crate::domain::random::Entropy;
use crate::domain::time::Clock;
use crate::domain::webhooks::webhook::{WebhookResponse, WebhookTry};

/// Number of endpoints that are sent to concurrently.
const AT_ONCE: usize = 64;

/// Number of deliveries that are sent to one endpoint concurrently.
const EACH: usize = 8;

/// The maximum number of open connections to endpoints.
pub const SESSIONS: usize = AT_ONCE * EACH;

/// How often the ledger is polled for due deliveries.
const POLL: Duration = Duration::from_millis(200);

/// The sender of webhooks.
pub struct WebhookSender {
    client: Arc<WebhookClient>,
    ledger: Arc<dyn WebhookLedger>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl WebhookSender {
    /// Creates a sender over this client and this ledger.
    pub fn new(
        client: WebhookClient,
        ledger: Arc<dyn WebhookLedger>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Arc<Self> {
        Arc::new(Self { client: Arc::new(client), ledger, clock, entropy })
    }

    /// Sends due deliveries forever. Dropping the future aborts requests that are under way. The
    /// next run sends them again, so an endpoint may receive an event twice and recognises it by
    /// its id.
    pub async fn run(self: Arc<Self>) {
        let mut sending = JoinSet::new();
        loop {
            while sending.try_join_next().is_some() {}
            let room = AT_ONCE.saturating_sub(sending.len());
            let due = match room {
                0 => Vec::new(),
                room => self.ledger.claim(self.clock.now(), room, EACH).await,
            };
            for endpoint in due {
                sending.spawn(Arc::clone(&self).send(endpoint));
            }
            tokio::select! {
                Some(_) = sending.join_next() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    async fn send(self: Arc<Self>, endpoint: DueEndpoint) {
        let DueEndpoint { webhook, url, requests } = endpoint;
        let url = Arc::new(url);
        let mut under_way = JoinSet::new();
        for request in requests {
            let (client, url) = (Arc::clone(&self.client), Arc::clone(&url));
            under_way.spawn(async move {
                let response = client.post(&url, &request).await;
                (request, response)
            });
        }
        let mut tried = Vec::new();
        while let Some(done) = under_way.join_next().await {
            match done {
                Ok((request, response)) => tried.push(self.decide(&request, response)),
                // It is still in the store, and will be claimed again.
                Err(error) => tracing::error!(%error, "sending a webhook broke off"),
            }
        }
        self.ledger.settle(webhook, tried, self.clock.now()).await;
    }

    fn decide(&self, request: &WebhookRequest, response: WebhookResponse) -> WebhookTry {
        let again_in = match response.is_success() {
            true => None,
            false => schedule::pause(request.tries, self.entropy.as_ref()),
        };
        let outcome = match (response.is_success(), again_in) {
            (true, _) => "sent",
            (false, Some(_)) => "retried",
            (false, None) => "failed",
        };
        metrics::counter!("otpmint_webhooks_total", "outcome" => outcome).increment(1);
        WebhookTry {
            event: request.event,
            response,
            again_at: again_in.map(|pause| self.clock.now() + pause),
        }
    }
}
