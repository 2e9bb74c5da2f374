//! Acceptance: a mint that is only worth something once its message is accepted.

use std::time::Duration;

use crate::delivery::Watch;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use crate::domain::id::ChallengeId;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::challenge::Challenges;

impl Challenges {
    /// Waits until the mail server has accepted the message, or calls the challenge off.
    pub(super) async fn accepted(
        &self,
        tenant: &AuthenticatedTenant,
        challenge: ChallengeId,
        limit: Duration,
        watch: Watch,
    ) -> Result<DeliveryEnd, Refusal> {
        let end = tokio::time::timeout(limit, watch.end()).await.unwrap_or_default();
        let reason = match end {
            Some(DeliveryEnd::Sent) => return Ok(DeliveryEnd::Sent),
            Some(DeliveryEnd::Failed(reason) | DeliveryEnd::RetryAt(_, reason)) => reason,
            Some(DeliveryEnd::Later(_)) | None => self.last_reason(tenant, challenge).await,
        };
        self.call_off(tenant, challenge, end).await;
        Err(Refusal::NotDelivered(reason))
    }

    /// Why a message that is still queued has not been accepted yet, as far as its last try tells.
    async fn last_reason(&self, tenant: &AuthenticatedTenant, challenge: ChallengeId) -> DeliveryError {
        let found = self.store.challenge(tenant.id(), challenge).await.ok().flatten();
        found.and_then(|challenge| challenge.delivery_error).unwrap_or(DeliveryError::TimedOut)
    }

    /// Calls a challenge off whose message was not accepted. If that cannot be recorded, the
    /// challenge expires by itself; nobody has its key.
    ///
    /// How the delivery ended, if it did, is told before it is recorded. It is recorded here first:
    /// calling off erases the recipient, and what was never sent must not count against it.
    async fn call_off(&self, tenant: &AuthenticatedTenant, challenge: ChallengeId, end: Option<DeliveryEnd>) {
        self.outbox.cancel(challenge);
        let now = self.clock.now();
        let settled = match end {
            Some(end) => self.store.settle_delivery(challenge, end, now).await,
            None => Ok(()),
        };
        let canceled = self.store.cancel_challenge(tenant.id(), challenge, now).await;
        if let Err(error) = settled.and(canceled) {
            tracing::warn!(%error, "a challenge could not be called off");
        }
    }
}
