//! Tenants that have proved themselves a moment ago.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::secret::SecretKeyHash;
use crate::domain::time::Timestamp;

use super::authenticated::AuthenticatedTenant;

/// How long a tenant is remembered before the store is asked again: a revoked key or a disabled
/// tenant works no longer than this.
const REMEMBERED: Duration = Duration::from_secs(1);

/// Tenants remembered at once. Only real keys get in, so nobody else can fill it.
const CAPACITY: usize = 4_096;

/// Tenants by the hash of their key, for a moment.
#[derive(Default)]
pub struct Directory {
    known: RwLock<HashMap<SecretKeyHash, (AuthenticatedTenant, Timestamp)>>,
    /// How often a tenant was dropped: what was read before such a moment is not remembered after it.
    drops: AtomicU64,
}

impl Directory {
    pub(super) fn find(&self, hash: &SecretKeyHash, now: Timestamp) -> Option<AuthenticatedTenant> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        // A clock that went back must not stretch the memory either.
        let fresh = |at: &Timestamp| now >= *at && now < *at + REMEMBERED;
        known.get(hash).filter(|(_, at)| fresh(at)).map(|(tenant, _)| tenant.anew())
    }

    /// Forgets what is not asked for any more: an account's password goes with it.
    pub(in crate::service) fn forget_old(&self, now: Timestamp) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (_, at)| now < *at + REMEMBERED);
    }

    /// Forgets a tenant that was changed, and its sandbox, so that the next request sees them as they
    /// are now.
    pub(in crate::service) fn forget(&self, tenant: TenantId) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        self.drops.fetch_add(1, Ordering::SeqCst);
        known.retain(|_, (remembered, _)| {
            remembered.id() != tenant && remembered.row().sandbox_of != Some(tenant)
        });
    }

    /// To be asked before the store is, and told to [`Self::remember`].
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
