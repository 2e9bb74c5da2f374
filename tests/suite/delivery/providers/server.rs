//! A provider of our own: an HTTPS server that records requests and answers as a test requires.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// How to answer one request.
#[derive(Clone)]
pub enum Reply {
    /// With this status and JSON.
    Json(u16, String),
    /// With exactly these bytes; then the connection is closed.
    Bytes(Vec<u8>),
    /// Not at all, although the request was read.
    Silence,
    /// Not even with a TLS handshake.
    NoHandshake,
    /// By closing the connection before the request was read.
    Hangup,
}

/// The server.
pub struct Provider {
    pub port: u16,
    pub ca_pem: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Provider {
    /// Answers with these in turn, and with the last one for ever.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let (config, ca_pem) = identity();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let script = Arc::new(Mutex::new(replies.into_iter().collect::<VecDeque<_>>()));
        let kept = Arc::clone(&heard);
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(config));
            while let Ok((tcp, _)) = listener.accept().await {
                let reply = next(&script);
                let (acceptor, kept) = (acceptor.clone(), Arc::clone(&kept));
                tokio::spawn(async move {
                    match reply {
                        Reply::Hangup => drop(tcp),
                        Reply::NoHandshake => {
                            let _open = tcp;
                            std::future::pending::<()>().await;
                        }
                        reply => {
                            if let Ok(tls) = acceptor.accept(tcp).await {
                                serve(tls, reply, &kept).await;
                            }
                        }
                    }
                });
            }
        });
        Self { port, ca_pem, heard }
    }

    /// The requests, head and body.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn next(script: &Mutex<VecDeque<Reply>>) -> Reply {
    let mut script = script.lock().unwrap();
    if script.len() > 1 { script.pop_front().unwrap() } else { script.front().unwrap().clone() }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, reply: Reply, kept: &Mutex<Vec<String>>) {
    let Some(request) = read(&mut stream).await else { return };
    kept.lock().unwrap().push(request);
    let bytes = match reply {
        Reply::Json(status, json) => http(status, "Content-Type: application/json\r\n", json.as_bytes()),
        Reply::Bytes(bytes) => bytes,
        Reply::Silence | Reply::NoHandshake | Reply::Hangup => return std::future::pending().await,
    };
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

/// A whole answer.
pub fn http(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut read = Vec::new();
    loop {
        let mut piece = [0; 4_096];
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => read.extend_from_slice(&piece[..count]),
        }
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
    }
}

/// A certificate for `localhost` from an authority of its own.
pub fn identity() -> (ServerConfig, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = server.signed_by(&key, &authority).unwrap();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    (config, authority.pem())
}
