//! Beginning an export.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::domain::limits::limit::Limit;
use crate::domain::limits::rate::Rate;
use crate::domain::limits::rule::{Rule, Subject};
use crate::domain::tenants::credential::{Scope, Scopes};
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Clock;
use crate::service::hooks::HookSecret;
use crate::service::limits::bulk::BulkWork;
use crate::service::limits::limiter::Limiter;
use crate::service::limits::one_at_a_time::UnderWay;
use crate::service::operator::identity::Operator;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::routes::sealed_routes;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::tenants::authenticate::Authenticator;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::service::tenants::names::TenantNames;
use crate::service::tenants::profile::Tenants;
use crate::store::{Hook, Owned, Store};

use super::export::{Export, ExportedTenant};
use super::source::ExportSource;

/// How often a tenant may export itself: each reads all challenges of the server.
const EXPORTS: Rate = Rate { max: 10, per: Duration::from_secs(3_600) };

/// Exports of tenants.
pub struct Exports {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    rules: Arc<Rules>,
    limiter: Arc<Limiter>,
    own: BulkWork,
    names: Arc<TenantNames>,
    authenticator: Arc<Authenticator>,
    tenants: Arc<Tenants>,
    source: Arc<ExportSource>,
}

impl Exports {
    pub(in crate::service) fn new(
        parts: &Parts,
        shared: &Shared,
        authenticator: Arc<Authenticator>,
        tenants: Arc<Tenants>,
    ) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            rules: Arc::clone(&parts.rules),
            limiter: Arc::clone(&parts.limiter),
            own: BulkWork::default(),
            names: Arc::clone(&shared.names),
            authenticator,
            tenants,
            source: Arc::new(ExportSource::new(parts, shared)),
        }
    }

    /// Begins an export that the tenant asks for: one at a time, and a few in an hour. An operator who acts for it is
    /// not limited, nor held up by a tenant that does not read.
    pub async fn own(
        &self,
        tenant: AuthenticatedTenant,
        client_ip: Option<IpAddr>,
    ) -> Result<Export, Refusal> {
        if tenant.is_operated() {
            return self.begin(tenant, client_ip, None).await;
        }
        let under_way = self.own.enter(tenant.id())?;
        if self.rules.tenant_limits.is_some() {
            let rule = Rule::sliding(Limit::BulkPerTenant, EXPORTS);
            self.limiter.count(rule, &Subject::Tenant(tenant.id()), self.clock.now()).await?;
        }
        self.begin(tenant, client_ip, Some(under_way)).await
    }

    /// Begins an export for the operator, also of a disabled tenant.
    pub async fn for_operator(
        &self,
        operator: &Operator,
        handle: &TenantHandle,
        client_ip: Option<IpAddr>,
    ) -> Result<Export, Refusal> {
        let (tenant, _) = self.names.find(handle).await?;
        let scopes = [Scope::Manage].into_iter().collect::<Scopes>();
        let tenant = self.authenticator.authenticated(tenant, scopes).await?;
        self.begin(tenant.acted_for_by(operator.author().clone()), client_ip, None).await
    }

    /// Begins an export for a command of the shell, which nothing limits.
    pub async fn unlimited(&self, tenant: AuthenticatedTenant) -> Result<Export, Refusal> {
        self.begin(tenant, None, None).await
    }

    /// Begins an export, which the audit trail records first.
    async fn begin(
        &self,
        tenant: AuthenticatedTenant,
        client_ip: Option<IpAddr>,
        under_way: Option<UnderWay>,
    ) -> Result<Export, Refusal> {
        let now = self.clock.now();
        self.store.note_export(tenant.id(), tenant.actor(client_ip), now).await?;
        let owned = self.store.owned(tenant.id(), now).await?.ok_or(Refusal::UnknownTenant)?;
        let exported = self.opened(owned)?;
        Ok(Export::begin((Arc::clone(&self.source), under_way), tenant, exported, now))
    }

    fn opened(&self, owned: Owned) -> Result<ExportedTenant, Refusal> {
        let hook = |hook: Hook| HookSecret {
            product: hook.product,
            hint: hook.hint,
            created_at: hook.created_at,
            revision: hook.id,
        };
        Ok(ExportedTenant {
            profile: self.tenants.profile_of(&owned.tenant),
            routes: sealed_routes::open(&self.keyring, &owned.tenant)?.routes,
            keys: owned.keys,
            templates: owned.templates,
            logo: owned.logo,
            webhooks: owned.webhooks,
            hooks: owned.hooks.into_iter().map(hook).collect(),
            blocks: owned.blocks,
        })
    }
}
