//! The listeners: the API and, apart from it, the metrics.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{App, HttpServer};

use crate::config::Settings;
use crate::http::{self, AddressLimits, Face};

use super::StartError;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 4_096;

/// Routes beside those of the product: what `dev` adds.
pub type ExtraRoutes = Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>;

type Render = Arc<dyn Fn() -> String + Send + Sync>;

/// The running listeners.
pub struct Listening {
    api: Listener,
    metrics: Option<Listener>,
}

struct Listener {
    address: SocketAddr,
    handle: ServerHandle,
}

impl Listening {
    /// Listens, and serves on threads of its own.
    pub(super) fn start(
        settings: &Settings,
        face: Face,
        limits: AddressLimits,
        metrics: Option<Render>,
        extra: Option<ExtraRoutes>,
    ) -> Result<Self, StartError> {
        let api = api(settings, Data::new(face), limits, extra)?;
        let address = &settings.server.metrics_listen;
        let metrics = metrics.filter(|_| !address.is_empty());
        let metrics = metrics.map(|render| self::metrics(address, render)).transpose()?;
        Ok(Self { api, metrics })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.api.address
    }

    pub(super) fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(|listener| listener.address)
    }

    /// Closes the listeners. What is under way has had its time.
    pub(super) async fn stop(&self) {
        self.api.handle.stop(false).await;
        if let Some(metrics) = &self.metrics {
            metrics.handle.stop(false).await;
        }
    }
}

fn api(
    settings: &Settings,
    face: Data<Face>,
    limits: AddressLimits,
    extra: Option<ExtraRoutes>,
) -> Result<Listener, StartError> {
    let server = &settings.server;
    let workers = match server.workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        workers => workers,
    };
    let listening = HttpServer::new(move || {
        App::new()
            .app_data(face.clone())
            .wrap(http::safe_headers())
            .wrap(from_fn(http::observe))
            .configure(|config| extra.iter().for_each(|extra| extra(config)))
            .configure(|config| http::routes(config, &face, &limits))
    })
    .workers(workers)
    .max_connections(server.max_connections.div_ceil(workers))
    .backlog(BACKLOG)
    .keep_alive(Duration::from_secs(server.idle_timeout_seconds))
    .client_request_timeout(Duration::from_secs(server.header_timeout_seconds))
    .client_disconnect_timeout(Duration::from_secs(1))
    .shutdown_timeout(1)
    .disable_signals()
    .bind(&server.listen)
    .map_err(refused(&server.listen))?;
    serve(listening.addrs().first().copied(), listening.run())
}

fn metrics(address: &str, render: Render) -> Result<Listener, StartError> {
    let listening = HttpServer::new(move || {
        let render = Arc::clone(&render);
        App::new().configure(move |config| http::metrics_routes(config, &render))
    })
    .workers(1)
    .disable_signals()
    .bind(address)
    .map_err(refused(address))?;
    serve(listening.addrs().first().copied(), listening.run())
}

/// Runs a server that is bound, on threads of its own.
fn serve(address: Option<SocketAddr>, server: actix_web::dev::Server) -> Result<Listener, StartError> {
    let address = address.ok_or_else(|| StartError::System("no address was bound".to_owned()))?;
    let handle = server.handle();
    tokio::spawn(server);
    Ok(Listener { address, handle })
}

fn refused(address: &str) -> impl FnOnce(std::io::Error) -> StartError {
    move |source| StartError::Listen { address: address.to_owned(), source }
}
