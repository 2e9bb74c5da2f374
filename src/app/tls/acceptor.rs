//! What a listener accepts connections with.

use std::io;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::{self, Ticketer};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{Acceptor as Hello, ClientHello, NoServerSessionStorage};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ConfigBuilder, ServerConfig, WantsVerifier};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{LazyConfigAcceptor, TlsAcceptor};

use rcgen::{CertificateParams, CustomExtension, KeyPair};
use sha2::{Digest as _, Sha256};

use crate::domain::acme::PendingChallenge;
use crate::service::Services;

use super::clients::Clients;
use super::served::Served;

/// The protocol by which an authority asks for a proof (RFC 8737 §6.2).
const CHALLENGE: &[u8] = b"acme-tls/1";

/// What a listener accepts connections with.
#[derive(Clone)]
pub(in crate::app) struct Acceptor {
    config: Arc<ServerConfig>,
    /// Who knows the challenges of the authority, if the certificate is from one.
    services: Option<Arc<Services>>,
}

impl Acceptor {
    /// Accepts with the certificate that is served.
    pub(in crate::app) fn of(served: &Arc<Served>) -> Result<Self, rustls::Error> {
        let served: Arc<Served> = Arc::clone(served);
        let mut config = builder()?.with_no_client_auth().with_cert_resolver(served);
        config.alpn_protocols = protocols();
        // Sessions are in tickets that clients keep, under keys that are replaced every six hours: no memory for
        // strangers, and no lock between the threads that serve.
        config.ticketer = Ticketer::new()?;
        config.send_tls13_tickets = 1;
        Ok(Self { config: Arc::new(config), services: None })
    }

    /// Accepts those clients who show one of these certificates, at each connection anew: a session that is continued
    /// would outlive the certificate, and an authority that was taken out of the list.
    pub(in crate::app) fn of_known(
        served: &Arc<Served>,
        clients: &Arc<Clients>,
    ) -> Result<Self, rustls::Error> {
        let (served, clients): (Arc<Served>, Arc<Clients>) = (Arc::clone(served), Arc::clone(clients));
        let mut config = builder()?.with_client_cert_verifier(clients).with_cert_resolver(served);
        config.alpn_protocols = protocols();
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self { config: Arc::new(config), services: None })
    }

    /// The same, which also proves names to an authority.
    pub(in crate::app) fn proving(self, services: Arc<Services>) -> Self {
        Self { services: Some(services), ..self }
    }

    /// Makes the handshake. `None` if the other end was an authority that now has its proof.
    pub(in crate::app) async fn accept(&self, stream: TcpStream) -> io::Result<Option<TlsStream<TcpStream>>> {
        let Some(services) = &self.services else {
            return TlsAcceptor::from(Arc::clone(&self.config)).accept(stream).await.map(Some);
        };
        let hello = LazyConfigAcceptor::new(Hello::default(), stream).await?;
        let Some(domain) = asked_for(&hello.client_hello()) else {
            return hello.into_stream(Arc::clone(&self.config)).await.map(Some);
        };
        let challenge = services.acme_challenges.of_domain(&domain).await;
        let challenge = challenge.ok_or_else(|| io::Error::other("a challenge that nobody has ordered"))?;
        hello.into_stream(Arc::new(proof(&challenge).map_err(io::Error::other)?)).await?;
        Ok(None)
    }
}

fn builder() -> Result<ConfigBuilder<ServerConfig, WantsVerifier>, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let versions = [&rustls::version::TLS13, &rustls::version::TLS12];
    ServerConfig::builder_with_provider(provider).with_protocol_versions(&versions)
}

fn protocols() -> Vec<Vec<u8>> {
    vec![b"h2".to_vec(), b"http/1.1".to_vec()]
}

/// The name that an authority wants to have proved, if this is one.
fn asked_for(hello: &ClientHello<'_>) -> Option<String> {
    let mut protocols = hello.alpn()?;
    (protocols.next() == Some(CHALLENGE) && protocols.next().is_none()).then_some(())?;
    hello.server_name().map(str::to_owned)
}

/// A certificate that says what the authority expects (RFC 8737 §3), and that nobody else would take.
fn proof(challenge: &PendingChallenge) -> Result<ServerConfig, Box<dyn std::error::Error + Send + Sync>> {
    let digest = Sha256::digest(challenge.key_authorization.as_bytes());
    let mut params = CertificateParams::new(vec![challenge.domain.clone()])?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(&digest)];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    let key = aws_lc_rs::sign::any_supported_type(&PrivateKeyDer::try_from(key.serialize_der())?)?;
    // Whoever checks the pair refuses it, because nobody else may take such a certificate.
    let pair = SingleCertAndKey::from(CertifiedKey::new(vec![certificate.der().clone()], key));
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = builder.with_no_client_auth().with_cert_resolver(Arc::new(pair));
    config.alpn_protocols = vec![CHALLENGE.to_vec()];
    Ok(config)
}
