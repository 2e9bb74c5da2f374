//! A connection, from its first byte to its last.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_http::{HttpService, Protocol, Request, Response};
use actix_service::{Service, ServiceFactory, fn_factory};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::AppConfig;
use futures_core::future::LocalBoxFuture;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::app::tls::Acceptor;
use crate::domain::time::Clock;
use crate::http::Transport;

use super::crowd::Crowd;
use super::http1_stream::Http1Stream;
use super::http2::{self, DateHeader, Requests};
use super::socket::Socket;
use super::timeouts::Timeouts;

/// A listener, as its connections know it.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) address: SocketAddr,
    pub(super) times: Timeouts,
    pub(super) crowd: Crowd,
    pub(super) tls: Option<Acceptor>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Door {
    /// How bytes reach it.
    pub(super) fn transport(&self) -> Transport {
        if self.tls.is_some() { Transport::Tls } else { Transport::Plain }
    }
}

/// What a thread serves connections with. `HttpServer` accepts only bare TCP streams, and bounds little of HTTP/2;
/// otherwise this does the same.
pub(super) fn connections<F, B>(
    app: F,
    door: Door,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = (), InitError = ()>
where
    F: ServiceFactory<Request, Config = AppConfig, InitError = ()>,
    F::Service: 'static,
    F::Future: 'static,
    F::Error: Into<Response<BoxBody>> + 'static,
    F::Response: Into<Response<B>> + 'static,
    <F::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    fn_factory(move || {
        let (app, door) = (app.new_service(AppConfig::default()), door.clone());
        async move {
            let app = Rc::new(app.await?);
            let shared = Rc::clone(&app);
            let http1 = HttpService::build()
                .keep_alive(door.times.idle)
                .client_request_timeout(door.times.head)
                .client_disconnect_timeout(door.times.farewell)
                .local_addr(door.address)
                .finish::<_, B>(fn_factory(move || std::future::ready(Ok::<_, ()>(Rc::clone(&shared)))));
            let http1 = Rc::new(http1.new_service(()).await?);
            let date = Rc::new(DateHeader::by(Arc::clone(&door.clock)));
            Ok(Connections { door, http1, app, date, body: std::marker::PhantomData })
        }
    })
}

/// Serves connections.
struct Connections<H, S, B> {
    door: Door,
    http1: Rc<H>,
    app: Rc<S>,
    date: Rc<DateHeader>,
    body: std::marker::PhantomData<B>,
}

impl<H, S, B> Service<TcpStream> for Connections<H, S, B>
where
    H: Service<(Http1Stream<Socket>, Protocol, Option<SocketAddr>)> + 'static,
    S: Service<Request> + 'static,
    S::Response: Into<Response<B>>,
    S::Error: Into<Response<BoxBody>>,
    B: MessageBody + 'static,
{
    type Response = ();
    type Error = ();
    type Future = LocalBoxFuture<'static, Result<(), ()>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), ()>> {
        self.http1.poll_ready(cx).map_err(|_| ())
    }

    fn call(&self, stream: TcpStream) -> Self::Future {
        let (http1, date, times) = (Rc::clone(&self.http1), Rc::clone(&self.date), self.door.times);
        let (app, tls) = (Rc::clone(&self.app), self.door.tls.clone());
        let peer = stream.peer_addr().ok();
        let Some(entered) = peer.map_or(Some(None), |peer| self.door.crowd.enter(peer.ip()).map(Some)) else {
            metrics::counter!("otpmint_connections_refused_total").increment(1);
            return Box::pin(std::future::ready(Err(())));
        };
        Box::pin(async move {
            let _entered = entered;
            let socket = match tls {
                None => Socket::Plain(stream),
                Some(acceptor) => match handshake(stream, &acceptor, times).await? {
                    (stream, Protocol::Http2) => {
                        http2::serve(stream, times, Requests { app, date, peer }).await;
                        return Ok(());
                    }
                    (stream, _) => stream,
                },
            };
            let stream = Http1Stream::new(socket, times.response);
            http1.call((stream, Protocol::Http1, peer)).await.map(|_| ()).map_err(|_| ())
        })
    }
}

/// Makes the handshake, in the time that a request head would have.
async fn handshake(
    stream: TcpStream,
    acceptor: &Acceptor,
    times: Timeouts,
) -> Result<(Socket, Protocol), ()> {
    // An answer that follows the end of the handshake must not wait until the client has confirmed that.
    let made = async {
        stream.set_nodelay(true)?;
        timeout(times.head, acceptor.accept(stream)).await?
    };
    let made: io::Result<_> = made.await;
    let outcome = if made.is_ok() { "made" } else { "failed" };
    metrics::counter!("otpmint_tls_handshakes_total", "outcome" => outcome).increment(1);
    // Whoever scans the internet fails here, a thousand times a day.
    let stream = made.map_err(|error| tracing::debug!(%error, "no TLS handshake"))?.ok_or(())?;
    let protocol = match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => Protocol::Http2,
        _ => Protocol::Http1,
    };
    Ok((Socket::Tls(Box::new(stream)), protocol))
}
