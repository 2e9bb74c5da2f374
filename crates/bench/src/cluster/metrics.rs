//! The counters that the store keeps itself.

use anyhow::Result;
use otpmint::telemetry;

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
        let rendered = (self.0)();
        let line = rendered.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.trim().parse().ok()).unwrap_or_default()
    }
}
