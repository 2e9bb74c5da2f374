//! A request of HTTP/2, as the handlers know requests.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_http::{Payload, Request};
use actix_web::error::PayloadError;
use actix_web::http::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, Uri, Version};
use bytes::Bytes;
use futures_core::Stream;
use h2::RecvStream;

/// A request that no handler can be asked.
pub(super) struct Malformed;

/// The request, as if it had come over HTTP/1: the host is in `Host` and not in the URI, so that no handler has to look
/// in two places.
pub(super) fn request(
    sent: http::Request<RecvStream>,
    peer: Option<SocketAddr>,
) -> Result<Request, Malformed> {
    let (parts, body) = sent.into_parts();
    let method = Method::from_bytes(parts.method.as_str().as_bytes()).map_err(|_| Malformed)?;
    let target = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let uri = Uri::try_from(target).map_err(|_| Malformed)?;
    let headers = headers(&parts.headers, parts.uri.authority())?;
    let body: Payload = match body.is_end_stream() {
        true => Payload::None,
        false => Payload::Stream { payload: Box::pin(Body(body)) },
    };
    let mut request = Request::with_payload(body);
    let head = request.head_mut();
    (head.method, head.uri, head.headers) = (method, uri, headers);
    (head.version, head.peer_addr) = (Version::HTTP_2, peer);
    Ok(request)
}

fn headers(sent: &http::HeaderMap, authority: Option<&http::uri::Authority>) -> Result<HeaderMap, Malformed> {
    let mut headers = HeaderMap::with_capacity(sent.len() + 1);
    for (name, value) in sent {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).map_err(|_| Malformed)?;
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).map_err(|_| Malformed)?);
    }
    // Both may be there, with the same content (RFC 9113 §8.3.1).
    match (authority, headers.get_all(HOST).count()) {
        (Some(authority), 0) => {
            let host = HeaderValue::from_str(authority.as_str()).map_err(|_| Malformed)?;
            headers.insert(HOST, host);
        }
        (Some(authority), 1) if headers.get(HOST).is_some_and(|host| host == authority.as_str()) => {}
        (None, 1) => {}
        _ => return Err(Malformed),
    }
    Ok(headers)
}

/// What a client sends after the head.
struct Body(RecvStream);

impl Stream for Body {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let broken = |error: h2::Error| PayloadError::Io(io::Error::other(error));
        let Some(piece) = ready!(self.0.poll_data(cx)) else { return Poll::Ready(None) };
        let piece = piece.and_then(|piece| {
            // What was taken may be sent anew.
            self.0.flow_control().release_capacity(piece.len())?;
            Ok(piece)
        });
        Poll::Ready(Some(piece.map_err(broken)))
    }
}
