//! Blocks: what the rules have refused lately, for a tenant to look at and to clear.

use std::net::IpAddr;
use std::sync::Arc;

use crate::domain::conditions::Subject;
use crate::domain::phone::fraud::block::{Block, BlockId};
use crate::domain::time::Clock;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::Store;

/// What the rules against toll fraud have refused.
pub struct PhoneBlocks {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl PhoneBlocks {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        Self { store: Arc::clone(&parts.store), clock: Arc::clone(&parts.clock) }
    }

    /// Returns what is blocked at present, latest first.
    pub async fn list(&self, tenant: &AuthenticatedTenant) -> Result<Vec<Block>, Refusal> {
        Ok(self.store.phone_blocks(tenant.id(), self.clock.now()).await?)
    }

    /// Clears a block, and what was counted for it. Returns `false` if there is none of this name.
    pub async fn clear(
        &self,
        tenant: &AuthenticatedTenant,
        id: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<bool, Refusal> {
        let Some(id) = BlockId::parse(id) else { return Ok(false) };
        let (by, now) = (tenant.actor(client_ip), self.clock.now());
        let store = tenant.conditions().over(&self.store).of(tenant.id(), Subject::PhoneBlock).store();
        Ok(store.clear_phone_block(tenant.id(), id, by, now).await?)
    }
}
