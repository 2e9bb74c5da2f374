//! Resend: the same code once more. Neither the attempts nor the deadline start anew.

use std::net::IpAddr;
use std::time::Duration;

use crate::delivery::{Job, Message};
use crate::domain::challenge::Challenge;
use crate::store::{Resend, Resent};

use super::{AuthenticatedTenant, Refusal, Services, payload};

impl Services {
    /// Sends a challenge's code again, and waits at most `wait` for what comes of it.
    pub async fn resend(
        &self,
        tenant: &AuthenticatedTenant,
        key: &str,
        origin: Option<IpAddr>,
        wait: Duration,
    ) -> Result<Challenge, Refusal> {
        let challenge = self.codec.decode(key).ok_or(Refusal::UnknownChallenge)?;
        if let Some(rates) = &self.rates {
            rates.check_mint(tenant.id()).map_err(Refusal::Limited)?;
        }
        let slot = self.outbox.reserve(tenant.id()).ok_or(Refusal::QueueFull)?;
        let now = self.clock.now();
        let (sends, limits) = (self.rules.sends.clone(), self.rules.recipient_limits.clone());
        let resend = Resend { now, tenant: tenant.id(), challenge, sends, limits, origin };
        let (delivery, sends) = match self.store.resend(resend).await? {
            Resent::Resent { delivery, sends } => (delivery, sends),
            Resent::UnderWay => return Err(Refusal::SendUnderWay),
            Resent::Spent => return Err(Refusal::SendsSpent),
            Resent::Ended(status) => return Err(Refusal::Ended(status)),
            Resent::Unknown => return Err(Refusal::UnknownChallenge),
            Resent::Limited(hit) => return Err(Refusal::Limited(hit)),
        };
        if let Some(message) = payload::open(&self.keyring, &delivery) {
            // A message of its own to the receiving server, or it would be dropped as a duplicate.
            let message = Message { id: format!("{}.{sends}", message.id), created_at: now, ..message };
            let watch = slot.dispatch(Job { challenge, sender: tenant.sender().clone(), message, tries: 0 });
            // How it ended is on the challenge; that it has not yet, too.
            let _ = tokio::time::timeout(wait, watch.end()).await;
        }
        self.challenge(tenant, key).await
    }
}
