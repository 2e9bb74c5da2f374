//! Certificate files, which are read again when they change.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::app::start_error::StartError;
use crate::crypto::private_file;

use super::certificate::Certificate;
use super::served::Served;

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

/// What is different when a file was replaced: device, inode, size and the time of the last change, to the nanosecond.
pub(in crate::app) type Trace = [Option<(u64, u64, u64, i64, i64)>; 2];

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

    /// Serves what is in the files whenever they have changed, until the server stops. What cannot be used changes
    /// nothing.
    ///
    /// `taken` is the [`Self::trace`] from before the certificate was read that is served at first.
    pub(in crate::app) async fn follow(self, mut taken: Trace, served: Arc<Served>, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut seen = taken;
        loop {
            ticks.tick().await;
            let trace = self.trace();
            // One file is replaced before the other: both have come to rest when a look finds what the last one found.
            if trace == seen && trace != taken {
                taken = trace;
                self.take(&served);
            }
            seen = trace;
        }
    }

    fn take(&self, served: &Served) {
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

    /// What is there at present, to be compared.
    pub(in crate::app) fn trace(&self) -> Trace {
        [&self.chain, &self.key].map(|path| {
            let found = fs::metadata(path).ok()?;
            Some((found.dev(), found.ino(), found.size(), found.mtime(), found.mtime_nsec()))
        })
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
