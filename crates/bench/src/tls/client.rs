//! Clients of a server with TLS and without it.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use rustls::client::Resumption;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use crate::load::client::{Connection, Head, Stream, write_request};
use crate::rig::preloaded::{Known, Preloaded};

/// How a client reaches the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// Without TLS, over a connection that is kept.
    Plain,
    /// The same, with a connection for each request.
    PlainAnew,
    /// Over a connection with TLS 1.3 that is kept.
    Kept,
    /// With a handshake for each request that continues a session by its ticket.
    Resumed,
    /// With a full handshake for each request.
    Full,
}

impl Way {
    pub(super) const PLAIN: [Self; 2] = [Self::Plain, Self::PlainAnew];
    pub(super) const SECURE: [Self; 3] = [Self::Kept, Self::Resumed, Self::Full];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain, kept",
            Self::PlainAnew => "plain, new",
            Self::Kept => "TLS 1.3, kept",
            Self::Resumed => "TLS 1.3, resumed",
            Self::Full => "TLS 1.3, full",
        }
    }

    const fn keeps(self) -> bool {
        matches!(self, Self::Plain | Self::Kept)
    }

    /// How the client speaks TLS, trusting one certificate.
    pub(super) fn tls(self, certificate: &CertificateDer<'static>) -> Result<Option<Arc<ClientConfig>>> {
        let resumption = match self {
            Self::Plain | Self::PlainAnew => return Ok(None),
            Self::Kept | Self::Full => Resumption::disabled(),
            Self::Resumed => Resumption::default(),
        };
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?;
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.resumption = resumption;
        Ok(Some(Arc::new(config)))
    }
}

/// One client, which mints and verifies in turn.
pub(super) struct Client {
    pub(super) address: SocketAddr,
    pub(super) way: Way,
    pub(super) tls: Option<Arc<ClientConfig>>,
    pub(super) preloaded: Arc<Preloaded>,
    connection: Option<Connection>,
}

impl Client {
    pub(super) fn new(
        address: SocketAddr,
        way: Way,
        tls: Option<Arc<ClientConfig>>,
        preloaded: Arc<Preloaded>,
    ) -> Self {
        Self { address, way, tls, preloaded, connection: None }
    }

    /// Mints a code, and verifies it.
    pub(super) async fn pair(&mut self) -> Result<()> {
        let mut request = Vec::new();
        let (to, key) = (self.preloaded.next_recipient(), self.preloaded.secret_keys.reveal.clone());
        let head = Head { bearer: Some(&key), ..Head::post("/v1/challenges") };
        write_request(&mut request, head, &format!(r#"{{"to":"{to}","channel":"none"}}"#));
        let minted = self.exchange(&request).await?;
        let minted =
            self.preloaded.with(vec![Known::minted(&minted).ok_or_else(|| anyhow!("no code was minted"))?]);
        let body = format!(r#"{{"shareableKey":"{}","otp":"{}"}}"#, minted.key(0), minted.code(0));
        write_request(&mut request, Head::post("/verify-otp"), &body);
        self.exchange(&request).await.map(|_| ())
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let (status, body) = connection.exchange(request).await?;
        let body = body.to_vec();
        if status != 201 {
            bail!("{status}: {}", String::from_utf8_lossy(&body));
        }
        if self.way.keeps() {
            self.connection = Some(connection);
        }
        Ok(body)
    }

    async fn connect(&self) -> Result<Connection> {
        let Some(tls) = &self.tls else { return Ok(Connection::open(self.address).await?) };
        let stream = Connection::connect(self.address).await?;
        let name = ServerName::try_from("localhost")?;
        let stream = TlsConnector::from(Arc::clone(tls)).connect(name, stream).await?;
        Ok(Connection::over(Stream::Tls(Box::new(stream))))
    }
}
