//! The public names of tenants, and their lookup.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::domain::id::TenantId;
use crate::domain::tenants::credential::KeyInfo;
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::domain::time::Clock;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::store::Store;

/// Looks up tenants by name.
pub struct TenantNames {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl TenantNames {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        Self { store: Arc::clone(&parts.store), clock: Arc::clone(&parts.clock) }
    }

    /// Returns the tenant with this name, and its live keys.
    pub(in crate::service) async fn find(
        &self,
        handle: &TenantHandle,
    ) -> Result<(Tenant, Vec<KeyInfo>), Refusal> {
        let found = self.store.tenant_by_handle(handle.clone(), self.clock.now()).await?;
        found.ok_or(Refusal::UnknownTenant)
    }

    /// Returns the public name of a tenant.
    pub(in crate::service) async fn handle_of(&self, id: TenantId) -> Result<Option<TenantHandle>, Refusal> {
        Ok(self.store.tenant(id).await?.map(|tenant| tenant.handle))
    }

    /// Returns the tenant with this name, if one is given.
    pub(in crate::service) async fn resolve(
        &self,
        tenant: Option<&TenantHandle>,
    ) -> Result<Option<TenantId>, Refusal> {
        Ok(match tenant {
            Some(handle) => Some(self.find(handle).await?.0.id),
            None => None,
        })
    }

    /// Returns the names of these tenants.
    pub(in crate::service) async fn handles(
        &self,
        tenants: BTreeSet<TenantId>,
    ) -> Result<HashMap<TenantId, TenantHandle>, Refusal> {
        let mut handles = HashMap::new();
        for id in tenants {
            if let Some(handle) = self.handle_of(id).await? {
                handles.insert(id, handle);
            }
        }
        Ok(handles)
    }
}
