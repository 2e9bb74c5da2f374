//! `[server]`.

use ipnet::IpNet;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::read;

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port; loaded, never empty.
    pub listen: String,
    /// The origin at which browsers reach the server; empty for no hosted pages.
    pub public_url: String,
    /// Whether that is the address of this machine alone, because none was set: providers cannot report to it.
    #[serde(skip)]
    pub is_only_here: bool,
    /// Address and port of the metrics; empty for none.
    pub metrics_listen: String,
    /// Proxies whose `X-Forwarded-For` is trusted.
    #[serde(deserialize_with = "read::networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// Threads; 0 for one per processor.
    pub workers: usize,
    /// Open connections.
    pub max_connections: usize,
    /// Open connections of one client address; 0 for no bound.
    pub max_connections_per_address: usize,
    /// Requests that may wait for the store.
    pub queue: usize,
    /// Seconds for a request head.
    pub header_timeout_seconds: u64,
    /// Seconds between two requests.
    pub idle_timeout_seconds: u64,
    /// Seconds for a request body.
    pub body_timeout_seconds: u64,
    /// Seconds for draining.
    pub shutdown_seconds: u64,
    /// The operator token; empty for the one in `data_dir`.
    pub operator_token: SecretString,
}
