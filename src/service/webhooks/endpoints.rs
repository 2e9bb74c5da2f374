//! Webhooks: a tenant's endpoints, what they were told, and trying them out.

use std::sync::Arc;
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::crypto::webhook::SigningSecret;
use crate::domain::id::IdGenerator;
use crate::domain::random::Entropy;
use crate::domain::time::Clock;
use crate::domain::webhooks::event::{self, EventId, EventKinds};
use crate::domain::webhooks::url::{InvalidUrl, WebhookUrl};
use crate::domain::webhooks::webhook::{
    Webhook, WebhookDelivery, WebhookDeliveryStatus, WebhookHandle, WebhookId,
};
use crate::service::limits::rates::{Counted, TenantRates};
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{Queued, Store, StoreError, WebhookChange, WebhookDeliveryPage, WebhookRotation};

use super::secrets::Secrets;

/// How long deliveries are kept after their end.
const KEEP: Duration = Duration::from_secs(7 * 86_400);

/// Rounds in one sweep at most.
const ROUNDS: usize = 50;

/// How often a rotation is tried that meets another one.
const ROTATIONS: usize = 3;

/// What a tenant decides about an endpoint; when one is changed, what is `None` stays.
#[derive(Clone, Default, Debug)]
pub struct NewEndpoint {
    /// Where it is.
    pub url: Option<WebhookUrl>,
    /// What its owner calls it.
    pub description: Option<String>,
    /// What it is told.
    pub events: Option<EventKinds>,
    /// Whether it is told anything.
    pub enabled: Option<bool>,
}

/// The webhooks of tenants.
pub struct Webhooks {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    ids: Arc<IdGenerator>,
    rules: Arc<Rules>,
    rates: Arc<TenantRates>,
}

impl Webhooks {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            ids: Arc::clone(&parts.ids),
            rules: Arc::clone(&parts.rules),
            rates: Arc::clone(&shared.rates),
        }
    }
}

impl Webhooks {
    /// A URL that may be an endpoint's.
    pub fn parse_url(&self, text: &str) -> Result<WebhookUrl, InvalidUrl> {
        WebhookUrl::parse(text, &self.rules.webhooks)
    }

    /// Adds an endpoint at `url`, and tells its signing secret, this once.
    pub async fn add(
        &self,
        tenant: &AuthenticatedTenant,
        url: WebhookUrl,
        rest: NewEndpoint,
    ) -> Result<(Webhook, SigningSecret), Refusal> {
        let now = self.clock.now();
        let (id, entropy) = (WebhookId(self.ids.next(now)), self.entropy.as_ref());
        let secret = SigningSecret::generate(entropy);
        let new = Webhook {
            id,
            handle: WebhookHandle::draw(entropy),
            tenant: tenant.id(),
            url,
            description: rest.description.unwrap_or_default(),
            events: rest.events.unwrap_or(EventKinds::all()),
            enabled: rest.enabled.unwrap_or(true),
            disabled_for: None,
            secrets: Secrets::first(secret.clone()).seal(&self.keyring, entropy, tenant.id(), id),
            created_at: now,
            waiting: 0,
            failing_since: None,
        };
        match self.store.add_webhook(new.clone()).await? {
            // Not read back: if that failed, nobody would have the secret.
            true => Ok((new, secret)),
            false => Err(Refusal::TooManyWebhooks),
        }
    }

    /// A tenant's endpoints.
    pub async fn list(&self, tenant: &AuthenticatedTenant) -> Result<Vec<Webhook>, Refusal> {
        Ok(self.store.webhooks(tenant.id()).await?)
    }

    /// A tenant's endpoint.
    pub async fn find(&self, tenant: &AuthenticatedTenant, handle: &str) -> Result<Webhook, Refusal> {
        let found = self.store.webhook(tenant.id(), parsed(handle)?).await?;
        found.ok_or(Refusal::UnknownWebhook)
    }

    /// Changes an endpoint.
    pub async fn change(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &str,
        new: NewEndpoint,
    ) -> Result<Webhook, Refusal> {
        let NewEndpoint { url, description, events, enabled } = new;
        let (tenant, handle) = (tenant.id(), parsed(handle)?);
        let change = WebhookChange { tenant, handle, url, description, events, enabled };
        self.store.change_webhook(change, self.clock.now()).await?.ok_or(Refusal::UnknownWebhook)
    }

    /// Gives an endpoint a new signing secret, and tells it, this once. The present one signs as
    /// well for `overlap` longer; one that it had followed stops at once.
    pub async fn rotate(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &str,
        overlap: Duration,
    ) -> Result<(Webhook, SigningSecret), Refusal> {
        let entropy = self.entropy.as_ref();
        for _ in 0..ROTATIONS {
            let found = self.find(tenant, handle).await?;
            let now = self.clock.now();
            let opened = Secrets::open(&self.keyring, tenant.id(), found.id, &found.secrets);
            let next = SigningSecret::generate(entropy);
            let secrets = match opened {
                Some(secrets) => secrets.followed_by(next.clone(), now + overlap),
                None => Secrets::first(next.clone()),
            };
            let rotation = WebhookRotation {
                tenant: tenant.id(),
                handle: found.handle.clone(),
                seen: found.secrets.clone(),
                secrets: secrets.seal(&self.keyring, entropy, tenant.id(), found.id),
            };
            if self.store.rotate_webhook(rotation, now).await? {
                return Ok((self.find(tenant, handle).await?, next));
            }
        }
        Err(Refusal::Store(StoreError::Busy))
    }

    /// Deletes an endpoint, with what it was still to be told.
    pub async fn delete(&self, tenant: &AuthenticatedTenant, handle: &str) -> Result<Webhook, Refusal> {
        let webhook = self.find(tenant, handle).await?;
        match self.store.delete_webhook(tenant.id(), parsed(handle)?, self.clock.now()).await? {
            true => Ok(webhook),
            false => Err(Refusal::UnknownWebhook),
        }
    }

    /// What an endpoint was told and is to be told, the newest first: at most `limit`, from before the event
    /// `before` on.
    pub async fn deliveries(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &str,
        status: Option<WebhookDeliveryStatus>,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<WebhookDelivery>, Refusal> {
        let page = WebhookDeliveryPage { status, before, limit };
        self.store.posts(tenant.id(), parsed(handle)?, page).await?.ok_or(Refusal::UnknownWebhook)
    }

    /// Tells an endpoint an event again, whatever came of it before.
    pub async fn replay(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &str,
        event: &str,
    ) -> Result<EventId, Refusal> {
        let handle = parsed(handle)?;
        let event = self.event(tenant, event).ok_or(Refusal::UnknownEvent)?;
        self.count_request(tenant)?;
        queued(self.store.replay_post(tenant.id(), handle, event, self.clock.now()).await?)
    }

    /// Sends an endpoint an event that is none.
    pub async fn ping(&self, tenant: &AuthenticatedTenant, handle: &str) -> Result<EventId, Refusal> {
        let handle = parsed(handle)?;
        self.count_request(tenant)?;
        queued(self.store.ping_webhook(tenant.id(), handle, self.clock.now()).await?)
    }

    /// Counts what somebody asks to be sent at once under the tenant's rate of mints: it makes this
    /// server send as a mint does.
    fn count_request(&self, tenant: &AuthenticatedTenant) -> Result<(), Refusal> {
        Ok(self.rates.count(Counted::Mint, tenant.rated(), tenant.gauge())?)
    }

    /// The name of a tenant's event: its `webhook-id`.
    pub fn event_name(&self, tenant: &AuthenticatedTenant, event: EventId) -> String {
        event::name(tenant.handle(), event)
    }

    /// The event of this name, if it can be one of this tenant's.
    pub fn event(&self, tenant: &AuthenticatedTenant, name: &str) -> Option<EventId> {
        event::parse_name(tenant.handle(), name)
    }

    /// Deletes deliveries whose time is over, and measures what waits.
    pub(in crate::service) async fn sweep(&self) -> Result<(), Refusal> {
        for _ in 0..ROUNDS {
            let swept = self.store.sweep_webhooks(self.clock.now(), KEEP).await?;
            metrics::gauge!("otpmint_webhooks_waiting").set(swept.waiting as f64);
            if swept.deleted == 0 {
                break;
            }
        }
        Ok(())
    }
}

fn parsed(handle: &str) -> Result<WebhookHandle, Refusal> {
    WebhookHandle::parse(handle).ok_or(Refusal::UnknownWebhook)
}

fn queued(queued: Queued) -> Result<EventId, Refusal> {
    match queued {
        Queued::Queued(event) => Ok(event),
        Queued::Unknown => Err(Refusal::UnknownWebhook),
        Queued::UnknownEvent => Err(Refusal::UnknownEvent),
        Queued::Disabled => Err(Refusal::WebhookDisabled),
        Queued::Full => Err(Refusal::QueueFull),
    }
}
