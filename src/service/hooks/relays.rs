//! The messages of identity servers.

use std::sync::Arc;

use crate::domain::hook::Product;
use crate::domain::tenants::credential::Scope;
use crate::service::challenges::challenge::Challenges;
use crate::service::challenges::{RelayRequest, Relayed};
use crate::service::idempotency::requests::Idempotency;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;

/// What a product says that its request is about. It has no `Debug`, because its body has a code.
pub struct HookEvent<'a> {
    /// The product.
    pub product: Product,
    /// The product's own name for it.
    pub id: &'a str,
    /// The body of the request.
    pub body: &'a [u8],
}

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
        event: Option<HookEvent<'_>>,
        requests: Vec<RelayRequest>,
    ) -> Result<Vec<Relayed>, Refusal> {
        tenant.require(Scope::Relay)?;
        let mut relayed = Vec::new();
        for (number, request) in requests.into_iter().enumerate() {
            let event = event.as_ref().map(|event| {
                let name = format!("{}\0{number}\0{}", event.product.as_str(), event.id);
                self.idempotency.once(&tenant.requester(), "hook event", &name, ("", event.body))
            });
            relayed.push(self.challenges.relay_once(tenant, &self.idempotency, (event, request)).await?);
        }
        Ok(relayed)
    }
}
