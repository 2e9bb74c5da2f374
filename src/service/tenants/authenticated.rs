//! A tenant that has proved itself, for as long as one request takes.

use std::net::IpAddr;
use std::sync::Arc;

use crate::delivery::Sender;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::TenantId;
use crate::domain::limits::rate::Rate;
use crate::domain::policy::{Policies, Policy};
use crate::domain::reports::audit::Actor;
use crate::domain::tenants::credential::{Scope, Scopes};
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::service::admission::Lane;
use crate::service::limits::rates::Gauge;
use crate::service::operator::identity::Operator;
use crate::service::refusal::Refusal;
use crate::service::templates::template_cache::TemplateCache;

/// A tenant that has proved itself. There is no other way to get one than by its secret key, or by signing
/// in to the console.
#[derive(Clone, Debug)]
pub struct AuthenticatedTenant {
    entry: Arc<Entry>,
    gauge: Gauge,
    /// The operator at the console who acts in its place.
    operator: Option<Operator>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) tenant: Tenant,
    pub(super) scopes: Scopes,
    pub(super) sender: Arc<Sender>,
    /// Resolved once for all requests of this second.
    pub(super) policies: Policies,
    pub(super) templates: Arc<TemplateCache>,
    pub(super) lane: Lane,
}

impl AuthenticatedTenant {
    /// Its row.
    pub fn id(&self) -> TenantId {
        self.entry.tenant.id
    }

    /// Its name towards the outside.
    pub fn handle(&self) -> &TenantHandle {
        &self.entry.tenant.handle
    }

    /// What it calls itself; may be empty.
    pub fn name(&self) -> &str {
        &self.entry.tenant.name
    }

    /// Whether it is a sandbox: its codes go nowhere.
    pub fn is_sandbox(&self) -> bool {
        self.entry.tenant.sandbox_of.is_some()
    }

    /// Refuses a sandbox: it sends nothing, so it has no accounts.
    pub(in crate::service) fn refuse_sandbox(&self) -> Result<(), Refusal> {
        if self.is_sandbox() { Err(Refusal::LiveOnly) } else { Ok(()) }
    }

    /// Refuses a live tenant.
    pub(in crate::service) fn require_sandbox(&self) -> Result<(), Refusal> {
        self.is_sandbox().then_some(()).ok_or(Refusal::NotSandbox)
    }

    /// Refuses unless the key that was presented has this scope.
    pub fn require(&self, scope: Scope) -> Result<(), Refusal> {
        self.entry.scopes.has(scope).then_some(()).ok_or(Refusal::MissingScope(scope))
    }

    /// What is decided about its codes for this purpose.
    pub fn policy(&self, purpose: &Purpose) -> &Policy {
        self.entry.policies.of(purpose)
    }

    /// Its rate of mints, if it has one of its own.
    pub(in crate::service) fn mint_rate(&self) -> Option<Rate> {
        self.entry.tenant.limits.mint_per_tenant
    }

    /// The tenant's row, as it was at most a second ago.
    pub(in crate::service) fn row(&self) -> &Tenant {
        &self.entry.tenant
    }

    /// What its request shows of its rates.
    pub fn gauge(&self) -> &Gauge {
        &self.gauge
    }

    pub(super) fn of(entry: Arc<Entry>) -> Self {
        Self { entry, gauge: Gauge::default(), operator: None }
    }

    /// The same tenant, with this operator in its place.
    pub(in crate::service) fn in_the_hands_of(self, operator: Operator) -> Self {
        Self { operator: Some(operator), ..self }
    }

    /// Who does from this address what is done in the name of the tenant.
    pub(in crate::service) fn actor(&self, client_ip: Option<IpAddr>) -> Actor {
        self.operator.as_ref().map_or_else(|| Actor::at(client_ip), |operator| operator.actor(client_ip))
    }

    /// The same tenant, for another request.
    pub(super) fn anew(&self) -> Self {
        Self::of(Arc::clone(&self.entry))
    }

    pub(in crate::service) fn sender(&self) -> &Arc<Sender> {
        &self.entry.sender
    }

    /// Where its requests are counted that wait for the store.
    pub fn lane(&self) -> &Lane {
        &self.entry.lane
    }

    pub(in crate::service) fn templates(&self) -> &Arc<TemplateCache> {
        &self.entry.templates
    }
}
