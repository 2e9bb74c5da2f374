//! Limits that fired, as far as this process remembers.
//!
//! In memory alone: a refusal must not cost a write, or whoever is refused would still be served.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::id::TenantId;
use crate::domain::limits::firing::{Firings, Trigger};
use crate::domain::limits::limit::Limit;
use crate::domain::tenants::tenant::TenantHandle;

use super::{Refusal, Reported, Services, View};

/// Triggers above which those that were quiet for a day are forgotten.
const MANY: usize = 10_000;

/// What fired in the last day.
#[derive(Default)]
pub(super) struct Fired(Mutex<HashMap<Trigger, Firings>>);

impl Services {
    /// Notes that a request was refused by a limit: one of `tenant`, where it had proved itself.
    pub fn limit_fired(&self, limit: Limit, tenant: Option<TenantId>) {
        let now = self.clock.now();
        let mut fired = self.fired.0.lock().unwrap_or_else(PoisonError::into_inner);
        if fired.len() >= MANY {
            fired.retain(|_, firings| firings.by_hour(now).iter().any(|count| *count > 0));
        }
        fired.entry(Trigger { limit, tenant }).or_insert(Firings::none(now)).count(now);
    }

    /// The limits that fired in the last day, the latest first.
    pub async fn fired(
        &self,
        view: &View,
        tenant: Option<&TenantHandle>,
    ) -> Result<Reported<Vec<(Trigger, Firings)>>, Refusal> {
        let whose = self.seen(view, tenant).await?;
        let now = self.clock.now();
        let is_meant = |trigger: &Trigger| whose.is_none() || trigger.tenant == whose;
        let mut found: Vec<_> = {
            let fired = self.fired.0.lock().unwrap_or_else(PoisonError::into_inner);
            let recent =
                fired.iter().filter(|(_, firings)| firings.by_hour(now).iter().any(|count| *count > 0));
            recent
                .filter(|(trigger, _)| is_meant(trigger))
                .map(|(trigger, firings)| (*trigger, *firings))
                .collect()
        };
        found.sort_by_key(|(_, firings)| std::cmp::Reverse(firings.latest));
        let tenants = found.iter().filter_map(|(trigger, _)| trigger.tenant).collect();
        Ok(Reported { handles: self.handles(tenants).await?, found })
    }
}
