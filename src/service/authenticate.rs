//! Authenticate: from a secret key to the tenant that holds it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::crypto::secret_key::SecretKey;
use crate::delivery::Sender;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::TenantId;
use crate::domain::limits::rate::Rate;
use crate::domain::policy::{Policies, Policy};
use crate::domain::reports::audit::Actor;
use crate::domain::secret::SecretKeyHash;
use crate::domain::tenants::credential::{Scope, Scopes};
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::domain::time::Timestamp;

use super::rates::Gauge;
use super::shelf::Shelf;
use super::turns::Lane;
use super::{Operator, Refusal, Services, sealed_smtp};

/// How long a tenant is remembered before the store is asked again: a revoked key or a disabled
/// tenant works no longer than this.
const REMEMBERED: Duration = Duration::from_secs(1);

/// Tenants remembered at once. Only real keys get in, so nobody else can fill it.
const CAPACITY: usize = 4_096;

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
struct Entry {
    tenant: Tenant,
    scopes: Scopes,
    sender: Arc<Sender>,
    /// Resolved once for all requests of this second.
    policies: Policies,
    shelf: Arc<Shelf>,
    lane: Lane,
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

    /// Refuses unless the key that was presented has this scope.
    pub fn require(&self, scope: Scope) -> Result<(), Refusal> {
        self.entry.scopes.has(scope).then_some(()).ok_or(Refusal::MissingScope(scope))
    }

    /// What is decided about its codes for this purpose.
    pub fn policy(&self, purpose: &Purpose) -> &Policy {
        self.entry.policies.of(purpose)
    }

    /// Its rate of mints, if it has one of its own.
    pub(super) fn mint_rate(&self) -> Option<Rate> {
        self.entry.tenant.limits.mint_per_tenant
    }

    /// The tenant's row, as it was at most a second ago.
    pub(super) fn row(&self) -> &Tenant {
        &self.entry.tenant
    }

    /// What its request shows of its rates.
    pub fn gauge(&self) -> &Gauge {
        &self.gauge
    }

    fn of(entry: Arc<Entry>) -> Self {
        Self { entry, gauge: Gauge::default(), operator: None }
    }

    /// The same tenant, with this operator in its place.
    pub(super) fn in_the_hands_of(self, operator: Operator) -> Self {
        Self { operator: Some(operator), ..self }
    }

    /// Who does from this address what is done in the name of the tenant.
    pub(super) fn actor(&self, client_ip: Option<IpAddr>) -> Actor {
        self.operator.as_ref().map_or_else(|| Actor::at(client_ip), |operator| operator.actor(client_ip))
    }

    /// The same tenant, for another request.
    fn anew(&self) -> Self {
        Self::of(Arc::clone(&self.entry))
    }

    pub(super) fn sender(&self) -> &Arc<Sender> {
        &self.entry.sender
    }

    /// Where its requests are counted that wait for the store.
    pub(super) fn lane(&self) -> &Lane {
        &self.entry.lane
    }

    pub(super) fn shelf(&self) -> &Arc<Shelf> {
        &self.entry.shelf
    }
}

/// Tenants by the hash of their key, for a moment.
#[derive(Default)]
pub(super) struct Directory {
    known: RwLock<HashMap<SecretKeyHash, (AuthenticatedTenant, Timestamp)>>,
    /// How often a tenant was dropped: what was read before such a moment is not remembered after it.
    drops: AtomicU64,
}

impl Directory {
    fn find(&self, hash: &SecretKeyHash, now: Timestamp) -> Option<AuthenticatedTenant> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        // A clock that went back must not stretch the memory either.
        let fresh = |at: &Timestamp| now >= *at && now < *at + REMEMBERED;
        known.get(hash).filter(|(_, at)| fresh(at)).map(|(tenant, _)| tenant.anew())
    }

    /// Forgets what is not asked for any more: an account's password goes with it.
    pub(super) fn forget_old(&self, now: Timestamp) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (_, at)| now < *at + REMEMBERED);
    }

    /// Forgets a tenant that was changed, and its sandbox, so that the next request sees them as they
    /// are now.
    pub(super) fn forget(&self, tenant: TenantId) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        self.drops.fetch_add(1, Ordering::SeqCst);
        known.retain(|_, (remembered, _)| {
            remembered.id() != tenant && remembered.row().sandbox_of != Some(tenant)
        });
    }

    /// To be asked before the store is, and told to [`Self::remember`].
    fn drops(&self) -> u64 {
        self.drops.load(Ordering::SeqCst)
    }

    fn remember(&self, hash: SecretKeyHash, tenant: &AuthenticatedTenant, now: Timestamp, drops: u64) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.drops() != drops {
            return;
        }
        if known.len() >= CAPACITY {
            known.retain(|_, (_, at)| now < *at + REMEMBERED);
        }
        if known.len() < CAPACITY {
            known.insert(hash, (tenant.clone(), now));
        }
    }
}

/// Whether a text has the shape of a generated secret key, which nobody can guess.
pub fn is_generated(secret_key: &str) -> bool {
    SecretKey::is_generated(secret_key)
}

impl Services {
    /// The tenant that holds this secret key.
    pub async fn authenticate(&self, secret_key: &str) -> Result<AuthenticatedTenant, Refusal> {
        let key = SecretKey::presented(secret_key).map_err(|_| Refusal::UnknownSecretKey)?;
        if let Some(found) = self.find_tenant(&key).await? {
            return Ok(found);
        }
        // Another process may have kept it under a version that is newer than those known here.
        let found = match self.refresh_missing_keys().await {
            true => self.find_tenant(&key).await?,
            false => None,
        };
        found.ok_or(Refusal::UnknownSecretKey)
    }

    async fn find_tenant(&self, key: &SecretKey) -> Result<Option<AuthenticatedTenant>, Refusal> {
        let now = self.clock.now();
        let hashes = self.keyring.secret_key_hashes(key.expose());
        let present = hashes[0];
        // While it was looked for under the other versions, somebody may have brought it to this one.
        let again = (hashes.len() > 1).then_some(present);
        for hash in hashes.into_iter().chain(again) {
            if let Some(known) = self.tenants.find(&hash, now) {
                return Ok(Some(known));
            }
            let drops = self.tenants.drops();
            if let Some((tenant, scopes)) = self.store.tenant_by_key(hash, now).await? {
                if hash != present {
                    self.rehash(tenant.id, hash, present).await;
                }
                let found = self.authenticated(tenant, scopes).await?;
                self.tenants.remember(present, &found, now, drops);
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A tenant of which it has been proved that it may be acted for, within these scopes.
    pub(super) async fn authenticated(
        &self,
        tenant: Tenant,
        scopes: Scopes,
    ) -> Result<AuthenticatedTenant, Refusal> {
        let sender = Arc::new(self.sender_of(&tenant).await?);
        let policies = self.rules.policies_of(&tenant);
        let shelf = Arc::new(Shelf::of(self.store.as_ref(), &tenant).await?);
        // A sandbox waits with the tenant that it belongs to.
        let lane = self.turns.lane(tenant.sandbox_of.unwrap_or(tenant.id));
        let entry = Arc::new(Entry { tenant, scopes, sender, policies, shelf, lane });
        Ok(AuthenticatedTenant::of(entry))
    }

    /// Keeps a secret key under the present version from now on. If that cannot be recorded, it
    /// stays where it is and is found there.
    async fn rehash(&self, tenant: TenantId, former: SecretKeyHash, present: SecretKeyHash) {
        if let Err(error) = self.store.rehash_key(tenant, former, present).await {
            tracing::warn!(%error, "a secret key stays under a former key");
        }
    }

    /// A tenant's accounts. Another process may have sealed them under a version that is newer than
    /// those known here.
    pub(super) async fn sender_of(&self, tenant: &Tenant) -> Result<Sender, Refusal> {
        if tenant.smtp.as_ref().is_some_and(|sealed| self.keyring.is_of_unknown_version(sealed)) {
            self.refresh_missing_keys().await;
        }
        Ok(sealed_smtp::sender(&self.keyring, tenant)?)
    }
}
