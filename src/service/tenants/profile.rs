//! A tenant's management of itself.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::crypto::sids::Sids;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::conditions::Subject;
use crate::domain::id::IdGenerator;
use crate::domain::policy::{Policies, Policy};
use crate::domain::random::Entropy;
use crate::domain::reports::actor::Actor;
use crate::domain::sid::Sid;
use crate::domain::spray::rules::SpraySettings;
use crate::domain::spray::suspicion::Suspicion;
use crate::domain::tenants::logo::Logo;
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantSettings};
use crate::domain::time::{Clock, Timestamp};
use crate::service::admission::Admission;
use crate::service::limits::rates::{RateKind, TenantRates};
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::spray::orders::{Ordered, SprayOrders};
use crate::service::spray::watch::Watch;
use crate::store::{Changed, Store, StoreError, TenantChange};

use super::authenticated::AuthenticatedTenant;
use super::directory::Directory;
use super::secret_keys::SecretKeys;

/// How often a change is retried after a concurrent change.
pub(in crate::service) const TRIES: usize = 5;

/// A tenant, as it sees itself.
#[derive(Clone, Debug)]
pub struct TenantProfile {
    /// The public name.
    pub handle: TenantHandle,
    /// The same as a sid.
    pub account_sid: Sid,
    /// The tenant's name; may be empty.
    pub name: String,
    /// Whether it is a sandbox.
    pub is_sandbox: bool,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Its own settings.
    pub settings: TenantSettings,
    /// The effective policies: of the built-in purposes, and of those that it has settings for.
    pub effective: BTreeMap<Purpose, Policy>,
    /// Grows with every change.
    pub revision: i64,
    /// What is suspected of those who answer its codes.
    pub suspicion: Option<Suspicion>,
}

/// The part of a tenant that it may change itself.
#[derive(Clone, Debug)]
pub struct TenantDraft {
    /// The tenant's name; may be empty.
    pub name: String,
    /// Its own settings.
    pub settings: TenantSettings,
    /// What it orders about a suspicion.
    pub order: Option<Ordered>,
}

/// Tenants: registering, reading and changing them.
pub struct Tenants {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) ids: Arc<IdGenerator>,
    pub(super) rules: Arc<Rules>,
    pub(super) admission: Arc<Admission>,
    pub(super) rates: Arc<TenantRates>,
    pub(super) directory: Arc<Directory>,
    pub(super) secret_keys: Arc<SecretKeys>,
    orders: Arc<SprayOrders>,
    watch: Arc<Watch>,
}

impl Tenants {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared, secret_keys: Arc<SecretKeys>) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            ids: Arc::clone(&parts.ids),
            rules: Arc::clone(&parts.rules),
            admission: Arc::clone(&shared.admission),
            rates: Arc::clone(&shared.rates),
            directory: Arc::clone(&shared.directory),
            secret_keys,
            orders: Arc::clone(&shared.orders),
            watch: Arc::clone(&shared.watch),
        }
    }
}

impl Tenants {
    /// Counts a management request of the tenant.
    pub async fn count_management(&self, tenant: &AuthenticatedTenant) -> Result<(), Refusal> {
        Ok(self.rates.count(RateKind::Manage, tenant.rated(), tenant.gauge()).await?)
    }

    /// Returns the tenant's own profile, which is at most a second old.
    pub fn profile(&self, tenant: &AuthenticatedTenant) -> TenantProfile {
        self.profile_of(tenant.row())
    }

    /// Returns the tenant's own profile as it is now.
    pub async fn present_profile(&self, tenant: &AuthenticatedTenant) -> Result<TenantProfile, Refusal> {
        let row = self.store.tenant(tenant.id()).await?.ok_or(Refusal::UnknownSecretKey)?;
        Ok(self.profile_of(&row))
    }

    /// Changes the tenant and returns the new state. `change` is called again if somebody else
    /// changes the tenant concurrently, so it must have no other effect.
    pub async fn change(
        &self,
        tenant: &AuthenticatedTenant,
        client_ip: Option<IpAddr>,
        change: impl Fn(&mut TenantDraft),
    ) -> Result<TenantProfile, Refusal> {
        let always = |draft: &mut TenantDraft| {
            change(draft);
            Ok(())
        };
        self.change_with(tenant, client_ip, None, always).await
    }

    /// Changes the tenant, unless `change` refuses what it finds.
    pub(in crate::service) async fn try_change(
        &self,
        tenant: &AuthenticatedTenant,
        client_ip: Option<IpAddr>,
        change: impl Fn(&mut TenantDraft) -> Result<(), Refusal>,
    ) -> Result<TenantProfile, Refusal> {
        self.change_with(tenant, client_ip, None, change).await
    }

    /// Changes the tenant, with the content of the logo that `change` names.
    pub(super) async fn change_with(
        &self,
        tenant: &AuthenticatedTenant,
        client_ip: Option<IpAddr>,
        logo: Option<&Logo>,
        change: impl Fn(&mut TenantDraft) -> Result<(), Refusal>,
    ) -> Result<TenantProfile, Refusal> {
        let store = tenant.conditions().over(&self.store).of(tenant.id(), Subject::Tenant).store();
        for _ in 0..TRIES {
            let row = self.store.tenant(tenant.id()).await?.ok_or(Refusal::UnknownSecretKey)?;
            let (name, settings) = (row.name.clone(), row.settings.clone());
            let mut draft = TenantDraft { name, settings, order: None };
            change(&mut draft)?;
            self.orders.check(&row, draft.order)?;
            Policies::new(&self.rules.policy, &draft.settings).map_err(Refusal::InvalidSetting)?;
            let TenantDraft { name, settings, order } = draft;
            let changed = TenantChange {
                logins: None,
                happened: Vec::new(),
                tenant: row.id,
                seen: row.revision,
                name: name.clone(),
                settings: settings.clone(),
                logo: logo.map(|logo| logo.bytes().to_owned()),
                routes: row.routes.clone(),
                by: tenant.actor(client_ip),
            };
            if store.change_tenant(changed, self.clock.now()).await? == Changed::Changed {
                self.directory.forget(row.id);
                let (former, by) = (row.settings.spray, tenant.actor(client_ip));
                let revision = row.revision + 1;
                let new = Tenant { name, settings, revision, ..row };
                return self.with_suspicion(new, &former, (order, by)).await;
            }
        }
        Err(Refusal::Store(StoreError::Busy))
    }

    /// Follows what is ordered about a suspicion, or has it follow changed settings. Returns the new profile.
    async fn with_suspicion(
        &self,
        row: Tenant,
        former: &SpraySettings,
        (order, by): (Option<Ordered>, Actor),
    ) -> Result<TenantProfile, Refusal> {
        match order {
            Some(order) => self.orders.follow(row.id, order, by).await?,
            None if row.settings.spray != *former && row.suspicion.is_some() => {
                self.watch.weigh(row.id).await?
            }
            None => return Ok(self.profile_of(&row)),
        }
        let row = self.store.tenant(row.id).await?.ok_or(Refusal::UnknownSecretKey)?;
        Ok(self.profile_of(&row))
    }

    /// Returns the profile that `row` shows its owner.
    pub(in crate::service) fn profile_of(&self, row: &Tenant) -> TenantProfile {
        let policies = self.rules.policies_of(row);
        let owned = |(purpose, policy): (&Purpose, &Policy)| (purpose.clone(), policy.clone());
        TenantProfile {
            handle: row.handle.clone(),
            account_sid: Sids::new(self.keyring.shareable_keys()).account(row.id),
            name: row.name.clone(),
            is_sandbox: row.sandbox_of.is_some(),
            created_at: row.created_at,
            settings: row.settings.clone(),
            effective: policies.all().into_iter().map(owned).collect(),
            revision: row.revision,
            suspicion: row.suspicion.filter(|suspicion| suspicion.lasts(self.clock.now())),
        }
    }
}
