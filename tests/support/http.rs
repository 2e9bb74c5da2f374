//! HTTP as an app speaks it.

use reqwest::{Client, ClientBuilder};

/// A client of the servers that tests start. It asks no proxy, and does not read the certificates of the machine,
/// which takes longer than most of the tests.
pub fn http() -> ClientBuilder {
    Client::builder().tls_certs_only([]).no_proxy()
}
