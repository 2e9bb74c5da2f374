//! Certificate files, which are read again when they change.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::app::start_error::StartError;
use crate::crypto::private_file;

use super::certificate::Certificate;
use super::served::Served;
use super::watched::Watched;

/// The permissions that a key file may not have: it may belong to a group of programs that serve TLS.
const FORBIDDEN: u32 = 0o027;

/// The most bytes of a file: a long chain has 10 000.
const MAX_SIZE: u64 = 256 * 1024;

/// Two files that others replace: the certificates, and the key.
#[derive(Clone, Debug)]
pub(in crate::app) struct CertificateFiles {
    /// The certificates.
    pub(in crate::app) chain: PathBuf,
    /// The key.
    pub(in crate::app) key: PathBuf,
}

impl CertificateFiles {
    /// Reads both.
    pub(in crate::app) fn read(&self) -> Result<Certificate, StartError> {
        let problem = |setting: &str, path: &Path, problem: String| {
            StartError::Config(format!("{setting}: {}: {problem}", path.display()))
        };
        let unread = |error: io::Error| problem("tls.cert_file", &self.chain, error.to_string());
        let chain = read_some(&self.chain).map_err(unread)?;
        let key = private_file::read_up_to(MAX_SIZE, &self.key, FORBIDDEN)
            .map_err(|error| problem("tls.key_file", &self.key, error.to_string()))?;
        Certificate::parse(&chain, key.as_bytes()).map_err(|error| {
            problem("tls.cert_file", &self.chain, format!("{error} (tls.key_file is {})", self.key.display()))
        })
    }

    /// Serves what is in the files from now on. What cannot be used changes nothing.
    pub(in crate::app) fn take(&self, served: &Served) {
        match self.read() {
            Ok(certificate) => {
                served.replace(&certificate);
                let (names, ends) = (certificate.names.join(", "), certificate.ends);
                tracing::info!(names, %ends, "another certificate is served from now on");
            }
            Err(error) => {
                served.standing().fail();
                tracing::error!(%error, "the new certificate is not used; the former one is served");
            }
        }
    }

    /// Both files, to be read again when they change.
    pub(in crate::app) fn watched(&self) -> Watched {
        Watched::these([&self.chain, &self.key])
    }
}

/// Reads a regular file that is not large beyond reason.
fn read_some(path: &Path) -> io::Result<Vec<u8>> {
    let found = fs::metadata(path)?;
    match found.is_file() && found.len() <= MAX_SIZE {
        true => fs::read(path),
        false => Err(io::Error::other("it is no regular file of at most 256 KiB")),
    }
}
