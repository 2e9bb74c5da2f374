//! HTTP/2: many requests over one connection.
//!
//! The HTTP library has a dispatcher for it that bounds neither the requests at a time nor the size of their heads, and
//! that keeps a connection for as long as it answers pings. So this uses the protocol's own library: every bound of
//! HTTP/1 holds here, too.

mod answer;
mod connection;
mod date;
mod open;
mod request;

use std::time::Duration;

use actix_http::{Request, Response};
use actix_service::Service;
use actix_web::body::{BoxBody, MessageBody};
use h2::server::Builder;
use tokio::io::{AsyncRead, AsyncWrite};

use super::timeouts::Timeouts;
use connection::Connection;

pub(super) use connection::Requests;
pub(super) use date::DateHeader;

/// Requests that one connection may have at the same time.
const MAX_STREAMS: u32 = 100;

/// Bytes of a request head, after decompression and with 32 for each line (RFC 9113 §6.5.2). It also bounds a block
/// that goes on and on in CONTINUATION frames.
const MAX_HEAD: u32 = 32 * 1024;

/// Bytes of a body that may arrive before somebody reads them, for a request and for a connection.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;

/// Requests that a client may reset before they have begun. Beyond that it is cut off.
const MAX_RESETS: usize = 20;

/// Serves a connection until it ends.
pub(super) async fn serve<T, S, B>(stream: T, times: Timeouts, requests: Requests<S>)
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Service<Request> + 'static,
    S::Response: Into<Response<B>>,
    S::Error: Into<Response<BoxBody>>,
    B: MessageBody,
{
    let handshake = bounded().handshake(stream);
    if let Ok(Ok(connection)) = tokio::time::timeout(times.head, handshake).await {
        Connection::new(connection, times, requests).await;
    }
}

fn bounded() -> Builder {
    let mut builder = Builder::new();
    builder
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEAD)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_pending_accept_reset_streams(MAX_RESETS)
        .max_concurrent_reset_streams(MAX_RESETS)
        .reset_stream_duration(Duration::from_secs(1));
    builder
}
