//! A message centre (SMPP 3.4) that accepts every login and every message.

use std::io;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::listening::Listening;

/// The four numbers before each body (§3.2).
const HEAD: usize = 16;
const BIND_TRANSCEIVER: u32 = 0x9;
const SUBMIT_SM: u32 = 0x4;
const RESPONSE: u32 = 0x8000_0000;

/// A message centre.
pub(crate) struct Centre(Listening);

impl Centre {
    pub(crate) async fn start() -> io::Result<Self> {
        Ok(Self(Listening::start(serve).await?))
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port()
    }

    /// The route to it, as the API takes it: one session.
    pub(crate) fn route(&self) -> Value {
        json!({
            "transport": "smpp", "secret": "benchpw",
            "settings": {
                "host": "127.0.0.1", "port": self.port(), "tls": "none", "system_id": "bench", "from": "Bench",
            },
        })
    }
}

async fn serve(mut stream: TcpStream) -> io::Result<()> {
    let (mut inbox, mut outbox) = (Vec::with_capacity(8192), Vec::new());
    loop {
        let mut read = 0;
        while let Some(request) = inbox.get(read..).and_then(next) {
            read += request.len();
            answer(request, &mut outbox);
        }
        inbox.drain(..read);
        stream.write_all(&outbox).await?;
        outbox.clear();
        if stream.read_buf(&mut inbox).await? == 0 {
            return Ok(());
        }
    }
}

/// The first request, once it is there.
fn next(inbox: &[u8]) -> Option<&[u8]> {
    inbox.get(..number(inbox, 0)? as usize).filter(|request| request.len() >= HEAD)
}

/// The number at this place of four bytes.
fn number(request: &[u8], place: usize) -> Option<u32> {
    request.get(place * 4..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

/// Accepts a request. The id of a message is its sequence number.
fn answer(request: &[u8], out: &mut Vec<u8>) {
    let (Some(command), Some(sequence)) = (number(request, 1), number(request, 3)) else { return };
    // An answer to a question that was never asked.
    if command & RESPONSE != 0 {
        return;
    }
    let body = match command {
        BIND_TRANSCEIVER => "bench\0".to_owned(),
        SUBMIT_SM => format!("{sequence:x}\0"),
        _ => String::new(),
    };
    let length = (HEAD + body.len()) as u32;
    out.extend([length, command | RESPONSE, 0, sequence].iter().flat_map(|number| number.to_be_bytes()));
    out.extend(body.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_is_accepted_under_its_number() {
        let request = [16u32, SUBMIT_SM, 0, 255].map(u32::to_be_bytes).concat();
        assert_eq!(next(&request), Some(&request[..]));
        assert_eq!(next(&request[..15]), None);
        let mut out = Vec::new();
        answer(&request, &mut out);
        assert_eq!(
            out,
            [[19u32, RESPONSE | SUBMIT_SM, 0, 255].map(u32::to_be_bytes).concat(), b"ff\0".to_vec()].concat()
        );
    }
}
