//! The listener of the API.

use std::net::SocketAddr;

use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactoryExt};
use actix_web::App;
use actix_web::middleware::from_fn;

use crate::config::Settings;
use crate::delivery::webhooks;
use crate::http;

use super::super::start_error::StartError;
use super::bind::{listen, refused};
use super::connection::{Door, connections};
use super::crowd::Crowd;
use super::offer::Offer;
use super::timeouts::Timeouts;

/// Files that are open in any case, with a margin: the database, listeners, event queues.
const OWN_FILES: usize = 64;

/// Binds the address of the API.
pub(super) fn bind(settings: &Settings, offer: Offer) -> Result<(SocketAddr, Server), StartError> {
    let server = &settings.server;
    let workers = workers(server.workers);
    let (listener, address) = listen(&server.listen)?;
    let Offer { state, limits, extra, tls, clock, .. } = offer;
    let door = Door { address, times: Timeouts::of(settings), crowd: Crowd::of(settings), tls, clock };
    let transport = door.transport();
    let listening = Server::build()
        .workers(workers)
        .max_concurrent_connections(room(settings).div_ceil(workers))
        .shutdown_timeout(1)
        .disable_signals()
        .listen("api", listener, move || {
            let (state, limits, extra) = (state.clone(), limits.clone(), extra.clone());
            let app = App::new()
                .app_data(state.clone())
                .wrap(from_fn(|request, next| http::announce(http::DEPRECATED, request, next)))
                .wrap(from_fn(http::one_spelling))
                .wrap(http::safe_headers(transport))
                .wrap(from_fn(http::observe))
                .configure(|config| extra.iter().for_each(|extra| extra(config)))
                .configure(|config| http::routes(config, &state, &limits));
            connections(app.into_factory().map_err(|error| error.error_response()), door.clone())
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
fn room(settings: &Settings) -> usize {
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
