//! The settings of traces.

use secrecy::SecretString;
use serde::Deserialize;

/// `[telemetry]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// The collector; empty for no traces.
    pub otlp_endpoint: String,
    /// Headers for it.
    pub otlp_headers: SecretString,
    /// The share of traces that are recorded.
    pub sample_ratio: f64,
    /// The name of the service.
    pub service_name: String,
    /// The name of this server; empty for a random one.
    pub service_instance: String,
}
