//! Reports of providers that come over a session instead of a callback.

use std::sync::Arc;

use crate::delivery::DeliveryReports;
use crate::domain::BoxFuture;
use crate::domain::deliveries::provider_report::{ProviderReport, ReportOutcome};
use crate::domain::time::Clock;
use crate::store::Store;

/// Records reports in the store.
pub struct StoreReports {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl StoreReports {
    /// Creates a recorder over this store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }
}

impl DeliveryReports for StoreReports {
    fn record(&self, report: ProviderReport) -> BoxFuture<'_, ReportOutcome> {
        Box::pin(async move {
            let recorded = self.store.record_report(report, self.clock.now()).await;
            recorded.unwrap_or_else(|error| {
                tracing::warn!(%error, "a provider's report cannot be recorded now");
                // It is looked at again for a while.
                ReportOutcome::Unknown
            })
        })
    }
}
