//! TLS with mail servers and webhooks: the certificate must match the host that the tenant named.

use std::io;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::distrust;
use super::error::NetError;

/// The trusted certificate authorities.
pub struct Trust {
    authorities: Authorities,
    connector: OnceCell<TlsConnector>,
}

/// Which authorities are trusted.
#[derive(Clone)]
enum Authorities {
    /// The system's, read on first use, and those that the operator adds.
    SystemAnd(Vec<CertificateDer<'static>>),
    /// These, and no others.
    Only(Vec<CertificateDer<'static>>),
}

/// The error for certificates of the operator that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidCertificates {
    /// The file is not PEM.
    #[error("not a PEM file of CA certificates: {0}")]
    NotPem(String),
    /// The file contains no certificate.
    #[error("no certificate in the file")]
    Empty,
}

/// Proof that a session is encrypted and its server authenticated. Only a handshake creates one,
/// and a login requires it.
pub(in crate::delivery) struct Encrypted(());

impl Trust {
    /// Trusts the system's authorities only.
    pub fn system() -> Self {
        Self::over(Authorities::SystemAnd(Vec::new()))
    }

    /// Trusts the system's authorities and those in `pem`, which must contain at least one.
    pub fn with_authorities(pem: &[u8]) -> Result<Self, InvalidCertificates> {
        certificates(pem).map(|extra| Self::over(Authorities::SystemAnd(extra)))
    }

    /// Trusts the authorities in `pem`, which must contain at least one, and no others.
    pub fn only(pem: &[u8]) -> Result<Self, InvalidCertificates> {
        certificates(pem).map(|only| Self::over(Authorities::Only(only)))
    }

    /// Returns how a client checks servers. Reads the system's authorities, which takes a moment.
    pub fn client_config(&self) -> Result<ClientConfig, rustls::Error> {
        client_config(self.authorities.clone())
    }

    fn over(authorities: Authorities) -> Self {
        Self { authorities, connector: OnceCell::new() }
    }

    /// Does the handshake (RFC 8446) with a server, whose certificate must match `host`.
    pub(in crate::delivery) async fn secure(
        &self,
        tcp: TcpStream,
        host: &str,
    ) -> Result<(TlsStream<TcpStream>, Encrypted), NetError> {
        let connector = self.connector.get_or_try_init(|| self.load()).await.map_err(NetError::Untrusted)?;
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| NetError::Untrusted(rustls::Error::UnsupportedNameType))?;
        let stream = connector.connect(name, tcp).await.map_err(handshake_failure)?;
        Ok((stream, Encrypted(())))
    }

    async fn load(&self) -> Result<TlsConnector, rustls::Error> {
        let authorities = self.authorities.clone();
        let config = tokio::task::spawn_blocking(move || telling_config(authorities))
            .await
            .map_err(|error| rustls::Error::General(error.to_string()))??;
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, InvalidCertificates> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| InvalidCertificates::NotPem(error.to_string()))?;
    if found.is_empty() { Err(InvalidCertificates::Empty) } else { Ok(found) }
}

fn client_config(authorities: Authorities) -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots(authorities)).with_no_client_auth())
}

/// The same, for connections whose failures say why a certificate is not trusted.
fn telling_config(authorities: Authorities) -> Result<ClientConfig, rustls::Error> {
    let roots = roots(authorities);
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    if roots.is_empty() {
        // A verifier without authorities cannot be built; this one refuses every server.
        return Ok(config.with_root_certificates(roots).with_no_client_auth());
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
    let verifier = verifier.map_err(|error| rustls::Error::General(error.to_string()))?;
    let verifier = Arc::new(distrust::Verifier(verifier));
    Ok(config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn roots(authorities: Authorities) -> RootCertStore {
    match authorities {
        Authorities::SystemAnd(extra) => system_and(extra),
        Authorities::Only(only) => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(only);
            roots
        }
    }
}

/// Reads the system's authorities, which takes a moment. What cannot be read is logged and left out.
pub fn system_authorities() -> Vec<CertificateDer<'static>> {
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::warn!(%error, "some of the system's CA certificates cannot be read");
    }
    system.certs
}

fn system_and(extra: Vec<CertificateDer<'static>>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(system_authorities());
    roots.add_parsable_certificates(extra);
    if roots.is_empty() {
        tracing::error!("no CA certificates: no server can be trusted");
    }
    roots
}

/// Network failures may be temporary; TLS errors are not.
fn handshake_failure(error: io::Error) -> NetError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(tls) => NetError::Untrusted(tls.clone()),
        None => NetError::Broken(error),
    }
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.authorities {
            Authorities::SystemAnd(extra) => write!(f, "Trust(system + {})", extra.len()),
            Authorities::Only(only) => write!(f, "Trust({})", only.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_refused() {
        assert_eq!(Trust::with_authorities(b"").unwrap_err(), InvalidCertificates::Empty);
        assert_eq!(Trust::with_authorities(b"hello").unwrap_err(), InvalidCertificates::Empty);
        let broken = b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
        assert!(matches!(Trust::with_authorities(broken), Err(InvalidCertificates::NotPem(_))));
    }
}
