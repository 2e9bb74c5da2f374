//! The operator, who proves it by the operator token, and looks after tenants over HTTP.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::credential::{KeyInfo, Scopes};
use crate::domain::id::TenantId;
use crate::domain::recipient::Recipient;
use crate::domain::tenant::{Tenant, TenantHandle, TenantStatus};
use crate::domain::time::Timestamp;

use super::{NewSecret, Refusal, Services};

/// The operator, who has proved it. There is no other way to get one than by the token.
#[derive(Clone, Copy, Debug)]
pub struct Operator(());

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
}

impl Services {
    /// The operator, if this is the token.
    pub fn operator(&self, token: &SecretString) -> Result<Operator, Refusal> {
        // Hashed first, so that the comparison tells nothing of the length either.
        let digest = |text: &SecretString| Sha256::digest(text.expose_secret().as_bytes());
        let is_the_token = digest(token).as_slice().ct_eq(digest(&self.rules.operator_token).as_slice());
        bool::from(is_the_token).then_some(Operator(())).ok_or(Refusal::OperatorTokenNeeded)
    }

    /// At most `limit` tenants in order of registration, from the one after `after` on, and whether
    /// more follow.
    pub async fn tenants(
        &self,
        _: Operator,
        after: Option<&TenantHandle>,
        limit: usize,
    ) -> Result<(Vec<TenantOverview>, bool), Refusal> {
        let after = match after {
            Some(handle) => Some(self.tenant_named(handle).await?.0.id),
            None => None,
        };
        let mut found = self.store.tenants_after(after, limit + 1).await?;
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
        _: Operator,
        handle: &TenantHandle,
    ) -> Result<(TenantOverview, Vec<KeyInfo>), Refusal> {
        let (tenant, keys) = self.tenant_named(handle).await?;
        Ok((self.overview(tenant).await?, keys))
    }

    /// Switches a tenant on or off. Its keys work, or work no more, within a second.
    pub async fn switch(
        &self,
        _: Operator,
        handle: &TenantHandle,
        status: TenantStatus,
        origin: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let (tenant, _) = self.tenant_named(handle).await?;
        if tenant.status == status {
            return Ok(());
        }
        let switched = self.store.set_tenant_status(tenant.id, status, origin, self.clock.now()).await?;
        switched.then_some(()).ok_or(Refusal::UnknownTenant)
    }

    /// Gives a tenant one more key, such as one that has lost its own: within the same bounds as if it
    /// did so itself.
    pub async fn grant_key(
        &self,
        _: Operator,
        handle: &TenantHandle,
        name: String,
        scopes: Scopes,
        origin: Option<IpAddr>,
    ) -> Result<NewSecret, Refusal> {
        let (tenant, _) = self.tenant_named(handle).await?;
        self.add_key_of((tenant.id, handle), name, scopes, origin).await
    }

    /// Lets a recipient of a tenant answer again; `false` when there was nothing to forget.
    pub async fn unlock_for(
        &self,
        _: Operator,
        handle: &TenantHandle,
        recipient: &Recipient,
        origin: Option<IpAddr>,
    ) -> Result<bool, Refusal> {
        let (tenant, _) = self.tenant_named(handle).await?;
        self.unlock(tenant.id, recipient, origin).await
    }

    pub(super) async fn tenant_named(
        &self,
        handle: &TenantHandle,
    ) -> Result<(Tenant, Vec<KeyInfo>), Refusal> {
        let found = self.store.tenant_by_handle(handle.clone(), self.clock.now()).await?;
        found.ok_or(Refusal::UnknownTenant)
    }

    /// The name of a tenant towards the outside.
    pub(super) async fn handle_of(&self, id: TenantId) -> Result<Option<TenantHandle>, Refusal> {
        Ok(self.store.tenant(id).await?.map(|tenant| tenant.handle))
    }

    async fn overview(&self, tenant: Tenant) -> Result<TenantOverview, Refusal> {
        let sandbox_of = match tenant.sandbox_of {
            Some(live) => self.handle_of(live).await?,
            None => None,
        };
        let Tenant { handle, name, status, created_at, .. } = tenant;
        Ok(TenantOverview { handle, name, status, sandbox_of, created_at })
    }
}
