//! A tenant's mail accounts: looked at, and replaced as a whole.

use crate::domain::tenants::route::Transport;
use std::collections::HashSet;
use std::net::IpAddr;

use crate::domain::tenants::route::Route;
use crate::domain::tenants::route_draft::{InvalidRoute, RouteDraft};
use crate::domain::tenants::tenant::Tenant;
use crate::store::{Changed, StoreError, TenantChange};

use super::{AuthenticatedTenant, Refusal, Services, sealed_smtp};

/// A tenant's accounts, in the order in which they are used.
pub struct Accounts {
    /// The accounts.
    pub accounts: Vec<Route>,
    /// The tenant's revision that they belong to.
    pub revision: i64,
}

/// Why accounts are not as they were to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AccountRefusal {
    /// The account at this place of the list cannot be used.
    Invalid(usize, InvalidRoute),
    /// Anything else.
    Refused(Refusal),
}

impl From<Refusal> for AccountRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for AccountRefusal {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl Services {
    /// The accounts of a tenant, as they are at this moment.
    pub async fn accounts(&self, tenant: &AuthenticatedTenant) -> Result<Accounts, Refusal> {
        let row = self.present(tenant).await?;
        let accounts = self.sender_of(&row).await?.routes;
        Ok(Accounts { accounts, revision: row.revision })
    }

    /// Puts `drafts` in the place of all accounts, in one decision. With `seen`, only if nothing was
    /// changed since the caller saw that revision.
    pub async fn replace_accounts(
        &self,
        tenant: &AuthenticatedTenant,
        drafts: Vec<RouteDraft>,
        seen: Option<i64>,
        client_ip: Option<IpAddr>,
    ) -> Result<Accounts, AccountRefusal> {
        self.refuse_sandbox(tenant)?;
        let row = self.present(tenant).await?;
        if seen.is_some_and(|seen| seen != row.revision) {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        let present = self.sender_of(&row).await?.routes;
        let accounts = self.complete(drafts, &present)?;
        let smtp = sealed_smtp::seal(&self.keyring, self.entropy.as_ref(), row.id, &accounts);
        let revision = row.revision + 1;
        let change = TenantChange {
            tenant: row.id,
            seen: row.revision,
            name: row.name,
            settings: row.settings,
            logo: None,
            smtp: Some(smtp),
            by: tenant.actor(client_ip),
        };
        let changed = self.store.change_tenant(change, self.clock.now()).await;
        // Also after an error: what was written may be there all the same.
        self.tenants.forget(tenant.id());
        match (changed?, seen) {
            (Changed::Changed, _) => Ok(Accounts { accounts, revision }),
            (Changed::Conflict, Some(_)) => Err(Refusal::ChangedMeanwhile.into()),
            (Changed::Conflict, None) => Err(Refusal::TenantChanged.into()),
        }
    }

    fn complete(&self, drafts: Vec<RouteDraft>, present: &[Route]) -> Result<Vec<Route>, AccountRefusal> {
        let mut used = HashSet::new();
        let mut accounts = Vec::with_capacity(drafts.len());
        for (at, draft) in drafts.into_iter().enumerate() {
            let account =
                self.complete_one(draft, present).map_err(|why| AccountRefusal::Invalid(at, why))?;
            if !used.insert(account.handle.clone()) {
                return Err(AccountRefusal::Invalid(at, InvalidRoute::Id));
            }
            accounts.push(account);
        }
        Ok(accounts)
    }

    /// The account of a draft, if tenants may have such a one.
    pub(super) fn complete_one(&self, draft: RouteDraft, present: &[Route]) -> Result<Route, InvalidRoute> {
        let account = draft.complete(present, self.entropy.as_ref())?;
        let Transport::Smtp(smtp) = &account.transport;
        match self.check_outbound(smtp) {
            Ok(()) => Ok(account),
            Err(Refusal::PortNotAllowed(_)) => Err(InvalidRoute::Port),
            Err(_) => Err(InvalidRoute::Host),
        }
    }

    /// The tenant's row at this moment: what is remembered may be a second old.
    async fn present(&self, tenant: &AuthenticatedTenant) -> Result<Tenant, Refusal> {
        self.store.tenant(tenant.id()).await?.ok_or(Refusal::UnknownSecretKey)
    }

    /// A sandbox sends nothing, so it has no accounts.
    pub(super) fn refuse_sandbox(&self, tenant: &AuthenticatedTenant) -> Result<(), Refusal> {
        if tenant.is_sandbox() { Err(Refusal::LiveOnly) } else { Ok(()) }
    }
}
