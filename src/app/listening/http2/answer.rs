//! An answer over HTTP/2.

use std::future::poll_fn;
use std::pin::pin;

use actix_http::Response;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::{CONNECTION, CONTENT_LENGTH, DATE, HeaderName, TRANSFER_ENCODING, UPGRADE};
use bytes::Bytes;
use h2::SendStream;
use h2::server::SendResponse;
use http::{HeaderValue, StatusCode};

/// Bytes that one request may have waiting for the network.
const PIECE: usize = 16 * 1024;

/// Sends an answer. An error means that nobody waits for it any more, or that its body broke off.
pub(super) async fn send<B: MessageBody>(
    answer: Response<B>,
    is_head: bool,
    date: HeaderValue,
    mut respond: SendResponse<Bytes>,
) -> Result<(), Unsent> {
    let (answer, body) = answer.into_parts();
    let size = body.size();
    let head = head(&answer, size, date)?;
    let is_whole = is_head || matches!(size, BodySize::None | BodySize::Sized(0));
    let mut stream = respond.send_response(head, is_whole)?;
    if is_whole {
        return Ok(());
    }
    let mut body = pin!(body);
    while let Some(piece) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
        send_piece(&mut stream, piece.map_err(|_| Unsent)?).await?;
    }
    Ok(stream.send_data(Bytes::new(), true)?)
}

/// Sends some bytes when the client has room for them.
async fn send_piece(stream: &mut SendStream<Bytes>, mut piece: Bytes) -> Result<(), Unsent> {
    while !piece.is_empty() {
        stream.reserve_capacity(piece.len().min(PIECE));
        let room = poll_fn(|cx| stream.poll_capacity(cx)).await.ok_or(Unsent)??;
        stream.send_data(piece.split_to(room.min(piece.len())), false)?;
    }
    Ok(())
}

fn head(answer: &Response<()>, size: BodySize, date: HeaderValue) -> Result<http::Response<()>, Unsent> {
    let mut head = http::Response::new(());
    *head.status_mut() = StatusCode::from_u16(answer.status().as_u16()).map_err(|_| Unsent)?;
    let headers = head.headers_mut();
    for (name, value) in answer.headers().iter().filter(|(name, _)| !is_of_http1(name)) {
        let name = http::HeaderName::from_bytes(name.as_str().as_bytes()).map_err(|_| Unsent)?;
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).map_err(|_| Unsent)?);
    }
    if let BodySize::Sized(length) = size {
        headers.insert(http::header::CONTENT_LENGTH, length.into());
    }
    headers.insert(http::header::DATE, date);
    Ok(head)
}

/// Headers that HTTP/2 forbids (RFC 9113 §8.2.2), and those that are written here.
fn is_of_http1(name: &HeaderName) -> bool {
    [CONNECTION, TRANSFER_ENCODING, UPGRADE, CONTENT_LENGTH, DATE].contains(name)
        || matches!(name.as_str(), "keep-alive" | "proxy-connection")
}

/// An answer that did not reach its client. The client is told by a reset, and knows best why.
pub(super) struct Unsent;

impl From<h2::Error> for Unsent {
    fn from(_: h2::Error) -> Self {
        Self
    }
}
