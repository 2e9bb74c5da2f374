//! What a tenant may have done once at a time.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::id::TenantId;

/// The tenants for which something is being done that each may have done once at a time: it takes many connections, or
/// long.
#[derive(Clone, Default)]
pub(in crate::service) struct OneAtATime(Arc<Mutex<HashSet<TenantId>>>);

/// What is being done. Dropping it admits the tenant's next one.
pub(in crate::service) struct UnderWay(OneAtATime, TenantId);

impl OneAtATime {
    /// Begins it for a tenant, unless it is being done.
    pub(in crate::service) fn enter(&self, tenant: TenantId) -> Option<UnderWay> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(tenant).then(|| UnderWay(self.clone(), tenant))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}
