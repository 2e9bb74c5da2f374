//! The messages of identity servers.

use std::sync::Arc;

use crate::domain::tenants::credential::Scope;
use crate::service::challenges::challenge::Challenges;
use crate::service::challenges::idempotency::Idempotency;
use crate::service::challenges::{RelayRequest, Relayed};
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;

/// Delivers what identity servers ask for.
pub struct HookRelays {
    challenges: Arc<Challenges>,
    idempotency: Arc<Idempotency>,
}

impl HookRelays {
    pub(in crate::service) fn new(challenges: Arc<Challenges>, idempotency: Arc<Idempotency>) -> Self {
        Self { challenges, idempotency }
    }

    /// Delivers the codes of one request, each once: a product that has received no answer asks again. If one is
    /// refused, those before it are on their way.
    pub async fn relay(
        &self,
        tenant: &AuthenticatedTenant,
        requests: Vec<RelayRequest>,
    ) -> Result<Vec<Relayed>, Refusal> {
        tenant.require(Scope::Relay)?;
        let mut relayed = Vec::new();
        for request in requests {
            relayed.push(self.challenges.relay_once(tenant, &self.idempotency, request).await?);
        }
        Ok(relayed)
    }
}
