//! A tenant's challenges: status and cancellation.

use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::shareable_key::{Codec, ShareableKey};
use crate::delivery::Outbox;
use crate::domain::challenges::challenge::{Challenge, ChallengeStatus, Standing};
use crate::domain::conditions::Subject;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, DeliveryStatus};
use crate::domain::deliveries::history::ChallengeDelivery;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::actor::Actor;
use crate::domain::time::{Clock, Timestamp};
use crate::service::admission::Admission;
use crate::service::idempotency::conditions::RequestConditions;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::Store;

use super::issue::Issuer;

/// A tenant's challenges: minting, reading, resending and canceling them.
pub struct Challenges {
    pub(super) store: Arc<dyn Store>,
    pub(super) codec: Codec,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) admission: Arc<Admission>,
    pub(super) issuer: Arc<Issuer>,
}

impl Challenges {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared, issuer: Arc<Issuer>) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            codec: parts.keyring.shareable_keys(),
            clock: Arc::clone(&parts.clock),
            outbox: Arc::clone(&parts.outbox),
            admission: Arc::clone(&shared.admission),
            issuer,
        }
    }

    /// Returns a tenant's challenge, by its shareable key.
    pub async fn find(&self, tenant: &AuthenticatedTenant, key: &str) -> Result<Challenge, Refusal> {
        let id = self.codec.decode(key).ok_or(Refusal::UnknownChallenge)?;
        self.store.challenge(tenant.id(), id).await?.ok_or(Refusal::UnknownChallenge)
    }

    /// Returns a tenant's challenge and its deliveries in their order, by its shareable key.
    pub async fn find_with_deliveries(
        &self,
        tenant: &AuthenticatedTenant,
        key: &str,
    ) -> Result<(Challenge, Vec<ChallengeDelivery>), Refusal> {
        let id = self.codec.decode(key).ok_or(Refusal::UnknownChallenge)?;
        let found = self.store.challenge_with_deliveries(tenant.id(), id).await?;
        found.ok_or(Refusal::UnknownChallenge)
    }

    /// Returns the challenge with a delivery outcome that the caller has waited for and that may
    /// not have been recorded yet.
    pub(super) async fn challenge_with(
        &self,
        tenant: TenantId,
        id: ChallengeId,
        outcome: Option<DeliveryEnd>,
    ) -> Result<Challenge, Refusal> {
        let found = self.store.challenge(tenant, id).await?.ok_or(Refusal::UnknownChallenge)?;
        Ok(self.with_outcome(found, outcome))
    }

    /// Returns a tenant's challenge, by its row.
    pub async fn find_by_id(
        &self,
        tenant: &AuthenticatedTenant,
        id: ChallengeId,
    ) -> Result<Challenge, Refusal> {
        self.challenge_with(tenant.id(), id, None).await
    }

    /// Returns the challenge with this delivery outcome applied.
    pub(super) fn with_outcome(&self, found: Challenge, outcome: Option<DeliveryEnd>) -> Challenge {
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

    /// Cancels a pending challenge.
    pub async fn cancel(
        &self,
        tenant: &AuthenticatedTenant,
        key: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<Challenge, Refusal> {
        let _permit = self.admission.admit(Some(tenant.waiters()))?;
        let found = self.find(tenant, key).await?;
        self.cancel_found((tenant.id(), tenant.conditions()), found, tenant.actor(client_ip)).await
    }

    /// Cancels a challenge that its tenant has just looked up.
    pub(in crate::service) async fn cancel_seen(
        &self,
        tenant: &AuthenticatedTenant,
        found: Challenge,
        client_ip: Option<IpAddr>,
    ) -> Result<Challenge, Refusal> {
        let _permit = self.admission.admit(Some(tenant.waiters()))?;
        self.cancel_found((tenant.id(), tenant.conditions()), found, tenant.actor(client_ip)).await
    }

    /// Keeps the message of a challenge that has ended from being sent, if it still waits.
    pub(in crate::service) fn withhold(&self, id: ChallengeId) {
        self.outbox.cancel(id);
    }

    /// Ends a pending challenge as verified, without a code.
    pub(in crate::service) async fn approve(
        &self,
        tenant: &AuthenticatedTenant,
        found: Challenge,
        client_ip: Option<IpAddr>,
    ) -> Result<Challenge, Refusal> {
        let _permit = self.admission.admit(Some(tenant.waiters()))?;
        let now = self.clock.now();
        match self.store.approve_challenge(tenant.id(), found.id, tenant.actor(client_ip), now).await? {
            true => {
                self.outbox.cancel(found.id);
                // The approval is recorded, even if the challenge cannot be read now.
                let seen = self.store.challenge(tenant.id(), found.id).await.ok().flatten();
                let standing = Standing { status: ChallengeStatus::Verified, ..found.standing };
                Ok(seen.unwrap_or(Challenge { standing, ..found }))
            }
            false => Err(Refusal::Ended(found.standing.status_at(now))),
        }
    }

    /// Cancels a challenge of `tenant` that was pending a moment ago.
    pub(super) async fn cancel_found(
        &self,
        (tenant, conditions): (TenantId, &RequestConditions),
        found: Challenge,
        by: Actor,
    ) -> Result<Challenge, Refusal> {
        let now = self.clock.now();
        let store = conditions.over(&self.store).of(tenant, Subject::Challenge(found.id)).store();
        match store.cancel_challenge(tenant, found.id, by, now).await? {
            true => {
                self.outbox.cancel(found.id);
                // The cancellation is recorded, even if the challenge cannot be read now.
                let seen = self.store.challenge(tenant, found.id).await.ok().flatten();
                Ok(seen.unwrap_or_else(|| canceled(found, now)))
            }
            false => Err(Refusal::Ended(found.standing.status_at(now))),
        }
    }

    /// Returns the shareable key of a challenge.
    pub fn shareable_key(&self, id: ChallengeId) -> ShareableKey {
        self.codec.encode(id)
    }

    /// Returns the current status of a challenge.
    pub fn status(&self, challenge: &Challenge) -> ChallengeStatus {
        challenge.standing.status_at(self.clock.now())
    }
}

/// Returns the challenge in the state in which the cancellation leaves it.
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
        Some(DeliveryStatus::Sent | DeliveryStatus::Delivered | DeliveryStatus::Failed) | None => found,
    }
}
