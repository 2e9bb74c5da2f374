//! Limit hits, as far as this process remembers them.
//!
//! They are kept in memory only: if a refusal cost a write, refused callers would still cause load.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::id::TenantId;
use crate::domain::limits::hits::{HitCounts, HitSource};
use crate::domain::limits::limit::Limit;
use crate::domain::time::Clock;
use crate::service::parts::Parts;

/// Number of sources above which those without a hit for a day are dropped.
const MANY: usize = 10_000;

/// The refusals of the last day.
pub struct LimitHits {
    clock: Arc<dyn Clock>,
    counts: Mutex<HashMap<HitSource, HitCounts>>,
}

impl LimitHits {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        Self { clock: Arc::clone(&parts.clock), counts: Mutex::default() }
    }

    /// Records that a limit refused a request, of `tenant` if the request was authenticated.
    pub fn note(&self, limit: Limit, tenant: Option<TenantId>) {
        let now = self.clock.now();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MANY {
            counts.retain(|_, hits| hits.is_recent(now));
        }
        counts.entry(HitSource { limit, tenant }).or_insert(HitCounts::none(now)).count(now);
    }

    /// Returns the limits that refused in the last day, latest first: of everybody, or of this tenant.
    pub(in crate::service) fn recent(&self, tenant: Option<TenantId>) -> Vec<(HitSource, HitCounts)> {
        let now = self.clock.now();
        let is_meant = |source: &HitSource| tenant.is_none() || source.tenant == tenant;
        let mut found: Vec<_> = {
            let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            let recent = counts.iter().filter(|(source, hits)| is_meant(source) && hits.is_recent(now));
            recent.map(|(source, hits)| (*source, *hits)).collect()
        };
        found.sort_by_key(|(_, hits)| std::cmp::Reverse(hits.latest));
        found
    }
}
