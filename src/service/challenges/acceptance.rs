//! Acceptance: mints that are only useful once their message is accepted.

use std::time::Duration;

use crate::delivery::Watch;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use crate::domain::id::ChallengeId;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::challenge::Challenges;

impl Challenges {
    /// Waits until the mail server has accepted the message; otherwise cancels the challenge.
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
        self.cancel_unaccepted(tenant, challenge).await;
        Err(Refusal::NotDelivered(reason))
    }

    /// Returns why a message that is still queued has not been accepted yet, as far as its last try
    /// shows.
    async fn last_reason(&self, tenant: &AuthenticatedTenant, challenge: ChallengeId) -> DeliveryError {
        let found = self.store.challenge(tenant.id(), challenge).await.ok().flatten();
        found.and_then(|challenge| challenge.delivery_error).unwrap_or(DeliveryError::TimedOut)
    }

    /// Cancels a challenge whose message was not accepted. If that cannot be recorded, the
    /// challenge simply expires; nobody has its key.
    async fn cancel_unaccepted(&self, tenant: &AuthenticatedTenant, challenge: ChallengeId) {
        self.outbox.cancel(challenge);
        if let Err(error) =
            self.store.cancel_challenge(tenant.id(), challenge, tenant.actor(None), self.clock.now()).await
        {
            tracing::warn!(%error, "a challenge could not be canceled");
        }
    }
}
