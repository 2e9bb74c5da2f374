//! TLS in the server itself, and HTTP/2 over it.

mod certificates;
mod http2;
mod limits;
mod operator;

use std::fs::{self, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use otpmint::config::Settings;
use rustls::client::WantsClientCert;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, SupportedProtocolVersion};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::tls_identity::certificate;

use super::harness::TestApp;

/// A certificate and its key in files, and what a client must trust.
pub struct Pair {
    folder: TempDir,
    pub ca: String,
}

impl Pair {
    pub fn new() -> Self {
        let pair = Self { folder: tempfile::tempdir().expect("a temporary folder"), ca: String::new() };
        let (chain, key, ca) = certificate();
        pair.write(&chain, &key);
        Self { ca, ..pair }
    }

    pub fn chain(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// Replaces both, as a program does that renews certificates: by renaming.
    pub fn write(&self, chain: &str, key: &str) {
        for (path, text) in [(self.chain(), chain), (self.key(), key)] {
            write(&path, text);
        }
    }

    pub fn apply(&self, settings: &mut Settings) {
        settings.tls.cert_file = self.chain();
        settings.tls.key_file = self.key();
    }
}

fn write(path: &Path, text: &str) {
    let draft = path.with_extension("new");
    fs::write(&draft, text).expect("our folder");
    fs::set_permissions(&draft, Permissions::from_mode(0o600)).expect("our file");
    fs::rename(draft, path).expect("our folder");
}

/// A server with TLS, and its certificate.
pub async fn secured(change: impl FnOnce(&mut Settings)) -> (TestApp, Pair) {
    let pair = Pair::new();
    let app = TestApp::following_with(|settings| {
        pair.apply(settings);
        change(settings);
    });
    (app.await, pair)
}

/// A client that trusts `ca`, offers these protocols and speaks these versions of TLS.
pub fn client(
    ca: &str,
    protocols: &[&str],
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ClientConfig> {
    let mut config = trusting(ca, versions).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    Arc::new(config)
}

/// The beginning of a client that trusts `ca`, and speaks these versions of TLS.
fn trusting(
    ca: &str,
    versions: &[&'static SupportedProtocolVersion],
) -> ConfigBuilder<ClientConfig, WantsClientCert> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.as_bytes()).expect("a certificate")).expect("an authority");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions);
    builder.expect("versions").with_root_certificates(roots)
}

/// Both versions that there are.
pub const VERSIONS: [&SupportedProtocolVersion; 2] = [&rustls::version::TLS13, &rustls::version::TLS12];

pub async fn connect(
    address: SocketAddr,
    config: Arc<ClientConfig>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(config).connect(name, stream).await
}

/// Sends a request of HTTP/1.1, and reads until the server closes.
pub async fn exchange(stream: &mut TlsStream<TcpStream>, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut answer = Vec::new();
    // A server that closes without a farewell of TLS has answered all the same.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// A GET that closes the connection.
pub fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

/// The body of `/readyz`.
pub async fn readiness(app: &TestApp, ca: &str) -> String {
    let mut stream = connect(app.app().address(), client(ca, &[], &VERSIONS)).await.expect("a handshake");
    exchange(&mut stream, &get("/readyz")).await
}
