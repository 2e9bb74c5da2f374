//! The public names of tenants, and their lookup.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::domain::id::TenantId;
use crate::domain::tenants::credential::KeyInfo;
use crate::domain::tenants::deletion::{Deletion, DeletionStage};
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantLabel, TenantStatus};
use crate::domain::time::Clock;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::store::Store;

/// The most tenants with a text in their names among which one is looked for.
const MOST_LIKE: usize = 100;

/// Looks up tenants by name.
pub struct TenantNames {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl TenantNames {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        Self { store: Arc::clone(&parts.store), clock: Arc::clone(&parts.clock) }
    }

    /// Returns the tenant with this name, and its live keys. One whose deletion has begun is as good as gone.
    pub(in crate::service) async fn find(
        &self,
        handle: &TenantHandle,
    ) -> Result<(Tenant, Vec<KeyInfo>), Refusal> {
        let found = self.known(handle).await?.ok_or(Refusal::UnknownTenant)?;
        match self.deletion_of(&found.0).await?.map(|deletion| deletion.stage()) {
            None | Some(DeletionStage::Scheduled) => Ok(found),
            Some(DeletionStage::UnderWay | DeletionStage::Done) => Err(Refusal::UnknownTenant),
        }
    }

    /// Returns the tenant with this name, if its row is still there.
    pub(in crate::service) async fn known(
        &self,
        handle: &TenantHandle,
    ) -> Result<Option<(Tenant, Vec<KeyInfo>)>, Refusal> {
        Ok(self.store.tenant_by_handle(handle.clone(), self.clock.now()).await?)
    }

    /// Returns the deletion of a tenant. Only a disabled one is to be deleted.
    pub(in crate::service) async fn deletion_of(&self, tenant: &Tenant) -> Result<Option<Deletion>, Refusal> {
        Ok(match tenant.status {
            TenantStatus::Active => None,
            TenantStatus::Disabled => self.store.deletion(tenant.id).await?,
        })
    }

    /// Returns the deletion of the tenant that had this name.
    pub(in crate::service) async fn former(
        &self,
        handle: &TenantHandle,
    ) -> Result<Option<Deletion>, Refusal> {
        Ok(self.store.deletion_by_handle(handle.clone()).await?)
    }

    /// Returns the public name of a tenant, also of one that was deleted.
    pub(in crate::service) async fn handle_of(&self, id: TenantId) -> Result<Option<TenantHandle>, Refusal> {
        Ok(self.label_of(id).await?.map(|label| label.handle))
    }

    /// Returns what people know a tenant by, also one that was deleted.
    async fn label_of(&self, id: TenantId) -> Result<Option<TenantLabel>, Refusal> {
        Ok(match self.store.tenant(id).await? {
            Some(Tenant { handle, name, .. }) => Some(TenantLabel { handle, name }),
            None => self
                .store
                .deletion(id)
                .await?
                .map(|former| TenantLabel { handle: former.handle, name: former.name }),
        })
    }

    /// Returns the tenant with this handle, or the only one with this name.
    pub(in crate::service) async fn meant(&self, text: &str) -> Result<Option<TenantHandle>, Refusal> {
        if let Some(handle) = TenantHandle::parse(text) {
            return match self.resolve(Some(&handle)).await {
                Ok(_) => Ok(Some(handle)),
                Err(Refusal::UnknownTenant) => Ok(None),
                Err(refusal) => Err(refusal),
            };
        }
        let like = self.store.tenants_like(text.to_owned(), None, MOST_LIKE).await?;
        let mut same = like.into_iter().filter(|tenant| tenant.name == text);
        Ok(same.next().filter(|_| same.next().is_none()).map(|tenant| tenant.handle))
    }

    /// Returns what people know the first tenants by, to choose from.
    pub(in crate::service) async fn first(&self, limit: usize) -> Result<Vec<TenantLabel>, Refusal> {
        let found = self.store.tenants_after(None, limit).await?;
        Ok(found.into_iter().map(|Tenant { handle, name, .. }| TenantLabel { handle, name }).collect())
    }

    /// Returns the row of the tenant with this name, if one is given; also the one that a deleted tenant had.
    pub(in crate::service) async fn resolve(
        &self,
        tenant: Option<&TenantHandle>,
    ) -> Result<Option<TenantId>, Refusal> {
        let Some(handle) = tenant else { return Ok(None) };
        if let Some((tenant, _)) = self.known(handle).await? {
            return Ok(Some(tenant.id));
        }
        let former = self.former(handle).await?.ok_or(Refusal::UnknownTenant)?;
        Ok(Some(former.tenant))
    }

    /// Returns what people know these tenants by.
    pub(in crate::service) async fn labels(
        &self,
        tenants: BTreeSet<TenantId>,
    ) -> Result<HashMap<TenantId, TenantLabel>, Refusal> {
        let mut labels = HashMap::new();
        for id in tenants {
            if let Some(label) = self.label_of(id).await? {
                labels.insert(id, label);
            }
        }
        Ok(labels)
    }
}
