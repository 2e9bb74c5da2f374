//! An authenticated tenant, for the duration of one request.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::fallback::Fallback;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::TenantId;
use crate::domain::phone::country::Country;
use crate::domain::policy::{GrantedLimits, Policy};
use crate::domain::reports::actor::{Actor, Author};
use crate::domain::tenants::allowed_networks::AllowedNetworks;
use crate::domain::tenants::credential::{KeyHandle, Scope, Scopes};
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::service::admission::Waiters;
use crate::service::idempotency::conditions::RequestConditions;
use crate::service::idempotency::requester::Requester;
use crate::service::limits::gauge::Gauge;
use crate::service::refusal::Refusal;

use super::loaded::LoadedTenant;

/// An authenticated tenant. It can only be created from its secret key, by signing in to the console, or at
/// the shell of the server.
#[derive(Clone, Debug)]
pub struct AuthenticatedTenant {
    entry: Arc<CachedKey>,
    gauge: Gauge,
    /// Who acts for the tenant: the holder of its key, or an operator.
    author: Author,
    /// The conditions under which it asks for changes.
    conditions: RequestConditions,
}

#[derive(Debug)]
pub(super) struct CachedKey {
    pub(super) tenant: LoadedTenant,
    pub(super) scopes: Scopes,
    /// The secret key; `None` where none was presented.
    pub(super) key: Option<PresentedKey>,
    pub(super) waiters: Waiters,
}

/// A secret key that was presented.
#[derive(Debug)]
pub(super) struct PresentedKey {
    pub(super) handle: KeyHandle,
    pub(super) networks: AllowedNetworks,
    /// Whether its next use is to be recorded.
    pub(super) use_is_due: Due,
    /// Whether it is to be recorded when it is refused because of where it is used.
    pub(super) refusal_is_due: Due,
}

/// Whether something is still to be done, once for all requests that share the entry.
#[derive(Debug)]
pub(super) struct Due(AtomicBool);

impl Due {
    pub(super) const fn new(is_due: bool) -> Self {
        Self(AtomicBool::new(is_due))
    }

    /// Returns `true` for the caller who is to do it.
    pub(super) fn take(&self) -> bool {
        // Most requests only look.
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed)
    }
}

impl AuthenticatedTenant {
    /// Returns the row.
    pub fn id(&self) -> TenantId {
        self.entry.tenant.row.id
    }

    /// Returns the public name.
    pub fn handle(&self) -> &TenantHandle {
        &self.entry.tenant.row.handle
    }

    /// Returns the handle of its secret key, if one was presented, now or when the tenant signed in.
    pub fn key(&self) -> Option<&KeyHandle> {
        match &self.author {
            Author::Key(handle) => Some(handle),
            _ => None,
        }
    }

    /// Returns its secret key, if one was presented.
    pub(super) fn presented(&self) -> Option<&PresentedKey> {
        self.entry.key.as_ref()
    }

    /// Returns the tenant's name; may be empty.
    pub fn name(&self) -> &str {
        &self.entry.tenant.row.name
    }

    /// Returns whether it is a sandbox, whose messages are not sent.
    pub fn is_sandbox(&self) -> bool {
        self.entry.tenant.is_sandbox()
    }

    /// Refuses a sandbox: it sends nothing, so it has no routes.
    pub(in crate::service) fn refuse_sandbox(&self) -> Result<(), Refusal> {
        if self.is_sandbox() { Err(Refusal::LiveOnly) } else { Ok(()) }
    }

    /// Refuses a live tenant.
    pub(in crate::service) fn require_sandbox(&self) -> Result<(), Refusal> {
        self.is_sandbox().then_some(()).ok_or(Refusal::NotSandbox)
    }

    /// Returns an error unless the presented key has this scope.
    pub fn require(&self, scope: Scope) -> Result<(), Refusal> {
        self.entry.scopes.has(scope).then_some(()).ok_or(Refusal::MissingScope(scope))
    }

    /// Returns an error unless the presented key has one of these scopes. The error names the first, which is the
    /// usual one for an operation.
    pub fn require_any(&self, scopes: &[Scope]) -> Result<(), Refusal> {
        let has_one = scopes.iter().any(|scope| self.entry.scopes.has(*scope));
        match scopes.first() {
            Some(first) if !has_one => Err(Refusal::MissingScope(*first)),
            _ => Ok(()),
        }
    }

    /// Returns whether the tenant has a route for this channel.
    pub fn sends_over(&self, channel: ChannelKind) -> bool {
        self.entry.tenant.sender.sends_over(channel)
    }

    /// Returns the country whose national phone numbers the tenant understands.
    pub fn region(&self) -> Option<Country> {
        self.row().settings.phone.region
    }

    /// Returns the channel of a code for `purpose` to this recipient, and what follows if it does not
    /// arrive: the one that is wished, or those of the tenant's order.
    pub fn way_to(
        &self,
        to: &Address,
        wished: Option<ChannelKind>,
        purpose: &Purpose,
    ) -> (ChannelKind, Fallback) {
        self.entry.tenant.way_to(to, wished, purpose)
    }

    /// Returns the effective policy for codes of this purpose.
    pub fn policy(&self, purpose: &Purpose) -> &Policy {
        self.entry.tenant.policy(purpose)
    }

    /// Returns what its rates are counted by.
    pub(in crate::service) fn rated(&self) -> (TenantId, &GrantedLimits) {
        (self.id(), &self.entry.tenant.row.limits)
    }

    /// Returns the tenant's row, which is at most a second old.
    pub(in crate::service) fn row(&self) -> &Tenant {
        &self.entry.tenant.row
    }

    /// Returns what its codes are issued with.
    pub(in crate::service) fn loaded(&self) -> &LoadedTenant {
        &self.entry.tenant
    }

    /// Returns the gauge that records the rates of this request.
    pub fn gauge(&self) -> &Gauge {
        &self.gauge
    }

    pub(super) fn of(entry: Arc<CachedKey>) -> Self {
        let author = entry.key.as_ref().map_or(Author::Nobody, |key| Author::Key(key.handle.clone()));
        Self { entry, gauge: Gauge::default(), author, conditions: RequestConditions::default() }
    }

    /// Returns the same tenant, with somebody else acting for it.
    pub(in crate::service) fn acted_for_by(self, author: Author) -> Self {
        Self { author, ..self }
    }

    /// Returns the same tenant, which asks for changes under these conditions.
    #[must_use]
    pub fn under(self, conditions: RequestConditions) -> Self {
        Self { conditions, ..self }
    }

    /// Returns the conditions under which it asks for changes.
    pub const fn conditions(&self) -> &RequestConditions {
        &self.conditions
    }

    /// Returns the sender of its requests, by its secret key.
    pub fn requester(&self) -> Requester {
        Requester::of_tenant(self.id(), self.key().map(ToString::to_string).unwrap_or_default())
    }

    /// Returns whether an operator acts for it.
    pub(in crate::service) fn is_operated(&self) -> bool {
        !matches!(self.author, Author::Key(_) | Author::Nobody | Author::Hook(_))
    }

    /// Returns the actor for actions in the name of the tenant from this address.
    pub(in crate::service) fn actor(&self, client_ip: Option<IpAddr>) -> Actor {
        Actor { author: self.author.clone(), client_ip }
    }

    /// Returns the same tenant, for another request.
    pub(super) fn for_next_request(&self) -> Self {
        Self::of(Arc::clone(&self.entry))
    }

    /// Returns the count of its waiting requests.
    pub fn waiters(&self) -> &Waiters {
        &self.entry.waiters
    }
}
