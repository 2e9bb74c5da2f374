//! Resend: the same code once more. Neither the attempts nor the deadline start anew.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::delivery::{Job, Sender, Slot, Watch};
use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::idempotency::Once;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::rate::Rate;
use crate::domain::policy::Policy;
use crate::domain::tenants::tenant::Tenant;
use crate::service::admission::Permit;
use crate::service::limits::rates::Gauge;
use crate::service::refusal::Refusal;
use crate::service::templates::template_cache::TemplateCache;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{ClaimedDelivery, Resend, Resent, Store, StoreError};

use super::challenge::Challenges;
use super::{ledger, payload};

/// A code that is to be sent again, and with what.
pub(super) struct Again<'a> {
    pub(super) tenant: TenantId,
    /// The rate of mints of a tenant that has its own.
    pub(super) rate: Option<Rate>,
    pub(super) sender: Arc<Sender>,
    pub(super) shelf: Arc<TemplateCache>,
    pub(super) policy: &'a Policy,
    pub(super) challenge: ChallengeId,
    pub(super) client_ip: Option<IpAddr>,
    pub(super) once: Option<Once>,
    /// Its place among those that wait for the store.
    pub(super) permit: Permit,
}

impl Challenges {
    /// Sends a challenge's code again, and waits at most `wait` for what comes of it.
    pub async fn resend(
        &self,
        tenant: &AuthenticatedTenant,
        key: &str,
        client_ip: Option<IpAddr>,
        wait: Duration,
        once: Option<Once>,
    ) -> Result<Challenge, Refusal> {
        let challenge = self.codec.decode(key).ok_or(Refusal::UnknownChallenge)?;
        let permit = self.admission.admit(Some(tenant.lane()))?;
        let found = self.store.challenge(tenant.id(), challenge).await?.ok_or(Refusal::UnknownChallenge)?;
        let policy = tenant.policy(&found.purpose);
        let (sender, shelf) = (tenant.sender().clone(), Arc::clone(tenant.templates()));
        let rate = tenant.mint_rate();
        let again =
            Again { tenant: tenant.id(), rate, sender, shelf, policy, challenge, client_ip, once, permit };
        let outcome = self.send_again(again, tenant.gauge(), wait).await?;
        self.challenge_with(tenant.id(), challenge, outcome).await
    }

    /// Sends the code of a tenant's challenge again, for somebody who is not the tenant and waits for
    /// nothing.
    pub(super) async fn resend_for_anybody(
        &self,
        tenant: &Tenant,
        found: &Challenge,
        client_ip: Option<IpAddr>,
        permit: Permit,
    ) -> Result<(), Refusal> {
        let sender = Arc::new(self.senders.of(tenant).await?);
        let shelf = Arc::new(TemplateCache::of(self.store.as_ref(), tenant).await?);
        let policies = self.rules.policies_of(tenant);
        let policy = policies.of(&found.purpose);
        let rate = tenant.limits.mint_per_tenant;
        let again = Again {
            tenant: tenant.id,
            rate,
            sender,
            shelf,
            policy,
            challenge: found.id,
            client_ip,
            once: None,
            permit,
        };
        self.send_again(again, &Gauge::default(), Duration::ZERO).await.map(|_| ())
    }

    /// Sends a code again; whoever asks has been found to be allowed to.
    pub(super) async fn send_again(
        &self,
        again: Again<'_>,
        gauge: &Gauge,
        wait: Duration,
    ) -> Result<Option<DeliveryEnd>, Refusal> {
        let Again { tenant, rate, sender, shelf, policy, challenge, client_ip, once, permit } = again;
        self.rates.check_mint(tenant, rate, gauge)?;
        let slot = self.outbox.reserve(tenant).ok_or(Refusal::QueueFull)?;
        let now = self.clock.now();
        let (cooldowns, limits) = (policy.sends.cooldowns.clone(), policy.limits.clone());
        let resend = Resend { now, tenant, challenge, cooldowns, limits, client_ip, once };
        // Recorded and handed over, or neither, even when the caller hangs up in between.
        let (store, courier) = (Arc::clone(&self.store), self.courier(sender, shelf, slot));
        let sent = tokio::spawn(async move {
            let delivery = decided(store.resend(resend).await?)?;
            drop(permit);
            Ok(courier.take(&delivery).await)
        });
        let sent = sent.await.unwrap_or(Err(Refusal::Store(StoreError::Unavailable)))?;
        Ok(match sent {
            Some(watch) => tokio::time::timeout(wait, watch.end()).await.unwrap_or_default(),
            None => None,
        })
    }
}

/// Takes the message of a challenge to the outbox that has a message sent already, or whose mint is over.
pub(super) struct Courier {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    sender: Arc<Sender>,
    shelf: Arc<TemplateCache>,
    slot: Slot,
}

impl Challenges {
    pub(super) fn courier(&self, sender: Arc<Sender>, shelf: Arc<TemplateCache>, slot: Slot) -> Courier {
        let (store, keyring) = (Arc::clone(&self.store), Arc::clone(&self.keyring));
        Courier { store, keyring, sender, shelf, slot }
    }
}

impl Courier {
    /// Hands a recorded delivery over. One that was altered or moved in the store has failed.
    pub(super) async fn take(self, delivery: &ClaimedDelivery) -> Option<Watch> {
        let Self { store, keyring, sender, shelf, slot } = self;
        let challenge = delivery.challenge;
        let Some(mut message) = payload::open(&keyring, delivery) else {
            let end = DeliveryEnd::Failed(DeliveryError::Canceled);
            ledger::record(store, challenge, end, delivery.queued_at).await;
            return None;
        };
        message.template = shelf.find(store.as_ref(), &message.purpose, message.locale.as_ref()).await;
        Some(slot.dispatch(Job { challenge, sender, message, tries: 0 }))
    }
}

fn decided(resent: Resent) -> Result<ClaimedDelivery, Refusal> {
    match resent {
        Resent::Resent(delivery) => Ok(delivery),
        Resent::UnderWay => Err(Refusal::SendUnderWay),
        Resent::NoRecipient => Err(Refusal::NoRecipient),
        Resent::Undeliverable => Err(Refusal::NothingToResend),
        Resent::Spent => Err(Refusal::SendsSpent),
        Resent::Ended(status) => Err(Refusal::Ended(status)),
        Resent::Unknown => Err(Refusal::UnknownChallenge),
        Resent::Limited(hit) => Err(Refusal::Limited(hit)),
        Resent::Repeated => Err(Refusal::StillRunning),
    }
}
