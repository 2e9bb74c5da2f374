//! `[tls]`.

use std::path::PathBuf;

use serde::Deserialize;

/// `[tls]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificates; empty for no TLS.
    pub cert_file: PathBuf,
    /// Their key.
    pub key_file: PathBuf,
}

impl Tls {
    /// Returns whether the server itself provides TLS.
    pub fn is_on(&self) -> bool {
        !self.cert_file.as_os_str().is_empty()
    }
}
