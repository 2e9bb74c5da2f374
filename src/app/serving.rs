//! The listeners: the API and, separately, the metrics.

use std::future::ready;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpService, Protocol};
use actix_server::{Server, ServerHandle};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{App, HttpServer};
use tokio::net::{TcpSocket, TcpStream};

use crate::config::Settings;
use crate::delivery::webhooks;
use crate::http::RenderMetrics;
use crate::http::{self, AddressLimits, AppState};

use super::start_error::StartError;
use super::timed_stream::TimedStream;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 4_096;

/// Files that are open in any case, with a margin: the database, listeners, event queues.
const OWN_FILES: usize = 64;

/// Routes in addition to those of the product: `dev` adds some.
pub type ExtraRoutes = Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>;

/// Bound listeners. Connections wait until they are served.
pub(super) struct BoundListeners {
    api: (SocketAddr, Server),
    metrics: Option<(SocketAddr, Server)>,
}

/// The running listeners.
pub struct Listening {
    api: Listener,
    metrics: Option<Listener>,
}

struct Listener {
    address: SocketAddr,
    handle: ServerHandle,
}

impl BoundListeners {
    /// Binds the addresses of the settings.
    pub(super) fn take(
        settings: &Settings,
        state: AppState,
        limits: AddressLimits,
        metrics: Option<RenderMetrics>,
        extra: Option<ExtraRoutes>,
    ) -> Result<Self, StartError> {
        let api = api(settings, Data::new(state), limits, extra)?;
        let address = &settings.server.metrics_listen;
        let metrics = metrics.filter(|_| !address.is_empty());
        let metrics = metrics.map(|render| self::metrics(address, render)).transpose()?;
        Ok(Self { api, metrics })
    }

    /// The address of the API.
    pub(super) fn address(&self) -> SocketAddr {
        self.api.0
    }

    /// Serves on its own threads.
    pub(super) fn serve(self) -> Listening {
        Listening { api: Listener::run(self.api), metrics: self.metrics.map(Listener::run) }
    }
}

impl Listener {
    fn run((address, server): (SocketAddr, Server)) -> Self {
        let handle = server.handle();
        tokio::spawn(server);
        Self { address, handle }
    }
}

impl Listening {
    pub(super) fn address(&self) -> SocketAddr {
        self.api.address
    }

    pub(super) fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(|listener| listener.address)
    }

    /// Closes the listeners. Requests in progress have had their time.
    pub(super) async fn stop(&self) {
        self.api.handle.stop(false).await;
        if let Some(metrics) = &self.metrics {
            metrics.handle.stop(false).await;
        }
    }
}

fn api(
    settings: &Settings,
    state: Data<AppState>,
    limits: AddressLimits,
    extra: Option<ExtraRoutes>,
) -> Result<(SocketAddr, Server), StartError> {
    let server = &settings.server;
    let workers = workers(server.workers);
    let (listener, address) = listen(&server.listen)?;
    let times = ConnectionTimeouts::of(settings);
    let listening = Server::build()
        .workers(workers)
        .max_concurrent_connections(connections(settings).div_ceil(workers))
        .shutdown_timeout(1)
        .disable_signals()
        .listen("api", listener, move || {
            let (state, limits, extra) = (state.clone(), limits.clone(), extra.clone());
            let app = App::new()
                .app_data(state.clone())
                .wrap(from_fn(http::one_spelling))
                .wrap(http::safe_headers())
                .wrap(from_fn(http::observe))
                .configure(|config| extra.iter().for_each(|extra| extra(config)))
                .configure(|config| http::routes(config, &state, &limits));
            let app = app.into_factory().map_err(|error| error.error_response());
            let service = HttpService::build()
                .keep_alive(times.idle)
                .client_request_timeout(times.head)
                .client_disconnect_timeout(Duration::from_secs(1))
                .local_addr(address)
                .finish(map_config(app, |()| AppConfig::default()));
            // `HttpServer` accepts only bare TCP streams; otherwise this does the same.
            let accept = move |stream: TcpStream| {
                let peer = stream.peer_addr().ok();
                ready(Ok((TimedStream::new(stream, times.response), Protocol::Http1, peer)))
            };
            fn_service(accept).and_then(service)
        })
        .map_err(refused(&server.listen))?;
    Ok((address, listening.run()))
}

/// Threads that serve, for this setting.
fn workers(asked: usize) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        asked => asked,
    }
}

/// Open connections in total: as many as requested, unless too few files may be open. The server also opens
/// sessions with mail servers and webhooks, and the database. They need room: at the limit nothing would work
/// any more.
fn connections(settings: &Settings) -> usize {
    let asked = settings.server.max_connections;
    let Ok(files) = rlimit::Resource::NOFILE.get_soft() else { return asked };
    let files = usize::try_from(files).unwrap_or(usize::MAX);
    let others = OWN_FILES + settings.delivery.sessions + webhooks::SESSIONS;
    let room = files - others.min(files / 2);
    if room < asked {
        tracing::info!(files, connections = room, "few files may be open, so fewer connections are accepted");
    }
    asked.min(room)
}

/// Time limits of a connection.
#[derive(Clone, Copy)]
struct ConnectionTimeouts {
    /// Until its first request head has arrived.
    head: Duration,
    /// Between two requests.
    idle: Duration,
    /// From one answer to the next, whatever happens in between.
    response: Duration,
}

impl ConnectionTimeouts {
    fn of(settings: &Settings) -> Self {
        let server = &settings.server;
        let [head, idle, body, wait] = [
            server.header_timeout_seconds,
            server.idle_timeout_seconds,
            server.body_timeout_seconds,
            settings.delivery.wait_seconds,
        ]
        .map(Duration::from_secs);
        Self { head, idle, response: head + idle + body + wait }
    }
}

/// A listening socket with room for a burst.
fn listen(address: &str) -> Result<(TcpListener, SocketAddr), StartError> {
    let bind = || {
        let parsed: SocketAddr = address.parse().map_err(std::io::Error::other)?;
        let socket = if parsed.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // Connections of a former run that the system still remembers do not block the port.
        socket.set_reuseaddr(true)?;
        socket.bind(parsed)?;
        let listener = socket.listen(BACKLOG)?.into_std()?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    };
    bind().map_err(refused(address))
}

fn metrics(address: &str, render: RenderMetrics) -> Result<(SocketAddr, Server), StartError> {
    let listening = HttpServer::new(move || {
        let render = Arc::clone(&render);
        App::new().configure(move |config| http::metrics_routes(config, &render))
    })
    .workers(1)
    .disable_signals()
    .bind(address)
    .map_err(refused(address))?;
    let address = listening.addrs().first().copied();
    let address = address.ok_or_else(|| StartError::System("no address was bound".to_owned()))?;
    Ok((address, listening.run()))
}

fn refused(address: &str) -> impl FnOnce(std::io::Error) -> StartError {
    move |source| StartError::Listen { address: address.to_owned(), source }
}
