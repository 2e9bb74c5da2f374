//! A provider over HTTP that answers as Twilio does.

use std::io;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::listening::Listening;

/// The answer to each message.
const ACCEPTED: &str = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 80\r\n\r\n\
                        {\"sid\":\"SM0123456789abcdef0123456789abcdef\",\"status\":\"queued\",\"error_code\":null}";

/// What it does with a message.
#[derive(Clone, Copy)]
pub(crate) enum Answering {
    /// Accepts it.
    AtOnce,
    /// Reads it, and says nothing.
    Never,
}

/// A provider.
pub(crate) struct Gateway(Listening);

impl Gateway {
    pub(crate) async fn start(answering: Answering) -> io::Result<Self> {
        Ok(Self(Listening::start(move |stream| serve(stream, answering)).await?))
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port()
    }

    /// The route to it, as the API takes it.
    pub(crate) fn route(&self) -> Value {
        json!({
            "transport": "twilio", "secret": "bench-only-secret",
            "settings": {
                "account_sid": format!("AC{}", "0".repeat(32)),
                "base_url": format!("http://127.0.0.1:{}", self.port()), "from": "+15550100123",
            },
        })
    }
}

async fn serve(mut stream: TcpStream, answering: Answering) -> io::Result<()> {
    let mut inbox = Vec::with_capacity(4096);
    loop {
        while let Some(end) = whole(&inbox) {
            inbox.drain(..end);
            if let Answering::AtOnce = answering {
                stream.write_all(ACCEPTED.as_bytes()).await?;
            }
        }
        if stream.read_buf(&mut inbox).await? == 0 {
            return Ok(());
        }
    }
}

/// The length of the first request, once it is there.
fn whole(inbox: &[u8]) -> Option<usize> {
    let head = inbox.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&inbox[..head]).ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let end = head + 4 + length.unwrap_or(0);
    (inbox.len() >= end).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_ends_where_its_length_says_and_the_answer_has_its_length() {
        assert_eq!(whole(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab"), Some(40));
        assert_eq!(whole(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na"), None);
        let (head, body) = ACCEPTED.split_once("\r\n\r\n").unwrap();
        assert!(head.ends_with(&format!("Content-Length: {}", body.len())), "{}", body.len());
    }
}
