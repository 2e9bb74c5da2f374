//! HTTP/2: many requests over one connection.
//!
//! The HTTP library has a dispatcher for it that bounds neither the requests at a time nor the size of their heads, and
//! that keeps a connection for as long as it answers pings. So this uses the protocol's own library: every bound of
//! HTTP/1 holds here, too.

mod answer;
mod bounds;
mod connection;
mod date;
mod open;
mod request;

use actix_http::{Request, Response};
use actix_service::Service;
use actix_web::body::{BoxBody, MessageBody};
use tokio::io::{AsyncRead, AsyncWrite};

use super::timeouts::Timeouts;
use connection::Connection;

pub(super) use connection::Requests;
pub(super) use date::DateHeader;

/// Serves a connection until it ends.
pub(super) async fn serve<T, S, B>(stream: T, times: Timeouts, requests: Requests<S>)
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Service<Request> + 'static,
    S::Response: Into<Response<B>>,
    S::Error: Into<Response<BoxBody>>,
    B: MessageBody,
{
    let handshake = bounds::bounded().handshake(stream);
    if let Ok(Ok(connection)) = tokio::time::timeout(times.head, handshake).await {
        Connection::new(connection, times, requests).await;
    }
}
