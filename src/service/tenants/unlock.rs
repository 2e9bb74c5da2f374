//! Unlock: clears the wrong answers for a recipient, so that a locked-out person can answer again.

use std::net::IpAddr;

use crate::domain::address::Address;
use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::service::refusal::Refusal;

use super::authenticated::AuthenticatedTenant;
use super::profile::Tenants;

impl Tenants {
    /// Clears the lockout of one of the tenant's own recipients.
    pub async fn unlock_own(
        &self,
        tenant: &AuthenticatedTenant,
        recipient: &Address,
        client_ip: Option<IpAddr>,
    ) -> Result<bool, Refusal> {
        self.unlock(tenant.id(), recipient, tenant.actor(client_ip)).await
    }

    /// Clears the lockout of a tenant's recipient, under every version of its index. Returns
    /// `false` if there was nothing to clear.
    pub async fn unlock(&self, tenant: TenantId, recipient: &Address, by: Actor) -> Result<bool, Refusal> {
        let now = self.clock.now();
        let mut cleared = false;
        for index in self.keyring.recipient_indexes(tenant, recipient) {
            let hint = recipient.masked();
            cleared |= self.store.clear_recipient(tenant, index, hint, by.clone(), now).await?;
        }
        Ok(cleared)
    }
}
