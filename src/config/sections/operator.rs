//! `[operator]`.

use std::path::PathBuf;

use serde::Deserialize;

/// `[operator]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// Address and port of the operator's own listener; empty for none.
    pub listen: String,
    /// The origin at which browsers reach the console there; loaded, empty for no console.
    pub public_url: String,
    /// The authorities whose certificates clients must show there; empty for no such certificates.
    pub client_ca_file: PathBuf,
}

impl Operator {
    /// Returns whether what operators use has a listener of its own.
    pub fn is_apart(&self) -> bool {
        !self.listen.is_empty()
    }

    /// Returns whether clients must show a certificate.
    pub fn asks_for_certificates(&self) -> bool {
        !self.client_ca_file.as_os_str().is_empty()
    }
}
