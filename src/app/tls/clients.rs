//! Whose certificates clients of the operator's listener must show.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustix::process::geteuid;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme};

use crate::app::start_error::StartError;
use crate::domain::file_access::FileAccess;

/// The most bytes of the file.
const MAX_SIZE: u64 = 256 * 1024;

/// Whoever could write it would be an operator's client.
const OTHERS_WRITE: u32 = 0o002;

/// The authorities that vouch for clients, which can be replaced at any time: connections that are open stay so.
#[derive(Debug)]
pub(in crate::app) struct Clients {
    path: PathBuf,
    current: RwLock<Arc<dyn ClientCertVerifier>>,
}

impl Clients {
    /// Those of a file.
    pub(in crate::app) fn of(path: &Path) -> Result<Self, StartError> {
        let problem =
            |error| StartError::Config(format!("operator.client_ca_file: {}: {error}", path.display()));
        let current = RwLock::new(read(path).map_err(problem)?);
        Ok(Self { path: path.to_owned(), current })
    }

    /// Reads the file again. One that cannot be used changes nothing.
    pub(in crate::app) fn take(&self) {
        match read(&self.path) {
            Ok(verifier) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = verifier;
                tracing::info!("clients of the operator's listener have other authorities from now on");
            }
            Err(error) => {
                let file = self.path.display();
                tracing::error!(%error, %file, "the new authorities of clients are not used; the former ones are");
            }
        }
    }

    fn current(&self) -> Arc<dyn ClientCertVerifier> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A verifier that wants a certificate for clients from one of these authorities, valid at present.
fn read(path: &Path) -> Result<Arc<dyn ClientCertVerifier>, String> {
    let pem = read_file(path).map_err(|error| error.to_string())?;
    let none = || "there is no certificate (PEM) that can be read".to_owned();
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots.add(certificate.map_err(|_| none())?).map_err(|error| error.to_string())?;
    }
    if roots.is_empty() {
        return Err(none());
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
    verifier.map(|verifier| verifier as Arc<dyn ClientCertVerifier>).map_err(|error| error.to_string())
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // A pipe that nobody writes to would never be opened.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let file = File::open(path)?;
    let found = file.metadata()?;
    let access = FileAccess { owner: found.uid(), mode: found.mode() & 0o777 };
    if access.is_foreign(geteuid().as_raw()) || access.allows(OTHERS_WRITE) {
        let problem = "others can change it: it must belong to root or the server's user, and `chmod o-w`";
        return Err(io::Error::other(problem));
    }
    let mut pem = Vec::new();
    file.take(MAX_SIZE + 1).read_to_end(&mut pem)?;
    match pem.len() as u64 > MAX_SIZE {
        true => Err(io::Error::other("it has more than 256 KiB")),
        false => Ok(pem),
    }
}

impl ClientCertVerifier for Clients {
    /// None: whoever connects does not learn who operates the server, and browsers offer all that they have.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        own: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.current().verify_client_cert(own, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.current().verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.current().verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.current().supported_verify_schemes()
    }
}
