//! A bare HTTP/1.1 client: the bytes sent and received, unchanged.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longer than any answer takes, `POST /otp` included.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    /// The first header with that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Status and body, to compare both at once.
    pub fn told(&self) -> (u16, &str) {
        (self.status, &self.body)
    }
}

/// A connection.
pub struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    /// Connects.
    pub fn open(address: &str) -> io::Result<Wire> {
        Wire::open_for(address, PATIENCE)
    }

    /// Connects from another address of this machine.
    pub fn open_from(from: [u8; 4], address: &str) -> io::Result<Wire> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let stream = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4()?;
            socket.bind(std::net::SocketAddr::from((from, 0)))?;
            socket.connect(address.parse().map_err(io::Error::other)?).await?.into_std()
        })?;
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Wire { stream, read: Vec::new() })
    }

    /// Connects, for answers that are waited for this long.
    pub fn open_for(address: &str, patience: Duration) -> io::Result<Wire> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_nodelay(true)?;
        Ok(Wire { stream, read: Vec::new() })
    }

    /// Sends these bytes.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// The next answer. Its body must have a `Content-Length`, or be absent.
    pub fn reply(&mut self) -> io::Result<Reply> {
        let end = self.read_until(|read| find(read, b"\r\n\r\n"))?;
        let head: Vec<u8> = self.read.drain(..end + 4).collect();
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no status line: {head}")))?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        let mut reply = Reply { status, headers, body: String::new() };
        let length = reply.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
        self.read_until(|read| (read.len() >= length).then_some(()))?;
        reply.body = String::from_utf8_lossy(&self.read.drain(..length).collect::<Vec<_>>()).into_owned();
        Ok(reply)
    }

    /// Everything that arrives until the other side closes, for at most `limit`. `None` if it stays open.
    pub fn until_closed(&mut self, limit: Duration) -> Option<String> {
        let end = Instant::now() + limit;
        let mut piece = [0; 4096];
        loop {
            let left = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
            self.stream.set_read_timeout(Some(left)).ok()?;
            match self.stream.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => self.read.extend(&piece[..count]),
                Err(error) if is_patience(&error) => return None,
                // A reset counts as closed.
                Err(_) => break,
            }
        }
        Some(String::from_utf8_lossy(&std::mem::take(&mut self.read)).into_owned())
    }

    fn read_until<T>(&mut self, found: impl Fn(&[u8]) -> Option<T>) -> io::Result<T> {
        let mut piece = [0; 4096];
        loop {
            if let Some(found) = found(&self.read) {
                return Ok(found);
            }
            match self.stream.read(&mut piece)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => self.read.extend(&piece[..count]),
            }
        }
    }
}

fn is_patience(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// A request as bytes. `headers` are whole lines.
pub fn request(method: &str, path: &str, headers: &[&str], body: &str) -> String {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

/// A POST of JSON on its own connection.
pub fn post(address: &str, path: &str, headers: &[&str], body: &Value) -> io::Result<Reply> {
    let headers = [&["Content-Type: application/json", "Connection: close"], headers].concat();
    let mut wire = Wire::open(address)?;
    wire.send(request("POST", path, &headers, &body.to_string()))?;
    wire.reply()
}

/// A GET on its own connection.
pub fn get(address: &str, path: &str) -> io::Result<Reply> {
    let mut wire = Wire::open(address)?;
    wire.send(request("GET", path, &["Connection: close"], ""))?;
    wire.reply()
}
