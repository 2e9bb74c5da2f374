//! A cache of recently authenticated tenants.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::secret::SecretKeyHash;
use crate::domain::time::Timestamp;

use super::authenticated::AuthenticatedTenant;

/// How long a tenant is cached before the store is asked again. A revoked key or a disabled tenant
/// stays usable no longer than this.
const REMEMBERED: Duration = Duration::from_secs(1);

/// The maximum number of cached tenants. Only valid keys are cached, so nobody else can fill the cache.
const CAPACITY: usize = 4_096;

/// Recently authenticated tenants, by the hash of their key.
#[derive(Default)]
pub struct Directory {
    known: RwLock<HashMap<SecretKeyHash, (AuthenticatedTenant, Timestamp)>>,
    /// How often a tenant was dropped. What was read before a drop is not cached after it.
    drops: AtomicU64,
}

impl Directory {
    pub(super) fn find(&self, hash: &SecretKeyHash, now: Timestamp) -> Option<AuthenticatedTenant> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not extend the caching time.
        let fresh = |at: &Timestamp| now >= *at && now < *at + REMEMBERED;
        known.get(hash).filter(|(_, at)| fresh(at)).map(|(tenant, _)| tenant.for_next_request())
    }

    /// Drops tenants that are no longer used, together with the passwords of their routes.
    pub(in crate::service) fn forget_old(&self, now: Timestamp) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (_, at)| now < *at + REMEMBERED);
    }

    /// Drops a tenant that was changed, and its sandbox, so that the next request reads their
    /// current state.
    pub(in crate::service) fn forget(&self, tenant: TenantId) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        self.drops.fetch_add(1, Ordering::SeqCst);
        known.retain(|_, (remembered, _)| {
            remembered.id() != tenant && remembered.row().sandbox_of != Some(tenant)
        });
    }

    /// Returns the number of drops. Read it before asking the store, and pass it to [`Self::remember`].
    pub(super) fn drops(&self) -> u64 {
        self.drops.load(Ordering::SeqCst)
    }

    pub(super) fn remember(
        &self,
        hash: SecretKeyHash,
        tenant: &AuthenticatedTenant,
        now: Timestamp,
        drops: u64,
    ) {
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
