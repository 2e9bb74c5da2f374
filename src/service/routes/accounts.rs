//! A tenant's mail accounts: looked at, and replaced as a whole.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::delivery::AccountTester;
use crate::domain::limits::limit::LimitHit;
use crate::domain::random::Entropy;
use crate::domain::tenants::account::{Account, AccountDraft, InvalidAccount};
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Clock;
use crate::service::limits::rates::TenantRates;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::service::tenants::directory::Directory;
use crate::store::{Changed, Store, StoreError, TenantChange};

use super::running_checks::RunningChecks;
use super::senders::Senders;
use super::{outbound, sealed_smtp};

/// A tenant's accounts, in the order in which they are used.
pub struct Accounts {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// The tenant's revision that they belong to.
    pub revision: i64,
}

/// Why accounts are not as they were to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AccountRefusal {
    /// The account at this place of the list cannot be used.
    Invalid(usize, InvalidAccount),
    /// Anything else.
    Refused(Refusal),
}

impl From<Refusal> for AccountRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<LimitHit> for AccountRefusal {
    fn from(hit: LimitHit) -> Self {
        Self::Refused(hit.into())
    }
}

impl From<StoreError> for AccountRefusal {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// The ways by which the messages of tenants leave: their mail accounts.
pub struct Routes {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) rules: Arc<Rules>,
    pub(super) tester: Arc<dyn AccountTester>,
    pub(super) rates: Arc<TenantRates>,
    pub(super) directory: Arc<Directory>,
    pub(super) senders: Arc<Senders>,
    pub(super) checks: RunningChecks,
}

impl Routes {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            rules: Arc::clone(&parts.rules),
            tester: Arc::clone(&parts.tester),
            rates: Arc::clone(&shared.rates),
            directory: Arc::clone(&shared.directory),
            senders: Arc::clone(&shared.senders),
            checks: RunningChecks::default(),
        }
    }
}

impl Routes {
    /// A tenant's mail accounts, opened, in the order in which they are used.
    pub fn accounts_of(&self, tenant: &Tenant) -> Result<Vec<Account>, Refusal> {
        Ok(sealed_smtp::sender(&self.keyring, tenant)?.accounts)
    }

    /// The accounts of a tenant, as they are at this moment.
    pub async fn accounts(&self, tenant: &AuthenticatedTenant) -> Result<Accounts, Refusal> {
        let row = self.present(tenant).await?;
        let accounts = self.senders.of(&row).await?.accounts;
        Ok(Accounts { accounts, revision: row.revision })
    }

    /// Puts `drafts` in the place of all accounts, in one decision. With `seen`, only if nothing was
    /// changed since the caller saw that revision.
    pub async fn replace_accounts(
        &self,
        tenant: &AuthenticatedTenant,
        drafts: Vec<AccountDraft>,
        seen: Option<i64>,
        client_ip: Option<IpAddr>,
    ) -> Result<Accounts, AccountRefusal> {
        tenant.refuse_sandbox()?;
        let row = self.present(tenant).await?;
        if seen.is_some_and(|seen| seen != row.revision) {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        let present = self.senders.of(&row).await?.accounts;
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
        self.directory.forget(tenant.id());
        match (changed?, seen) {
            (Changed::Changed, _) => Ok(Accounts { accounts, revision }),
            (Changed::Conflict, Some(_)) => Err(Refusal::ChangedMeanwhile.into()),
            (Changed::Conflict, None) => Err(Refusal::TenantChanged.into()),
        }
    }

    fn complete(
        &self,
        drafts: Vec<AccountDraft>,
        present: &[Account],
    ) -> Result<Vec<Account>, AccountRefusal> {
        let mut used = HashSet::new();
        let mut accounts = Vec::with_capacity(drafts.len());
        for (at, draft) in drafts.into_iter().enumerate() {
            let account =
                self.complete_one(draft, present).map_err(|why| AccountRefusal::Invalid(at, why))?;
            if !used.insert(account.handle.clone()) {
                return Err(AccountRefusal::Invalid(at, InvalidAccount::Id));
            }
            accounts.push(account);
        }
        Ok(accounts)
    }

    /// The account of a draft, if tenants may have such a one.
    pub(super) fn complete_one(
        &self,
        draft: AccountDraft,
        present: &[Account],
    ) -> Result<Account, InvalidAccount> {
        let account = draft.complete(present, self.entropy.as_ref())?;
        match outbound::check(&self.rules.outbound, &account.smtp) {
            Ok(()) => Ok(account),
            Err(Refusal::PortNotAllowed(_)) => Err(InvalidAccount::Port),
            Err(_) => Err(InvalidAccount::Host),
        }
    }

    /// The tenant's row at this moment: what is remembered may be a second old.
    async fn present(&self, tenant: &AuthenticatedTenant) -> Result<Tenant, Refusal> {
        self.store.tenant(tenant.id()).await?.ok_or(Refusal::UnknownSecretKey)
    }
}
