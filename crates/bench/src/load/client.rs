//! A minimal HTTP/1.1 client with a persistent connection (RFC 9112): its own cost must not hide the
//! server's.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// One persistent connection.
pub(crate) struct Connection {
    stream: Stream,
    inbox: Vec<u8>,
}

/// What its bytes go over.
pub(crate) enum Stream {
    /// Nothing but TCP.
    Plain(TcpStream),
    /// TLS.
    Tls(Box<TlsStream<TcpStream>>),
}

/// An answer: its status, and where its body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Answer {
    status: u16,
    body: usize,
    end: usize,
}

impl Connection {
    /// Connects to the server.
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        Ok(Self::over(Stream::Plain(Self::connect(address).await?)))
    }

    /// The connection to the server, on which nothing has been said.
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// Speaks over this stream.
    pub(crate) fn over(stream: Stream) -> Self {
        Self { stream, inbox: Vec::with_capacity(4096) }
    }

    /// Whether the last answer has a header with this prefix, in lower case.
    pub(crate) fn says(&self, header: &str) -> bool {
        let mut lines = self.inbox.split(|byte| *byte == b'\n');
        lines.any(|line| {
            line.get(..header.len()).is_some_and(|line| line.eq_ignore_ascii_case(header.as_bytes()))
        })
    }

    /// Sends a request and reads the whole answer: its status and its body.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> io::Result<(u16, &[u8])> {
        self.inbox.clear();
        self.write(request).await?;
        loop {
            if self.read().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match parse(&self.inbox)? {
                Some(answer) if self.inbox.len() >= answer.end => {
                    return Ok((answer.status, &self.inbox[answer.body..answer.end]));
                }
                _ => {}
            }
        }
    }
}

impl Connection {
    async fn write(&mut self, request: &[u8]) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(request).await,
            Stream::Tls(stream) => {
                stream.write_all(request).await?;
                stream.flush().await
            }
        }
    }

    async fn read(&mut self) -> io::Result<usize> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.read_buf(&mut self.inbox).await,
            Stream::Tls(stream) => stream.read_buf(&mut self.inbox).await,
        }
    }
}

/// The head of a request.
#[derive(Clone, Copy)]
pub(crate) struct Head<'a> {
    /// GET or POST.
    pub(crate) method: &'static str,
    /// What is asked.
    pub(crate) path: &'a str,
    /// The secret key, for v1.
    pub(crate) bearer: Option<&'a str>,
    /// Whether the answer waits for the message (RFC 7240 §4.3).
    pub(crate) waits: bool,
}

impl<'a> Head<'a> {
    /// A GET.
    pub(crate) fn get(path: &'a str) -> Self {
        Self { method: "GET", path, bearer: None, waits: false }
    }

    /// A POST.
    pub(crate) fn post(path: &'a str) -> Self {
        Self { method: "POST", ..Self::get(path) }
    }
}

/// A request, with a JSON body unless that is empty.
pub(crate) fn write_request(out: &mut Vec<u8>, head: Head<'_>, body: &str) {
    out.clear();
    let Head { method, path, bearer, waits } = head;
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: bench\r\n");
    if let Some(key) = bearer {
        text += &format!("Authorization: Bearer {key}\r\n");
    }
    if waits {
        text += "Prefer: wait=10\r\n";
    }
    if !body.is_empty() {
        text += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    }
    out.extend_from_slice(text.as_bytes());
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(body.as_bytes());
}

/// Parses the bytes so far as an answer; `None` until its head is complete.
fn parse(bytes: &[u8]) -> io::Result<Option<Answer>> {
    let malformed = || io::Error::new(io::ErrorKind::InvalidData, "the answer is not HTTP with a length");
    let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..head]).map_err(|_| malformed())?;
    let status = text.get(9..12).and_then(|status| status.parse().ok()).ok_or_else(malformed)?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let body = head + 4;
    Ok(Some(Answer { status, body, end: body + length.ok_or_else(malformed)? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let whole = b"HTTP/1.1 201 Created\r\nContent-Length: 12\r\nx: y\r\n\r\nOTP Matched!";
        let answer = Answer { status: 201, body: whole.len() - 12, end: whole.len() };
        assert_eq!(parse(whole).unwrap(), Some(answer));
        assert_eq!(parse(&whole[..whole.len() - 5]).unwrap(), Some(answer));
        assert_eq!(parse(&whole[..30]).unwrap(), None);
    }

    #[test]
    fn an_answer_without_a_length_is_an_error() {
        assert!(parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(parse(b"nothing of the kind\r\n\r\n").is_err());
    }
}
