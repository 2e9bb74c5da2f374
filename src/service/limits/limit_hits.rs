//! Requests that a limit refused, as far as this process remembers.
//!
//! In memory alone: a refusal must not cost a write, or whoever is refused would still be served.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::id::TenantId;
use crate::domain::limits::hits::{HitCounts, HitSource};
use crate::domain::limits::limit::Limit;
use crate::domain::time::Clock;
use crate::service::parts::Parts;

/// Sources above which those that were quiet for a day are forgotten.
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

    /// Notes that a request was refused by a limit: one of `tenant`, where it had proved itself.
    pub fn note(&self, limit: Limit, tenant: Option<TenantId>) {
        let now = self.clock.now();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MANY {
            counts.retain(|_, hits| hits.is_recent(now));
        }
        counts.entry(HitSource { limit, tenant }).or_insert(HitCounts::none(now)).count(now);
    }

    /// What refused in the last day, the latest first: everything, or what is this tenant's own.
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
