//! The interface to what records providers' reports on messages.

use crate::domain::BoxFuture;
use crate::domain::deliveries::provider_report::{ProviderReport, ReportOutcome};

/// Records reports.
pub trait DeliveryReports: Send + Sync {
    /// Records a report. It may come late, twice, or before the acceptance of its message is recorded.
    fn record(&self, report: ProviderReport) -> BoxFuture<'_, ReportOutcome>;
}

/// Notes reports in the log alone.
#[derive(Clone, Copy, Debug)]
pub struct LoggedReports;

impl DeliveryReports for LoggedReports {
    fn record(&self, report: ProviderReport) -> BoxFuture<'_, ReportOutcome> {
        let ProviderReport { route, message, fate, .. } = report;
        tracing::debug!(%route, ?message, ?fate, "a provider reported on a message");
        Box::pin(async { ReportOutcome::Nothing })
    }
}
