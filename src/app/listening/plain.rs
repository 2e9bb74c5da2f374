//! The listener without TLS, beside the one with it.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactoryExt};
use actix_web::App;

use crate::app::start_error::StartError;
use crate::config::Settings;
use crate::domain::time::Clock;
use crate::http::{self, PlainDoor, Transport};

use super::bind::{listen, refused};
use super::connection::{Door, connections};
use super::crowd::Crowd;
use super::timeouts::Timeouts;

/// Open connections: browsers are sent on, and authorities have one question.
const ROOM: usize = 1_000;

/// Binds the address of the listener without TLS.
pub(super) fn bind(
    settings: &Settings,
    plain: PlainDoor,
    clock: Arc<dyn Clock>,
) -> Result<(SocketAddr, Server), StartError> {
    let (listener, address) = listen(&settings.tls.http_listen)?;
    let (times, crowd) = (Timeouts::of(settings), Crowd::of(settings));
    let door = Door { address, times, crowd, tls: None, clock };
    let listening = Server::build()
        .workers(1)
        .max_concurrent_connections(ROOM)
        .shutdown_timeout(1)
        .disable_signals()
        .listen("plain", listener, move || {
            let plain = plain.clone();
            let app = App::new()
                .wrap(http::safe_headers(Transport::Plain))
                .configure(move |config| http::plain_routes(config, &plain));
            connections(app.into_factory().map_err(|error| error.error_response()), door.clone())
        })
        .map_err(refused(&settings.tls.http_listen))?;
    Ok((address, listening.run()))
}
