//! Webhooks: managing a tenant's endpoints, their deliveries, and test events.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::crypto::webhook::SigningSecret;
use crate::domain::challenges::idempotency::Made;
use crate::domain::conditions::Subject;
use crate::domain::id::IdGenerator;
use crate::domain::outbound_url::{InvalidUrl, OutboundUrl};
use crate::domain::random::Entropy;
use crate::domain::time::{Clock, Timestamp};
use crate::domain::webhooks::event::{self, EventId, EventKinds};
use crate::domain::webhooks::webhook::{
    Webhook, WebhookDelivery, WebhookDeliveryStatus, WebhookHandle, WebhookId,
};
use crate::service::idempotency::conditions::{Conditional, SecretSealer, secret_field};
use crate::service::limits::rates::{RateKind, TenantRates};
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::service::tenants::directory::Directory;
use crate::store::{EventQueued, Store, StoreError, WebhookChange, WebhookDeliveryPage, WebhookRotation};

use super::secrets::Secrets;

/// How often a rotation that meets a concurrent one is tried.
const ROTATIONS: usize = 3;

/// A tenant's settings of an endpoint. In a change, `None` leaves a setting as it is.
#[derive(Clone, Default, Debug)]
pub struct NewEndpoint {
    /// The URL.
    pub url: Option<OutboundUrl>,
    /// The owner's description.
    pub description: Option<String>,
    /// The events that it receives.
    pub events: Option<EventKinds>,
    /// Whether events are sent to it.
    pub enabled: Option<bool>,
}

/// The webhooks of tenants.
pub struct Webhooks {
    pub(super) store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    pub(super) clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    ids: Arc<IdGenerator>,
    rules: Arc<Rules>,
    rates: Arc<TenantRates>,
    directory: Arc<Directory>,
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
            directory: Arc::clone(&shared.directory),
        }
    }
}

impl Webhooks {
    /// Parses a URL that an endpoint may have.
    pub fn parse_url(&self, text: &str) -> Result<OutboundUrl, InvalidUrl> {
        OutboundUrl::parse(text, &self.rules.webhooks)
    }

    /// Adds an endpoint at `url`, and returns its signing secret, which is shown only this once.
    pub async fn add(
        &self,
        tenant: &AuthenticatedTenant,
        url: OutboundUrl,
        rest: NewEndpoint,
        client_ip: Option<IpAddr>,
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
            revision: 0,
        };
        let made = Made::Webhook(new.handle.clone());
        let store = self.making(tenant, made, &secret, now).store();
        match store.add_webhook(new.clone(), tenant.actor(client_ip)).await? {
            // It is not read back: if that failed, nobody would have the secret.
            true => {
                self.directory.forget(tenant.id());
                Ok((new, secret))
            }
            false => Err(Refusal::TooManyWebhooks),
        }
    }

    /// Returns a tenant's endpoints.
    pub async fn list(&self, tenant: &AuthenticatedTenant) -> Result<Vec<Webhook>, Refusal> {
        Ok(self.store.webhooks(tenant.id()).await?)
    }

    /// Returns a tenant's endpoint.
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
        client_ip: Option<IpAddr>,
    ) -> Result<Webhook, Refusal> {
        let NewEndpoint { url, description, events, enabled } = new;
        let (by, handle) = (tenant.actor(client_ip), parsed(handle)?);
        let store = self.changing(tenant, &handle).store();
        let change = WebhookChange { tenant: tenant.id(), handle, url, description, events, enabled, by };
        let changed = store.change_webhook(change, self.clock.now()).await?;
        // What the tenant's next mint looks for depends on what its endpoints want.
        self.directory.forget(tenant.id());
        changed.ok_or(Refusal::UnknownWebhook)
    }

    /// Gives an endpoint a new signing secret, and returns it; it is shown only this once. The
    /// present secret also signs for `overlap`; its own predecessor stops immediately.
    pub async fn rotate(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &str,
        overlap: Duration,
        client_ip: Option<IpAddr>,
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
                by: tenant.actor(client_ip),
            };
            let change = self.making(tenant, Made::Webhook(found.handle.clone()), &next, now);
            let store = change.of(tenant.id(), Subject::Webhook(found.handle)).store();
            if store.rotate_webhook(rotation, now).await? {
                return Ok((self.find(tenant, handle).await?, next));
            }
        }
        Err(Refusal::Store(StoreError::Busy))
    }

    /// Deletes an endpoint, with its waiting deliveries.
    pub async fn delete(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<Webhook, Refusal> {
        let webhook = self.find(tenant, handle).await?;
        let store = self.changing(tenant, &webhook.handle).store();
        let done = (tenant.actor(client_ip), self.clock.now());
        match store.delete_webhook(tenant.id(), webhook.handle.clone(), done).await? {
            true => Ok(webhook),
            false => Err(Refusal::UnknownWebhook),
        }
    }

    /// Returns the deliveries to an endpoint, newest first: at most `limit`, starting before the
    /// event `before`.
    pub async fn deliveries(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &str,
        status: Option<WebhookDeliveryStatus>,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<WebhookDelivery>, Refusal> {
        let page = WebhookDeliveryPage { status, before, limit };
        self.store
            .webhook_deliveries(tenant.id(), parsed(handle)?, page)
            .await?
            .ok_or(Refusal::UnknownWebhook)
    }

    /// Sends an event to an endpoint again, whatever the outcome before.
    pub async fn replay(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &str,
        event: &str,
    ) -> Result<EventId, Refusal> {
        let handle = parsed(handle)?;
        let event = self.event(tenant, event).ok_or(Refusal::UnknownEvent)?;
        self.count_request(tenant).await?;
        let now = self.clock.now();
        let store = self.queueing(tenant, now).store();
        queued(store.replay_webhook_delivery(tenant.id(), handle, event, now).await?)
    }

    /// Sends a test event to an endpoint.
    pub async fn ping(&self, tenant: &AuthenticatedTenant, handle: &str) -> Result<EventId, Refusal> {
        let handle = parsed(handle)?;
        self.count_request(tenant).await?;
        let now = self.clock.now();
        let store = self.queueing(tenant, now).store();
        queued(store.ping_webhook(tenant.id(), handle, now).await?)
    }

    fn changing<'a>(&'a self, tenant: &'a AuthenticatedTenant, webhook: &WebhookHandle) -> Conditional<'a> {
        tenant.conditions().over(&self.store).of(tenant.id(), Subject::Webhook(webhook.clone()))
    }

    fn making<'a>(
        &'a self,
        tenant: &'a AuthenticatedTenant,
        made: Made,
        secret: &SigningSecret,
        now: Timestamp,
    ) -> Conditional<'a> {
        let secret = secret_field(secret.expose());
        tenant.conditions().over(&self.store).making(Some(made), Some(&secret), self.sealer(now))
    }

    /// Begins a change that queues an event, which the store may have to draw.
    fn queueing<'a>(&'a self, tenant: &'a AuthenticatedTenant, now: Timestamp) -> Conditional<'a> {
        tenant.conditions().over(&self.store).making(None, None, self.sealer(now))
    }

    fn sealer(&self, now: Timestamp) -> SecretSealer<'_> {
        SecretSealer { keyring: &self.keyring, entropy: self.entropy.as_ref(), now }
    }

    /// Counts a requested delivery under the tenant's rate of mints, because it makes this server
    /// send, as a mint does.
    async fn count_request(&self, tenant: &AuthenticatedTenant) -> Result<(), Refusal> {
        Ok(self.rates.count(RateKind::Mint, tenant.rated(), tenant.gauge()).await?)
    }

    /// Returns the name of a tenant's event: its `webhook-id`.
    pub fn event_name(&self, tenant: &AuthenticatedTenant, event: EventId) -> String {
        event::name(tenant.handle(), event)
    }

    /// Parses the name of an event of this tenant.
    pub fn event(&self, tenant: &AuthenticatedTenant, name: &str) -> Option<EventId> {
        event::parse_name(tenant.handle(), name)
    }
}

fn parsed(handle: &str) -> Result<WebhookHandle, Refusal> {
    WebhookHandle::parse(handle).ok_or(Refusal::UnknownWebhook)
}

fn queued(queued: EventQueued) -> Result<EventId, Refusal> {
    match queued {
        EventQueued::Queued(event) => Ok(event),
        EventQueued::Unknown => Err(Refusal::UnknownWebhook),
        EventQueued::UnknownEvent => Err(Refusal::UnknownEvent),
        EventQueued::Disabled => Err(Refusal::WebhookDisabled),
        EventQueued::Full => Err(Refusal::QueueFull),
    }
}
