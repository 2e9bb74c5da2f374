//! The tenants whose routes are being checked.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::id::TenantId;

/// The tenants whose routes are being checked. Each may have one check at a time, so that nobody
/// can cause many connections at once.
#[derive(Clone, Default)]
pub(super) struct RunningChecks(Arc<Mutex<HashSet<TenantId>>>);

/// A running check. Dropping it admits the tenant's next one.
pub(super) struct RunningCheck(RunningChecks, TenantId);

impl RunningChecks {
    pub(super) fn enter(&self, tenant: TenantId) -> Option<RunningCheck> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(tenant).then(|| RunningCheck(self.clone(), tenant))
    }
}

impl Drop for RunningCheck {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}
