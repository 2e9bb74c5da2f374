//! A tenant that has proved itself, for as long as one request takes.

use std::net::IpAddr;
use std::sync::Arc;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::TenantId;
use crate::domain::policy::{GrantedLimits, Policy};
use crate::domain::reports::audit::Actor;
use crate::domain::tenants::credential::{Scope, Scopes};
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::service::admission::Lane;
use crate::service::limits::gauge::Gauge;
use crate::service::operator::identity::Operator;
use crate::service::refusal::Refusal;

use super::loaded::LoadedTenant;

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
    pub(super) tenant: LoadedTenant,
    pub(super) scopes: Scopes,
    pub(super) lane: Lane,
}

impl AuthenticatedTenant {
    /// Its row.
    pub fn id(&self) -> TenantId {
        self.entry.tenant.row.id
    }

    /// Its name towards the outside.
    pub fn handle(&self) -> &TenantHandle {
        &self.entry.tenant.row.handle
    }

    /// What it calls itself; may be empty.
    pub fn name(&self) -> &str {
        &self.entry.tenant.row.name
    }

    /// Whether it is a sandbox: its codes go nowhere.
    pub fn is_sandbox(&self) -> bool {
        self.entry.tenant.is_sandbox()
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
        self.entry.tenant.policy(purpose)
    }

    /// What its rates are counted by.
    pub(in crate::service) fn rated(&self) -> (TenantId, &GrantedLimits) {
        (self.id(), &self.entry.tenant.row.limits)
    }

    /// The tenant's row, as it was at most a second ago.
    pub(in crate::service) fn row(&self) -> &Tenant {
        &self.entry.tenant.row
    }

    /// What its codes are issued with.
    pub(in crate::service) fn loaded(&self) -> &LoadedTenant {
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

    /// Where its requests are counted that wait for the store.
    pub fn lane(&self) -> &Lane {
        &self.entry.lane
    }
}
