//! The durable side of the webhook sender: claims deliveries from the store, signs them, and
//! records their outcomes.

use std::sync::Arc;
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::crypto::shareable_key::Codec;
use crate::delivery::{DueEndpoint, WebhookLedger, WebhookRequest};
use crate::domain::BoxFuture;
use crate::domain::time::{Clock, Timestamp};
use crate::domain::webhooks::event;
use crate::domain::webhooks::webhook::{WebhookDeliveryError, WebhookId, WebhookResponse, WebhookTry};
use crate::store::{ClaimedWebhook, ClaimedWebhookDelivery, Store};

use super::secrets::Secrets;

/// The pause between two tries at recording while the store is unavailable.
const PAUSE: Duration = Duration::from_secs(1);

/// When an endpoint whose secrets do not open is tried again: the cause has to be repaired by hand.
const LATER: Duration = Duration::from_secs(3_600);

/// The store, as used by the webhook sender.
pub struct StoreWebhookLedger {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    codec: Codec,
    clock: Arc<dyn Clock>,
}

impl StoreWebhookLedger {
    /// Creates a ledger over this store and these keys.
    pub fn new(store: Arc<dyn Store>, keyring: Arc<Keyring>, clock: Arc<dyn Clock>) -> Self {
        Self { store, codec: keyring.shareable_keys(), keyring, clock }
    }

    async fn claim_signed(&self, now: Timestamp, limit: usize, each: usize) -> Vec<DueEndpoint> {
        let claimed = self.store.claim_webhooks(now, limit, each).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the queue of webhooks cannot be read");
            Vec::new()
        });
        let mut due = Vec::new();
        for endpoint in claimed {
            match self.sign(&endpoint) {
                Some(signed) => due.push(signed),
                None => self.postpone(&endpoint, now).await,
            }
        }
        due
    }

    /// Signs the requests to an endpoint; `None` if the secrets were altered or moved in the
    /// database. The timestamp is wall-clock time, because the receiver compares it with its own
    /// clock.
    fn sign(&self, endpoint: &ClaimedWebhook) -> Option<DueEndpoint> {
        let now = self.clock.wall();
        let ClaimedWebhook { webhook, tenant, secrets, .. } = endpoint;
        let secrets = Secrets::open(&self.keyring, *tenant, *webhook, secrets)?;
        let request = |claimed: &ClaimedWebhookDelivery| {
            let id = event::name(&endpoint.tenant_handle, claimed.event);
            let body = self.body(claimed);
            let signature = secrets.sign(&id, now, &body).ok()?;
            let timestamp = now.as_millis().div_euclid(1_000);
            Some(WebhookRequest {
                event: claimed.event,
                id,
                timestamp,
                signature,
                body,
                tries: claimed.tries,
                trace_context: claimed.trace_context,
            })
        };
        let requests = endpoint.deliveries.iter().map(request).collect::<Option<Vec<_>>>()?;
        Some(DueEndpoint { webhook: *webhook, url: endpoint.url.clone(), requests })
    }

    fn body(&self, claimed: &ClaimedWebhookDelivery) -> String {
        let named =
            claimed.challenge.map(|id| (if id.is_relayed() { "id" } else { "key" }, self.codec.encode(id)));
        let name = named.as_ref().map(|(field, name)| (*field, name.as_str()));
        event::body(claimed.kind, claimed.at, name, claimed.snapshot.as_deref())
    }

    async fn postpone(&self, endpoint: &ClaimedWebhook, now: Timestamp) {
        tracing::error!(tenant = %endpoint.tenant_handle, "the secrets of a webhook cannot be used");
        let later = |delivery: &ClaimedWebhookDelivery| WebhookTry {
            event: delivery.event,
            response: WebhookResponse::None(WebhookDeliveryError::NotSigned),
            again_at: Some(now + LATER),
        };
        self.record(endpoint.webhook, endpoint.deliveries.iter().map(later).collect(), now).await;
    }

    /// Records outcomes, retrying while the store is unavailable; until then the endpoint is held.
    async fn record(&self, webhook: WebhookId, tried: Vec<WebhookTry>, now: Timestamp) {
        loop {
            match self.store.settle_webhook(webhook, tried.clone(), now).await {
                Ok(None) => return,
                Ok(Some(reason)) => {
                    tracing::warn!(reason = reason.as_str(), "a webhook was disabled");
                    return;
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

impl WebhookLedger for StoreWebhookLedger {
    fn claim(&self, now: Timestamp, limit: usize, each: usize) -> BoxFuture<'_, Vec<DueEndpoint>> {
        Box::pin(self.claim_signed(now, limit, each))
    }

    fn settle(&self, webhook: WebhookId, tried: Vec<WebhookTry>, now: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(self.record(webhook, tried, now))
    }
}
