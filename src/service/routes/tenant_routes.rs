//! A tenant's routes: listing them, and changing them in one transaction.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::delivery::Routing;
use crate::domain::challenges::idempotency::Made;
use crate::domain::conditions::Subject;
use crate::domain::id::TenantId;
use crate::domain::limits::limit::LimitHit;
use crate::domain::random::Entropy;
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::domain::tenants::oauth::StoppedLogin;
use crate::domain::tenants::route::{Route, TransportKind};
use crate::domain::tenants::route_draft::RouteDraft;
use crate::domain::tenants::smtp::SmtpProfile;
use crate::domain::tenants::smtp_draft::SmtpDraft;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Clock;
use crate::service::idempotency::conditions::SecretSealer;
use crate::service::limits::one_at_a_time::OneAtATime;
use crate::service::limits::rates::TenantRates;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::service::tenants::directory::Directory;
use crate::store::{Changed, RouteLogin, Store, StoreError, TenantChange};

use super::happened::happened;
use super::outbound;
use super::sealed_routes::{self, OpenedRoutes};
use super::senders::Senders;

/// A tenant's routes, in the order in which they are tried.
pub struct TenantRoutes {
    /// The routes.
    pub routes: Vec<Route>,
    /// Those logins of them that get no token until something is changed.
    pub stopped: Vec<StoppedLogin>,
    /// The tenant's revision that they belong to.
    pub revision: i64,
}

/// The error for routes that were not changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RouteRefusal {
    /// The route at this index of the list is invalid.
    Invalid(usize, InvalidRoute),
    /// Anything else.
    Refused(Refusal),
}

impl From<Refusal> for RouteRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<LimitHit> for RouteRefusal {
    fn from(hit: LimitHit) -> Self {
        Self::Refused(hit.into())
    }
}

impl From<StoreError> for RouteRefusal {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// The routes of tenants.
pub struct Routes {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) rules: Arc<Rules>,
    pub(super) routing: Arc<Routing>,
    pub(super) rates: Arc<TenantRates>,
    pub(super) directory: Arc<Directory>,
    pub(super) senders: Arc<Senders>,
    pub(super) checks: OneAtATime,
}

impl Routes {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            rules: Arc::clone(&parts.rules),
            routing: Arc::clone(&parts.routing),
            rates: Arc::clone(&shared.rates),
            directory: Arc::clone(&shared.directory),
            senders: Arc::clone(&shared.senders),
            checks: OneAtATime::default(),
        }
    }
}

impl Routes {
    /// Opens the routes of a tenant's row.
    pub fn of_row(&self, tenant: &Tenant) -> Result<Vec<Route>, Refusal> {
        Ok(sealed_routes::open(&self.keyring, tenant)?.routes)
    }

    /// Returns the current routes of a tenant.
    pub async fn list(&self, tenant: &AuthenticatedTenant) -> Result<TenantRoutes, Refusal> {
        let row = self.present(tenant).await?;
        let routes = self.senders.of(&row).await?.routes;
        let stopped = self.stopped(row.id, &routes).await?;
        Ok(TenantRoutes { routes, stopped, revision: row.revision })
    }

    /// Returns those logins of a tenant's routes that get no token until something is changed.
    pub async fn stopped(&self, tenant: TenantId, routes: &[Route]) -> Result<Vec<StoppedLogin>, Refusal> {
        if sealed_routes::logins(routes).is_empty() {
            return Ok(Vec::new());
        }
        let stopped = |kept: RouteLogin| {
            let (refusal, since) = kept.refused?;
            Some(StoppedLogin { login: kept.login, refusal, since })
        };
        Ok(self.store.route_logins(tenant).await?.into_iter().filter_map(stopped).collect())
    }

    /// Completes the mail account of a new tenant, if tenants may have such a one.
    pub fn new_account(&self, draft: SmtpDraft) -> Result<SmtpProfile, InvalidRoute> {
        let profile = draft.complete(None, self.entropy.as_ref())?;
        outbound::check_token_url(&self.rules.webhooks, &profile).map(|()| profile)
    }

    /// Returns the current routes of one transport.
    pub async fn list_of(
        &self,
        tenant: &AuthenticatedTenant,
        kind: TransportKind,
    ) -> Result<TenantRoutes, Refusal> {
        let mut found = self.list(tenant).await?;
        found.routes.retain(|route| route.transport.kind() == kind);
        Ok(found)
    }

    /// Replaces all routes of one transport by `drafts`, in one transaction.
    pub async fn replace_of(
        &self,
        tenant: &AuthenticatedTenant,
        kind: TransportKind,
        drafts: Vec<RouteDraft>,
        client_ip: Option<IpAddr>,
    ) -> Result<TenantRoutes, RouteRefusal> {
        let change = |present: Vec<Route>| {
            let (mine, mut others): (Vec<_>, Vec<_>) =
                present.into_iter().partition(|route| route.transport.kind() == kind);
            let completed = self.complete(drafts, &mine)?;
            // The order of routes with different transports matters only if they serve the same channel.
            others.splice(..0, completed);
            Ok(others)
        };
        let mut changed = self.change(tenant, client_ip, change).await?;
        changed.routes.retain(|route| route.transport.kind() == kind);
        Ok(changed)
    }

    /// Changes the list of a tenant's routes, in one transaction.
    pub(super) async fn change(
        &self,
        tenant: &AuthenticatedTenant,
        client_ip: Option<IpAddr>,
        change: impl FnOnce(Vec<Route>) -> Result<Vec<Route>, RouteRefusal>,
    ) -> Result<TenantRoutes, RouteRefusal> {
        tenant.refuse_sandbox()?;
        let row = self.present(tenant).await?;
        let expected = tenant.conditions().expected.as_ref();
        if expected.is_some_and(|expected| !expected.is_met(Some(row.revision))) {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        let OpenedRoutes { routes, unknown } = self.senders.opened(&row).await?;
        let before = routes.clone();
        let routes = change(routes)?;
        let new = routes.iter().find(|route| before.iter().all(|known| known.handle != route.handle));
        let store = self.changing(tenant, new.map(|route| Made::Route(route.handle.clone())));
        let entropy = self.entropy.as_ref();
        let sealed = sealed_routes::seal_with(&self.keyring, entropy, row.id, &routes, &unknown);
        let revision = row.revision + 1;
        let change = TenantChange {
            tenant: row.id,
            seen: row.revision,
            name: row.name,
            settings: row.settings,
            logo: None,
            routes: Some(sealed),
            logins: Some(sealed_routes::logins(&routes)),
            happened: happened(&before, &routes),
            by: tenant.actor(client_ip),
        };
        let changed = store.change_tenant(change, self.clock.now()).await;
        // Also after an error, because the change may have been written all the same.
        self.directory.forget(tenant.id());
        match changed? {
            Changed::Changed => {
                let stopped = self.stopped(tenant.id(), &routes).await?;
                Ok(TenantRoutes { routes, stopped, revision })
            }
            Changed::Conflict => Err(Refusal::TenantChanged.into()),
        }
    }

    /// Returns the store for a change of the routes, which may make one.
    fn changing(&self, tenant: &AuthenticatedTenant, made: Option<Made>) -> Arc<dyn Store> {
        let (now, entropy) = (self.clock.now(), self.entropy.as_ref());
        let sealer = SecretSealer { keyring: &self.keyring, entropy, now };
        let change = tenant.conditions().over(&self.store).of(tenant.id(), Subject::Tenant);
        change.making(made, None, sealer).store()
    }

    fn complete(&self, drafts: Vec<RouteDraft>, present: &[Route]) -> Result<Vec<Route>, RouteRefusal> {
        let mut used = HashSet::new();
        let mut routes = Vec::with_capacity(drafts.len());
        for (at, draft) in drafts.into_iter().enumerate() {
            let route = self.complete_one(draft, present).map_err(|why| RouteRefusal::Invalid(at, why))?;
            if !used.insert(route.handle.clone()) {
                return Err(RouteRefusal::Invalid(at, InvalidRoute::ID));
            }
            routes.push(route);
        }
        Ok(routes)
    }

    /// Completes a draft, if tenants may have such a route.
    pub(super) fn complete_one(&self, draft: RouteDraft, present: &[Route]) -> Result<Route, InvalidRoute> {
        let route = draft.complete(present, self.entropy.as_ref())?;
        outbound::check_transport(&self.rules, &route.transport).map(|()| route)
    }

    /// Returns the tenant's current row, since the cached one may be a second old.
    async fn present(&self, tenant: &AuthenticatedTenant) -> Result<Tenant, Refusal> {
        self.store.tenant(tenant.id()).await?.ok_or(Refusal::UnknownSecretKey)
    }
}
