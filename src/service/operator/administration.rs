//! The operator, who proves it by the operator token, and looks after tenants over HTTP.

use std::net::IpAddr;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::address::Address;
use crate::domain::id::TenantId;
use crate::domain::policy::GrantedLimits;
use crate::domain::reports::audit::Actor;
use crate::domain::tenants::credential::{KeyInfo, Scopes};
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantStatus};
use crate::domain::time::{Clock, Timestamp};
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::tenants::directory::Directory;
use crate::service::tenants::names::TenantNames;
use crate::service::tenants::profile::TRIES;
use crate::service::tenants::profile::Tenants;
use crate::service::tenants::secret_keys::{NewSecret, SecretKeys};
use crate::store::{Changed, NewLimits, Store, StoreError};

use super::identity::Operator;

/// A tenant, as the operator sees it.
#[derive(Clone, Debug)]
pub struct TenantOverview {
    /// Its name towards the outside.
    pub handle: TenantHandle,
    /// What it calls itself; may be empty.
    pub name: String,
    /// Whether it is in use.
    pub status: TenantStatus,
    /// The live tenant whose sandbox this is.
    pub sandbox_of: Option<TenantHandle>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// The limits that it has in the place of the general ones; a sandbox those of its tenant.
    pub limits: GrantedLimits,
}

/// A change of a tenant's limits.
pub type LimitsChange = Box<dyn Fn(&mut GrantedLimits) + Send + Sync>;

/// What the operator changes of a tenant.
pub struct OperatorChange {
    /// Whether it is in use; `None` leaves it.
    pub status: Option<TenantStatus>,
    /// Changes its limits. Called more than once when somebody else changes the tenant at the same
    /// time, so it must do nothing else.
    pub limits: Option<LimitsChange>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

/// What the operator does about tenants.
pub struct Administration {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    rules: Arc<Rules>,
    directory: Arc<Directory>,
    names: Arc<TenantNames>,
    secret_keys: Arc<SecretKeys>,
    tenants: Arc<Tenants>,
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
            rules: Arc::clone(&parts.rules),
            directory: Arc::clone(&shared.directory),
            names: Arc::clone(&shared.names),
            secret_keys,
            tenants,
        }
    }
}

impl Administration {
    /// The operator, if this is the token.
    pub fn prove(&self, token: &SecretString) -> Result<Operator, Refusal> {
        // Hashed first, so that the comparison tells nothing of the length either.
        let digest = |text: &SecretString| Sha256::digest(text.expose_secret().as_bytes());
        let is_the_token = digest(token).as_slice().ct_eq(digest(&self.rules.operator_token).as_slice());
        bool::from(is_the_token).then_some(Operator::with_token()).ok_or(Refusal::OperatorTokenNeeded)
    }

    /// At most `limit` tenants in order of registration, from the one after `after` on, and whether
    /// more follow.
    pub async fn tenants(
        &self,
        _: &Operator,
        after: Option<&TenantHandle>,
        limit: usize,
    ) -> Result<(Vec<TenantOverview>, bool), Refusal> {
        let after = self.place_of(after).await?;
        self.shown(self.store.tenants_after(after, limit + 1).await?, limit).await
    }

    /// The same of those whose name or handle has `text` in it.
    pub async fn find_tenants(
        &self,
        _: &Operator,
        text: &str,
        after: Option<&TenantHandle>,
        limit: usize,
    ) -> Result<(Vec<TenantOverview>, bool), Refusal> {
        let after = self.place_of(after).await?;
        self.shown(self.store.tenants_like(text.to_owned(), after, limit + 1).await?, limit).await
    }

    /// Where a page begins that follows this tenant.
    async fn place_of(&self, tenant: Option<&TenantHandle>) -> Result<Option<TenantId>, Refusal> {
        match tenant {
            Some(handle) => Ok(Some(self.names.find(handle).await?.0.id)),
            None => Ok(None),
        }
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

    /// A tenant, and its live keys.
    pub async fn tenant(
        &self,
        _: &Operator,
        handle: &TenantHandle,
    ) -> Result<(TenantOverview, Vec<KeyInfo>), Refusal> {
        let (tenant, keys) = self.names.find(handle).await?;
        Ok((self.overview(tenant).await?, keys))
    }

    /// Changes a tenant: what is not allowed changes nothing. The next request sees it.
    pub async fn change_tenant(
        &self,
        operator: &Operator,
        handle: &TenantHandle,
        change: OperatorChange,
    ) -> Result<(), Refusal> {
        let (tenant, _) = self.names.find(handle).await?;
        let by = operator.actor(change.client_ip);
        if let Some(limits) = &change.limits {
            self.change_limits(tenant.id, limits, &by).await?;
        }
        let Some(status) = change.status.filter(|status| *status != tenant.status) else { return Ok(()) };
        let switched = self.store.set_tenant_status(tenant.id, status, by, self.clock.now());
        let found = switched.await?;
        self.directory.forget(tenant.id);
        found.then_some(()).ok_or(Refusal::UnknownTenant)
    }

    async fn change_limits(
        &self,
        tenant: TenantId,
        change: &LimitsChange,
        by: &Actor,
    ) -> Result<(), Refusal> {
        for _ in 0..TRIES {
            let row = self.store.tenant(tenant).await?.ok_or(Refusal::UnknownTenant)?;
            if row.sandbox_of.is_some() {
                return Err(Refusal::InvalidSetting(GrantedLimits::of_a_sandbox()));
            }
            let mut limits = row.limits.clone();
            change(&mut limits);
            limits.check().map_err(Refusal::InvalidSetting)?;
            if limits == row.limits {
                return Ok(());
            }
            let new = NewLimits { tenant, seen: row.revision, limits, by: by.clone() };
            if self.store.set_limits(new, self.clock.now()).await? == Changed::Changed {
                self.directory.forget(tenant);
                return Ok(());
            }
        }
        Err(Refusal::Store(StoreError::Busy))
    }

    /// Gives a tenant one more key, such as one that has lost its own: within the same bounds as if it
    /// did so itself.
    pub async fn grant_key(
        &self,
        operator: &Operator,
        handle: &TenantHandle,
        name: String,
        scopes: Scopes,
        client_ip: Option<IpAddr>,
    ) -> Result<NewSecret, Refusal> {
        let (tenant, _) = self.names.find(handle).await?;
        self.secret_keys.add_to((tenant.id, handle), name, scopes, operator.actor(client_ip)).await
    }

    /// Lets a recipient of a tenant answer again; `false` when there was nothing to forget.
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
        let sandbox_of = match tenant.sandbox_of {
            Some(live) => self.names.handle_of(live).await?,
            None => None,
        };
        let Tenant { handle, name, status, created_at, limits, .. } = tenant;
        Ok(TenantOverview { handle, name, status, sandbox_of, created_at, limits })
    }
}
