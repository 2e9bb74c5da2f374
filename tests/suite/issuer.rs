//! A token endpoint of our own, over TLS: it records what it is asked, and answers as a test requires.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use mail_catcher::AccessTokens;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use url::form_urlencoded;

use crate::tls_identity::identity;

/// How to answer.
#[derive(Clone)]
pub enum Answer {
    /// A token, which the mail server accepts, and perhaps another refresh token.
    Token { life: u64, refresh_token: Option<&'static str> },
    /// This status and body.
    Json(u16, String),
    /// These bytes.
    Raw(String),
    /// Nothing, for as long as the caller waits.
    Silence,
}

impl Answer {
    /// An error of RFC 6749 §5.2.
    pub fn error(code: &str) -> Self {
        let description = "AADSTS7000222: The provided client secret s3cret-of-the-app has expired.";
        Self::Json(400, format!(r#"{{"error":"{code}","error_description":"{description}"}}"#))
    }
}

/// What a request asked with.
pub type Asked = BTreeMap<String, String>;

/// The endpoint.
#[derive(Clone)]
pub struct Issuer {
    pub url: String,
    pub ca_pem: String,
    pub tokens: AccessTokens,
    state: Arc<State>,
}

struct State {
    asked: Mutex<Vec<Asked>>,
    answers: Mutex<VecDeque<Answer>>,
    /// How many requests may be answered.
    gate: Semaphore,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Issuer {
    /// An endpoint whose tokens a catcher with these options accepts.
    pub async fn start(mechanisms: &'static str) -> Self {
        let (acceptor, ca_pem) = identity();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("https://localhost:{}/token", listener.local_addr().expect("bound").port());
        let state = Arc::new(State {
            asked: Mutex::default(),
            answers: Mutex::default(),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
        });
        let issuer = Self { url, ca_pem, tokens: AccessTokens::none(mechanisms), state };
        let own = issuer.clone();
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let (own, acceptor) = (own.clone(), acceptor.clone());
                tokio::spawn(async move { own.serve(tcp, acceptor).await });
            }
        });
        issuer
    }

    /// How to answer the next requests; all others get a token for an hour.
    pub fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.answers.lock().expect("no panic").extend(answers);
    }

    pub fn asked(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.state.asked.lock().expect("no panic")
    }

    pub fn most_at_once(&self) -> usize {
        self.state.most_at_once.load(Ordering::SeqCst)
    }

    /// Answers nothing until [`open`](Self::open).
    pub fn close(&self) {
        self.state.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub fn open(&self) {
        self.state.gate.add_permits(Semaphore::MAX_PERMITS);
    }

    async fn serve(&self, tcp: TcpStream, acceptor: TlsAcceptor) -> Option<()> {
        let mut stream = BufReader::new(acceptor.accept(tcp).await.ok()?);
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        assert!(line.starts_with("POST /token "), "{line}");
        let mut length = 0;
        loop {
            line.clear();
            stream.read_line(&mut line).await.ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        let number = {
            let mut asked = self.asked();
            asked.push(form_urlencoded::parse(&body).into_owned().collect());
            asked.len()
        };
        let at_once = self.state.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.state.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        drop(self.state.gate.acquire().await.ok()?);
        let answer = self.answer(number).await;
        self.state.at_once.fetch_sub(1, Ordering::SeqCst);
        stream.get_mut().write_all(answer.as_bytes()).await.ok()?;
        stream.get_mut().shutdown().await.ok()
    }

    async fn answer(&self, number: usize) -> String {
        let usual = Answer::Token { life: 3_600, refresh_token: None };
        let next = self.state.answers.lock().expect("no panic").pop_front().unwrap_or(usual);
        let (status, body) = match next {
            Answer::Token { life, refresh_token } => {
                let token = format!("access-{number}");
                self.tokens.accept(&token);
                let refresh = refresh_token.map(|token| format!(r#","refresh_token":"{token}""#));
                let refresh = refresh.unwrap_or_default();
                let body = format!(
                    r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{life}{refresh}}}"#
                );
                (200, body)
            }
            Answer::Json(status, body) => (status, body),
            Answer::Raw(raw) => return raw,
            Answer::Silence => std::future::pending().await,
        };
        let length = body.len();
        format!(
            "HTTP/1.1 {status} So\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }
}
