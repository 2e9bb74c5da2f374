//! Work over all of a tenant's data: each tenant may have one of a kind done at a time.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::limits::limit::{Limit, LimitHit};

use super::one_at_a_time::{OneAtATime, UnderWay};

/// After this time another one may be tried: most take less.
const RETRY: Duration = Duration::from_secs(2);

/// The tenants for which one kind of such work is being done by this process.
#[derive(Default)]
pub(in crate::service) struct BulkWork(OneAtATime);

impl BulkWork {
    /// Begins some for a tenant.
    pub(in crate::service) fn enter(&self, tenant: TenantId) -> Result<UnderWay, LimitHit> {
        self.0.enter(tenant).ok_or(LimitHit { limit: Limit::BulkPerTenant, retry_after: RETRY })
    }
}
