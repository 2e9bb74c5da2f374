//! The listeners: the API and, separately, what operators use, or the metrics alone.

mod api;
mod bind;
mod connection;
mod crowd;
mod head_lines;
mod http1_stream;
mod http2;
mod offer;
mod operator;
mod plain;
mod socket;
mod timeouts;

use std::net::SocketAddr;
use std::sync::Arc;

use actix_server::{Server, ServerHandle};
use actix_web::{App, HttpServer};

use crate::config::Settings;
use crate::http::{self, RenderMetrics};

use super::start_error::StartError;
use bind::refused;

pub use offer::ExtraRoutes;
pub(super) use offer::{Offer, OperatorOffer};

/// Bound listeners. Connections wait until they are served.
pub(super) struct BoundListeners {
    api: (SocketAddr, Server),
    operator: Option<(SocketAddr, Server)>,
    plain: Option<(SocketAddr, Server)>,
    metrics: Option<(SocketAddr, Server)>,
}

/// The running listeners.
pub struct Listening {
    api: Listener,
    operator: Option<Listener>,
    plain: Option<Listener>,
    metrics: Option<Listener>,
}

struct Listener {
    address: SocketAddr,
    handle: ServerHandle,
}

impl BoundListeners {
    /// Binds the addresses of the settings.
    pub(super) fn take(settings: &Settings, mut offer: Offer) -> Result<Self, StartError> {
        let is_apart = settings.operator.is_apart();
        let operator = is_apart.then(|| operator::bind(settings, &offer)).transpose()?;
        let metrics = offer.metrics.take().filter(|_| !is_apart);
        let plain = offer.plain.take().filter(|_| !settings.tls.http_listen.is_empty());
        let plain = plain.map(|plain| plain::bind(settings, plain, Arc::clone(&offer.clock))).transpose()?;
        let api = api::bind(settings, offer)?;
        let address = &settings.server.metrics_listen;
        let metrics = metrics.filter(|_| !address.is_empty());
        let metrics = metrics.map(|render| self::metrics(address, render)).transpose()?;
        Ok(Self { api, operator, plain, metrics })
    }

    /// The address of the API.
    pub(super) fn address(&self) -> SocketAddr {
        self.api.0
    }

    /// Serves on its own threads.
    pub(super) fn serve(self) -> Listening {
        let [operator, plain, metrics] =
            [self.operator, self.plain, self.metrics].map(|listener| listener.map(Listener::run));
        Listening { api: Listener::run(self.api), operator, plain, metrics }
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

    pub(super) fn operator_address(&self) -> Option<SocketAddr> {
        self.operator.as_ref().map(|listener| listener.address)
    }

    pub(super) fn plain_address(&self) -> Option<SocketAddr> {
        self.plain.as_ref().map(|listener| listener.address)
    }

    pub(super) fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(|listener| listener.address)
    }

    /// Closes the listeners. Requests in progress have had their time.
    pub(super) async fn stop(&self) {
        self.api.handle.stop(false).await;
        for beside in [&self.operator, &self.plain, &self.metrics].into_iter().flatten() {
            beside.handle.stop(false).await;
        }
    }
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
