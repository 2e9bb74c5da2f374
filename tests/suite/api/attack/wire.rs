//! A client that sends what no library would: any path, any header, any body.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Whoever waits longer has found a request that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request, as it goes over the wire.
#[derive(Clone)]
pub struct Request {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    fn bytes(&self) -> Vec<u8> {
        let Self { method, target, headers, body } = self;
        let mut bytes =
            format!("{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        [bytes.as_bytes(), b"\r\n", body].concat()
    }

    /// What a failed assertion shows.
    pub fn shown(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes()).into_owned();
        let short: String = text.chars().take(1_200).collect();
        format!("{short:?}")
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }
}

/// A connection, which is opened again when the server has closed it.
pub struct Wire {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Wire {
    pub fn to(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// Sends a request; `None` if the server hung up before it read the whole body.
    pub fn send(&mut self, request: &Request) -> Option<Reply> {
        // The server may have closed the connection after the answer before.
        let is_fresh = self.stream.is_none();
        match self.exchange(request) {
            Ok(reply) => Some(reply),
            Err(_) if !is_fresh => self.exchange(request).ok(),
            Err(_) => None,
        }
    }

    fn exchange(&mut self, request: &Request) -> io::Result<Reply> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                BufReader::new(stream)
            }
        };
        // A server that refuses early may not read everything, and answers all the same.
        let _ = stream.get_mut().write_all(&request.bytes());
        let reply = read(&mut stream, request.method == "HEAD");
        if let Err(error) = &reply {
            let hangs = matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
            assert!(!hangs, "no answer to {}", request.shown());
        }
        let reply = reply?;
        if reply.header("connection") != Some("close") {
            self.stream = Some(stream);
        }
        Ok(reply)
    }
}

fn read(stream: &mut impl BufRead, is_head: bool) -> io::Result<Reply> {
    let mut line = String::new();
    let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| bad("no status"))?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => break,
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").map(|(_, length)| length.parse());
    let length = if is_head { 0 } else { length.and_then(Result::ok).unwrap_or(0) };
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let body = String::from_utf8(body).map_err(|_| bad("answers are UTF-8"))?;
    Ok(Reply { status, headers, body })
}
