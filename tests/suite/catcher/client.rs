//! A small SMTP client over raw sockets, so that the test controls every byte.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use mail_catcher::{Credentials, MailCatcher, Options, ScriptedFault, TlsMode};
use otpmint::domain::time::{Clock, Timestamp};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

pub const NOON: Timestamp = Timestamp::from_millis(1_700_000_000_000);
pub const MAIL: &str = "Subject: Your code\r\n\r\nYour code is 012345.\r\n..dot\r\n";

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        NOON
    }
}

pub fn stopped_clock() -> Arc<dyn Clock> {
    Arc::new(StoppedClock)
}

pub async fn start(options: Options) -> MailCatcher {
    MailCatcher::start(options, || NOON.into()).await.unwrap()
}

pub async fn plain(faults: Vec<ScriptedFault>) -> MailCatcher {
    start(Options { tls: TlsMode::Plain, faults, ..Options::default() }).await
}

pub fn credentials() -> Option<Credentials> {
    Some(Credentials::new("app", "s3cret"))
}

pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub struct Client {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects without reading the banner.
    pub async fn connect(catcher: &MailCatcher) -> Self {
        let stream = TcpStream::connect(catcher.address()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: Box::new(stream), buffer: Vec::new() }
    }

    /// Connects, reads the banner and says EHLO.
    pub async fn greeted(catcher: &MailCatcher) -> Self {
        let mut client = Self::connect(catcher).await;
        client.expect("220").await;
        client.say("EHLO client").await;
        client
    }

    /// Completes a TLS handshake with a server that `catcher`'s CA certifies as `localhost`.
    pub async fn secure(self, catcher: &MailCatcher) -> io::Result<Self> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(catcher.ca_pem().as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, self.stream).await?;
        Ok(Self { stream: Box::new(stream), buffer: Vec::new() })
    }

    /// Logs in after STARTTLS, as an app would.
    pub async fn logged_in(catcher: &MailCatcher) -> Self {
        let mut client = Self::greeted(catcher).await;
        assert_eq!(client.say("STARTTLS").await.code(), "220");
        let mut client = client.secure(catcher).await.unwrap();
        client.say("EHLO client").await;
        assert_eq!(client.say("AUTH PLAIN AGFwcABzM2NyZXQ=").await.code(), "235");
        client
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    pub async fn say(&mut self, line: &str) -> Reply {
        self.send(format!("{line}\r\n")).await;
        self.reply().await.unwrap()
    }

    /// Reads one reply, all of its lines.
    pub async fn reply(&mut self) -> io::Result<Reply> {
        let mut lines = Vec::new();
        loop {
            let line = self.line().await?;
            let last = line.get(3..4) != Some("-");
            lines.push(line);
            if last {
                return Ok(Reply(lines));
            }
        }
    }

    pub async fn expect(&mut self, code: &str) -> Reply {
        let reply = self.reply().await.unwrap();
        assert_eq!(reply.code(), code, "{reply:?}");
        reply
    }

    /// Reads what one `read` returns.
    pub async fn segment(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; 65_536];
        let count = timeout(Duration::from_secs(5), self.stream.read(&mut bytes)).await??;
        bytes.truncate(count);
        Ok(bytes)
    }

    async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
                self.buffer.drain(..end + 2);
                return Ok(line);
            }
            let more = self.segment().await?;
            if more.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.buffer.extend_from_slice(&more);
        }
    }

    /// Sends one mail, its content as it goes on the wire, and returns the last reply.
    pub async fn mail(&mut self, to: &str, content: &str) -> io::Result<Reply> {
        for (line, code) in [
            ("MAIL FROM:<app@example.com>", "250"),
            (&*format!("RCPT TO:<{to}>"), "250"),
            ("DATA", "354"),
            (&*format!("{content}."), "250"),
        ] {
            self.stream.write_all(format!("{line}\r\n").as_bytes()).await?;
            let reply = self.reply().await?;
            if reply.code() != code {
                return Ok(reply);
            }
        }
        Ok(Reply(vec!["250 sent".to_owned()]))
    }
}

#[derive(Debug)]
pub struct Reply(pub Vec<String>);

impl Reply {
    pub fn code(&self) -> &str {
        self.0.last().and_then(|line| line.get(..3)).unwrap_or_default()
    }

    pub fn has(&self, extension: &str) -> bool {
        self.0.iter().any(|line| line.get(4..).is_some_and(|text| text.starts_with(extension)))
    }
}
