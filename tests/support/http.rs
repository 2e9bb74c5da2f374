//! HTTP as an app speaks it.

use std::time::Duration;

use reqwest::{Client, ClientBuilder};

/// How long a connection may wait for its next request: less than servers allow, which otherwise close it in
/// the moment in which it is used again.
const IDLE: Duration = Duration::from_secs(10);

/// A client of the servers that tests start. It asks no proxy, and does not read the certificates of the machine,
/// which takes longer than most of the tests.
pub fn http() -> ClientBuilder {
    Client::builder().tls_certs_only([]).no_proxy().pool_idle_timeout(IDLE)
}
