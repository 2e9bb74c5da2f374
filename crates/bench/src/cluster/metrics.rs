//! The counters that the store keeps itself.

use anyhow::Result;
use otpmint::telemetry;

use crate::rig::metrics::Metrics as Page;

/// The metrics of this process.
pub(crate) struct Metrics(Box<dyn Fn() -> String + Send + Sync>);

impl Metrics {
    /// Starts to collect them.
    pub(crate) fn collect() -> Result<Self> {
        let handle = telemetry::metrics()?;
        Ok(Self(Box::new(move || handle.render())))
    }

    /// The value of a counter without labels; 0 if it was never counted.
    pub(crate) fn counter(&self, name: &str) -> f64 {
        Page::new((self.0)()).value(name)
    }
}
