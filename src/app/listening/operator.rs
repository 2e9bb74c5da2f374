//! The listener of the operator.

use std::net::SocketAddr;

use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactoryExt};
use actix_web::App;
use actix_web::middleware::from_fn;

use crate::app::start_error::StartError;
use crate::config::Settings;
use crate::http;

use super::bind::{listen, refused};
use super::connection::{Door, connections};
use super::crowd::Crowd;
use super::offer::Offer;
use super::timeouts::Timeouts;

/// Open connections: those of people who operate the server, and of what watches it.
const ROOM: usize = 1_000;

/// Binds the operator's address.
pub(super) fn bind(settings: &Settings, offer: &Offer) -> Result<(SocketAddr, Server), StartError> {
    let (listener, address) = listen(&settings.operator.listen)?;
    let Offer { operator, metrics, limits, .. } = offer;
    let door = Door {
        address,
        times: Timeouts::of(settings),
        crowd: Crowd::of(settings),
        tls: operator.tls.clone(),
        clock: offer.clock.clone(),
    };
    let (transport, state) = (door.transport(), operator.state.clone());
    let (metrics, limits) = (metrics.clone(), limits.clone());
    let listening = Server::build()
        .workers(1)
        .max_concurrent_connections(ROOM)
        .shutdown_timeout(1)
        .disable_signals()
        .listen("operator", listener, move || {
            let (state, limits, metrics) = (state.clone(), limits.clone(), metrics.clone());
            let app = App::new()
                .app_data(state.clone())
                .wrap(from_fn(http::one_spelling))
                .wrap(http::safe_headers(transport))
                .wrap(from_fn(http::observe))
                .configure(|config| metrics.iter().for_each(|metrics| http::metrics_routes(config, metrics)))
                .configure(|config| http::operator_routes(config, &state, &limits));
            connections(app.into_factory().map_err(|error| error.error_response()), door.clone())
        })
        .map_err(refused(&settings.operator.listen))?;
    Ok((address, listening.run()))
}
