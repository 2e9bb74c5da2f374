//! `[tls]`.

use std::path::PathBuf;

use serde::Deserialize;

use super::super::read;

/// `[tls]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificates; empty for no TLS.
    pub cert_file: PathBuf,
    /// Their key.
    pub key_file: PathBuf,
    /// Address and port of a listener without TLS, for redirects and challenges; empty for none.
    pub http_listen: String,
    /// The names of a certificate that the server gets by itself; empty for none.
    #[serde(deserialize_with = "read::texts")]
    pub acme_domains: Vec<String>,
    /// Whom the authority writes to; empty for nobody.
    pub acme_email: String,
    /// The authority.
    pub acme_directory: String,
    /// Further CA certificates for the authority itself; empty for none.
    pub acme_ca_file: PathBuf,
    /// Whether the operator accepts the authority's terms of service.
    pub acme_accept_terms: bool,
}

impl Tls {
    /// Returns whether the server itself provides TLS.
    pub fn is_on(&self) -> bool {
        !self.cert_file.as_os_str().is_empty() || self.is_automatic()
    }

    /// Returns whether it gets its certificate by itself.
    pub fn is_automatic(&self) -> bool {
        !self.acme_domains.is_empty()
    }
}
