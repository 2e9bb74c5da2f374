//! An app's side: a small HTTP server that records what it receives and answers as a test requires.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::api::harness::{assert_event_described, eventually};
use crate::tls_identity::identity;

/// How to answer.
#[derive(Clone)]
pub enum Reply {
    Status(u16),
    Redirect(String),
    /// Nothing, for as long as the caller waits.
    Silence,
    /// A body without an end.
    Flood,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Told {
    pub target: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Told {
    /// The event, which is as the description says.
    #[track_caller]
    pub fn json(&self) -> Value {
        let event = serde_json::from_str(&self.body).expect("JSON");
        assert_event_described(&event);
        event
    }

    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().expect("a type").to_owned()
    }

    /// Whether one of the signatures equals that of the reference library.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let library = standardwebhooks::Webhook::new(secret).expect("a secret");
        let timestamp = self.headers["webhook-timestamp"].parse().expect("seconds");
        let expected = library.sign(self.id(), timestamp, self.body.as_bytes()).expect("a signature");
        self.headers["webhook-signature"].split(' ').any(|signature| signature == expected)
    }

    /// Whether the reference library accepts the whole request. It also checks the machine's clock.
    pub fn is_taken_with(&self, secret: &str) -> bool {
        let headers = self.headers.iter().map(|(name, value)| {
            (name.parse::<HeaderName>().expect("a name"), HeaderValue::from_str(value).expect("a value"))
        });
        let library = standardwebhooks::Webhook::new(secret).expect("a secret");
        library.verify(self.body.as_bytes(), &headers.collect::<HeaderMap>()).is_ok()
    }
}

/// The server.
pub struct Receiver {
    pub url: String,
    pub ca_pem: String,
    told: Arc<Mutex<Vec<Told>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
}

impl Receiver {
    /// A server with plain HTTP.
    pub async fn start() -> Self {
        Self::listen(None).await
    }

    /// A server with TLS, with a certificate for `localhost` from its own authority.
    pub async fn secure() -> Self {
        Self::listen(Some(identity())).await
    }

    async fn listen(identity: Option<(TlsAcceptor, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = if identity.is_some() { "https://localhost" } else { "http://127.0.0.1" };
        let port = listener.local_addr().expect("bound").port();
        let (told, replies) = (Arc::<Mutex<Vec<Told>>>::default(), Arc::<Mutex<VecDeque<Reply>>>::default());
        let ca_pem = identity.as_ref().map(|(_, pem)| pem.clone()).unwrap_or_default();
        let (kept, script) = (Arc::clone(&told), Arc::clone(&replies));
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let (kept, script) = (Arc::clone(&kept), Arc::clone(&script));
                let acceptor = identity.as_ref().map(|(acceptor, _)| acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(tcp, &kept, &script).await,
                        Some(acceptor) => match acceptor.accept(tcp).await {
                            Ok(tls) => serve(tls, &kept, &script).await,
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        Self { url: format!("{base}:{port}/hooks?app=shop"), ca_pem, told, replies }
    }

    /// How to answer the next requests; all others get 204.
    pub fn answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().expect("no panic").extend(replies);
    }

    pub fn told(&self) -> MutexGuard<'_, Vec<Told>> {
        self.told.lock().expect("no panic")
    }

    /// The request with this number, from zero.
    #[track_caller]
    pub fn nth(&self, number: usize) -> impl Future<Output = Told> {
        let told = Arc::clone(&self.told);
        eventually("a webhook", move || told.lock().expect("no panic").get(number).cloned())
    }

    /// The next of this kind.
    #[track_caller]
    pub fn of_kind(&self, kind: &str) -> impl Future<Output = Told> {
        let (told, kind) = (Arc::clone(&self.told), kind.to_owned());
        eventually("a webhook of this kind", move || {
            told.lock().expect("no panic").iter().find(|told| told.kind() == kind).cloned()
        })
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    told: &Mutex<Vec<Told>>,
    script: &Mutex<VecDeque<Reply>>,
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let target = line.split(' ').nth(1)?.to_owned();
    assert!(line.starts_with("POST "), "{line}");
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    let body = String::from_utf8(body).ok()?;
    told.lock().expect("no panic").push(Told { target, headers, body });
    let reply = script.lock().expect("no panic").pop_front().unwrap_or(Reply::Status(204));
    let head = match reply {
        Reply::Status(status) => format!("HTTP/1.1 {status} So\r\nContent-Length: 0\r\n\r\n"),
        Reply::Redirect(to) => format!("HTTP/1.1 307 There\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"),
        Reply::Silence => std::future::pending().await,
        Reply::Flood => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
    };
    stream.get_mut().write_all(head.as_bytes()).await.ok()?;
    while head.contains("chunked") {
        stream.get_mut().write_all(format!("1000\r\n{}\r\n", "x".repeat(0x1000)).as_bytes()).await.ok()?;
    }
    stream.get_mut().shutdown().await.ok()
}
