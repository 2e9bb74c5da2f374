//! Resend: the same code once more. Neither the attempts nor the deadline start anew.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::delivery::Job;
use crate::domain::challenge::Challenge;
use crate::domain::delivery::{DeliveryEnd, DeliveryError};
use crate::domain::idempotency::Once;
use crate::store::{ClaimedDelivery, Resend, Resent, StoreError};

use super::{AuthenticatedTenant, Refusal, Services, ledger, payload};

impl Services {
    /// Sends a challenge's code again, and waits at most `wait` for what comes of it.
    pub async fn resend(
        &self,
        tenant: &AuthenticatedTenant,
        key: &str,
        origin: Option<IpAddr>,
        wait: Duration,
        once: Option<Once>,
    ) -> Result<Challenge, Refusal> {
        let challenge = self.codec.decode(key).ok_or(Refusal::UnknownChallenge)?;
        if let Some(rates) = &self.rates {
            rates.check_mint(tenant.id()).map_err(Refusal::Limited)?;
        }
        let slot = self.outbox.reserve(tenant.id()).ok_or(Refusal::QueueFull)?;
        let now = self.clock.now();
        let found = self.store.challenge(tenant.id(), challenge).await?.ok_or(Refusal::UnknownChallenge)?;
        let policy = tenant.policy(&found.purpose);
        let (cooldowns, limits) = (policy.sends.cooldowns.clone(), policy.limits.clone());
        let resend = Resend { now, tenant: tenant.id(), challenge, cooldowns, limits, origin, once };
        // Recorded and handed over, or neither, even when the caller hangs up in between.
        let (store, keyring) = (Arc::clone(&self.store), Arc::clone(&self.keyring));
        let (sender, shelf) = (tenant.sender().clone(), Arc::clone(tenant.shelf()));
        let sent = tokio::spawn(async move {
            let delivery = decided(store.resend(resend).await?)?;
            let Some(mut message) = payload::open(&keyring, &delivery) else {
                let end = DeliveryEnd::Failed(DeliveryError::Canceled);
                ledger::record(store, challenge, end, now).await;
                return Ok(None);
            };
            message.template = shelf.find(store.as_ref(), &message.purpose, message.locale.as_ref()).await;
            Ok(Some(slot.dispatch(Job { challenge, sender, message, tries: 0 })))
        });
        let sent = sent.await.unwrap_or(Err(Refusal::Store(StoreError::Unavailable)))?;
        let outcome = match sent {
            Some(watch) => tokio::time::timeout(wait, watch.end()).await.unwrap_or_default(),
            None => None,
        };
        self.challenge_with(tenant, challenge, outcome).await
    }
}

fn decided(resent: Resent) -> Result<ClaimedDelivery, Refusal> {
    match resent {
        Resent::Resent(delivery) => Ok(delivery),
        Resent::UnderWay => Err(Refusal::SendUnderWay),
        Resent::Undeliverable => Err(Refusal::NothingToResend),
        Resent::Spent => Err(Refusal::SendsSpent),
        Resent::Ended(status) => Err(Refusal::Ended(status)),
        Resent::Unknown => Err(Refusal::UnknownChallenge),
        Resent::Limited(hit) => Err(Refusal::Limited(hit)),
        Resent::Repeated => Err(Refusal::StillRunning),
    }
}
