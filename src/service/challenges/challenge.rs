//! Status and cancel: a tenant's challenge, looked at and called off.

use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::crypto::shareable_key::{Codec, ShareableKey};
use crate::delivery::Outbox;
use crate::domain::challenges::challenge::{Challenge, ChallengeStatus, Standing};
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, IdGenerator, TenantId};
use crate::domain::random::Entropy;
use crate::domain::time::{Clock, Timestamp};
use crate::service::admission::Admission;
use crate::service::limits::rates::TenantRates;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::routes::senders::Senders;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::Store;

/// A tenant's challenges: opened, looked at, sent again and called off.
pub struct Challenges {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) codec: Codec,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) ids: Arc<IdGenerator>,
    pub(super) rules: Arc<Rules>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) admission: Arc<Admission>,
    pub(super) rates: Arc<TenantRates>,
    pub(super) senders: Arc<Senders>,
}

impl Challenges {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            codec: parts.keyring.shareable_keys(),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            ids: Arc::clone(&parts.ids),
            rules: Arc::clone(&parts.rules),
            outbox: Arc::clone(&parts.outbox),
            admission: Arc::clone(&shared.admission),
            rates: Arc::clone(&shared.rates),
            senders: Arc::clone(&shared.senders),
        }
    }
}

impl Challenges {
    /// A tenant's challenge, by its shareable key.
    pub async fn find(&self, tenant: &AuthenticatedTenant, key: &str) -> Result<Challenge, Refusal> {
        let id = self.codec.decode(key).ok_or(Refusal::UnknownChallenge)?;
        self.store.challenge(tenant.id(), id).await?.ok_or(Refusal::UnknownChallenge)
    }

    /// The same, with an outcome of its delivery that its caller has waited for and that may not
    /// have been recorded yet.
    pub(super) async fn challenge_with(
        &self,
        tenant: TenantId,
        id: ChallengeId,
        outcome: Option<DeliveryEnd>,
    ) -> Result<Challenge, Refusal> {
        let found = self.store.challenge(tenant, id).await?.ok_or(Refusal::UnknownChallenge)?;
        Ok(self.told(found, outcome))
    }

    /// A tenant's challenge, by its row.
    pub async fn find_by_id(
        &self,
        tenant: &AuthenticatedTenant,
        id: ChallengeId,
    ) -> Result<Challenge, Refusal> {
        self.challenge_with(tenant.id(), id, None).await
    }

    /// A challenge as it stands with this outcome of its delivery.
    pub(super) fn told(&self, found: Challenge, outcome: Option<DeliveryEnd>) -> Challenge {
        let delivery_at = found.delivery_at.or(Some(self.clock.now()));
        match outcome {
            Some(DeliveryEnd::Sent) => {
                let delivery = Some(DeliveryStatus::Sent);
                Challenge { delivery, delivery_at, delivery_error: None, ..found }
            }
            Some(DeliveryEnd::Failed(reason)) => {
                let (delivery, delivery_error) = (Some(DeliveryStatus::Failed), Some(reason));
                Challenge { delivery, delivery_at, delivery_error, ..found }
            }
            Some(DeliveryEnd::RetryAt(_, reason)) => Challenge { delivery_error: Some(reason), ..found },
            Some(DeliveryEnd::Later(_)) | None => found,
        }
    }

    /// Calls a pending challenge off.
    pub async fn cancel(&self, tenant: &AuthenticatedTenant, key: &str) -> Result<Challenge, Refusal> {
        let _permit = self.admission.admit(Some(tenant.lane()))?;
        let found = self.find(tenant, key).await?;
        self.call_off_found(tenant.id(), found).await
    }

    /// Calls a challenge of `tenant` off that was pending a moment ago.
    pub(super) async fn call_off_found(
        &self,
        tenant: TenantId,
        found: Challenge,
    ) -> Result<Challenge, Refusal> {
        let now = self.clock.now();
        match self.store.cancel_challenge(tenant, found.id, now).await? {
            true => {
                self.outbox.cancel(found.id);
                // It is done, whether or not it can be looked at now.
                let seen = self.store.challenge(tenant, found.id).await.ok().flatten();
                Ok(seen.unwrap_or_else(|| canceled(found, now)))
            }
            false => Err(Refusal::Ended(found.standing.status_at(now))),
        }
    }

    /// The shareable key of a challenge.
    pub fn shareable_key(&self, id: ChallengeId) -> ShareableKey {
        self.codec.encode(id)
    }

    /// The status of a challenge now.
    pub fn status(&self, challenge: &Challenge) -> ChallengeStatus {
        challenge.standing.status_at(self.clock.now())
    }
}

/// A challenge as calling it off leaves it.
fn canceled(found: Challenge, now: Timestamp) -> Challenge {
    let standing = Standing { status: ChallengeStatus::Canceled, ..found.standing };
    let found = Challenge { standing, ..found };
    match found.delivery {
        Some(DeliveryStatus::Queued) => Challenge {
            delivery: Some(DeliveryStatus::Failed),
            delivery_at: Some(now),
            delivery_error: found.delivery_error.or(Some(DeliveryError::Canceled)),
            ..found
        },
        Some(DeliveryStatus::Sent | DeliveryStatus::Failed) | None => found,
    }
}
