//! The operator's management of tenants over HTTP.

use std::net::IpAddr;
use std::sync::Arc;

use crate::domain::address::Address;
use crate::domain::id::{self, TenantId};
use crate::domain::policy::GrantedLimits;
use crate::domain::spray::rules::SpraySettings;
use crate::domain::spray::suspicion::Suspicion;
use crate::domain::tenants::credential::{KeyHandle, KeyInfo};
use crate::domain::tenants::deletion::Deletion;
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantStatus};
use crate::domain::time::{Clock, Timestamp};
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::service::spray::orders::{Ordered, SprayOrders};
use crate::service::tenants::directory::Directory;
use crate::service::tenants::names::TenantNames;
use crate::service::tenants::profile::Tenants;
use crate::service::tenants::secret_keys::{KeyDraft, NewSecret, SecretKeys};
use crate::store::{LastManager, Store};

use super::identity::Operator;

/// A tenant, as the operator sees it.
#[derive(Clone, Debug)]
pub struct TenantOverview {
    /// The tenant.
    pub id: TenantId,
    /// The public name.
    pub handle: TenantHandle,
    /// The tenant's name; may be empty.
    pub name: String,
    /// Whether it is in use.
    pub status: TenantStatus,
    /// The live tenant whose sandbox this is.
    pub sandbox_of: Option<TenantHandle>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// The limits that replace the general ones for it; a sandbox has those of its tenant.
    pub limits: GrantedLimits,
    /// Its own settings against guesses.
    pub spray: SpraySettings,
    /// What is suspected of those who answer its codes.
    pub suspicion: Option<Suspicion>,
    /// Its deletion, if that is decided or done.
    pub deletion: Option<Deletion>,
    /// Grows with every change.
    pub revision: i64,
}

impl TenantOverview {
    /// Returns what is left of a tenant that was deleted.
    fn of_former(former: Deletion, sandbox_of: Option<TenantHandle>) -> Self {
        Self {
            id: former.tenant,
            handle: former.handle.clone(),
            name: former.name.clone(),
            status: TenantStatus::Disabled,
            sandbox_of,
            created_at: id::moment(former.tenant.0),
            limits: GrantedLimits::default(),
            spray: SpraySettings::default(),
            suspicion: None,
            deletion: Some(former),
            revision: 0,
        }
    }
}

/// A change of a tenant's limits.
pub type LimitsChange = Box<dyn Fn(&mut GrantedLimits) + Send + Sync>;

/// An operator's change of a tenant.
pub struct OperatorChange {
    /// Whether it is in use; `None` leaves that unchanged.
    pub status: Option<TenantStatus>,
    /// Changes the limits. It is called again if somebody else changes the tenant concurrently, so
    /// it must have no other effect.
    pub limits: Option<LimitsChange>,
    /// What is ordered about a suspicion.
    pub order: Option<Ordered>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

/// The operator's management of tenants.
pub struct Administration {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) directory: Arc<Directory>,
    pub(super) names: Arc<TenantNames>,
    secret_keys: Arc<SecretKeys>,
    pub(super) tenants: Arc<Tenants>,
    pub(super) orders: Arc<SprayOrders>,
}

impl Administration {
    pub(in crate::service) fn new(
        parts: &Parts,
        shared: &Shared,
        secret_keys: Arc<SecretKeys>,
        tenants: Arc<Tenants>,
    ) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            directory: Arc::clone(&shared.directory),
            names: Arc::clone(&shared.names),
            secret_keys,
            tenants,
            orders: Arc::clone(&shared.orders),
        }
    }
}

impl Administration {
    /// Returns at most `limit` tenants in order of registration, starting after `after`, and
    /// whether more follow.
    pub async fn tenants(
        &self,
        _: &Operator,
        after: Option<TenantId>,
        limit: usize,
    ) -> Result<(Vec<TenantOverview>, bool), Refusal> {
        self.shown(self.store.tenants_after(after, limit + 1).await?, limit).await
    }

    /// Returns the tenants whose name or handle contains `text`, in the same way.
    pub async fn find_tenants(
        &self,
        _: &Operator,
        text: &str,
        after: Option<&TenantHandle>,
        limit: usize,
    ) -> Result<(Vec<TenantOverview>, bool), Refusal> {
        let after = self.names.resolve(after).await?;
        self.shown(self.store.tenants_like(text.to_owned(), after, limit + 1).await?, limit).await
    }

    async fn shown(
        &self,
        mut found: Vec<Tenant>,
        limit: usize,
    ) -> Result<(Vec<TenantOverview>, bool), Refusal> {
        let more = found.len() > limit;
        found.truncate(limit);
        let mut shown = Vec::new();
        for tenant in found {
            shown.push(self.overview(tenant).await?);
        }
        Ok((shown, more))
    }

    /// Returns a tenant, and its live keys; of one that was deleted, its names.
    pub async fn tenant(
        &self,
        _: &Operator,
        handle: &TenantHandle,
    ) -> Result<(TenantOverview, Vec<KeyInfo>), Refusal> {
        if let Some((tenant, keys)) = self.names.known(handle).await? {
            return Ok((self.overview(tenant).await?, keys));
        }
        let former = self.names.former(handle).await?.ok_or(Refusal::UnknownTenant)?;
        let live = self.live_of(former.sandbox_of).await?;
        Ok((TenantOverview::of_former(former, live), Vec::new()))
    }

    /// Adds a key to a tenant, for example to one that has lost its own, within the same bounds as
    /// if it did so itself.
    pub async fn grant_key(
        &self,
        operator: &Operator,
        handle: &TenantHandle,
        draft: KeyDraft,
        client_ip: Option<IpAddr>,
    ) -> Result<NewSecret, Refusal> {
        let (tenant, _) = self.names.find(handle).await?;
        let by = (operator.actor(client_ip), operator.conditions());
        self.secret_keys.add_to((tenant.id, handle), draft, by).await
    }

    /// Revokes a key of a tenant, also the last one with which it could manage itself.
    pub async fn revoke_key(
        &self,
        operator: &Operator,
        handle: &TenantHandle,
        key: KeyHandle,
        client_ip: Option<IpAddr>,
    ) -> Result<KeyInfo, Refusal> {
        let (tenant, _) = self.names.find(handle).await?;
        let by = (operator.actor(client_ip), LastManager::Goes);
        self.secret_keys.revoke_under((tenant.id, handle), key, by, operator.conditions()).await
    }

    /// Clears a recipient's lockout. Returns `false` if there was nothing to clear.
    pub async fn unlock(
        &self,
        operator: &Operator,
        handle: &TenantHandle,
        recipient: &Address,
        client_ip: Option<IpAddr>,
    ) -> Result<bool, Refusal> {
        let (tenant, _) = self.names.find(handle).await?;
        self.tenants.unlock(tenant.id, recipient, operator.actor(client_ip)).await
    }

    async fn overview(&self, tenant: Tenant) -> Result<TenantOverview, Refusal> {
        let sandbox_of = self.live_of(tenant.sandbox_of).await?;
        let deletion = self.names.deletion_of(&tenant).await?;
        let Tenant { id, handle, name, status, created_at, limits, settings, revision, .. } = tenant;
        let suspicion = tenant.suspicion.filter(|suspicion| suspicion.lasts(self.clock.now()));
        let spray = settings.spray;
        Ok(TenantOverview {
            id,
            handle,
            name,
            status,
            sandbox_of,
            created_at,
            limits,
            spray,
            suspicion,
            deletion,
            revision,
        })
    }

    async fn live_of(&self, live: Option<TenantId>) -> Result<Option<TenantHandle>, Refusal> {
        match live {
            Some(live) => self.names.handle_of(live).await,
            None => Ok(None),
        }
    }
}
