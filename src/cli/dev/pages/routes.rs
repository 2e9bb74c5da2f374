//! The table of routes.

use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, web};

use super::desk::Desk;
use super::mint::RETURNED;
use super::tour::Tour;
use super::{assets, events, guard, inbox, landing, log, mint, switches};

/// The routes about messages, all below `/dev`. They answer only requests for `localhost`, `127.0.0.1` or
/// `[::1]`, because a message here is a login.
///
/// Pages that listen for messages keep their connection open, so a server with these routes should have a short
/// shutdown timeout.
pub fn mail_routes(desk: Desk) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
    let desk = web::Data::new(desk);
    move |config| {
        config.service(
            web::resource("/dev/inbox.json")
                .app_data(desk.clone())
                .wrap(from_fn(guard::guard))
                .route(web::get().to(inbox::as_json)),
        );
        for (path, handler) in
            [("/dev/events", web::get().to(listen)), ("/dev/log", web::get().to(log::show))]
        {
            let resource = web::resource(path).app_data(desk.clone());
            config.service(resource.wrap(from_fn(guard::guard)).route(handler));
        }
        config.service(
            web::resource("/dev/trouble")
                .app_data(desk.clone())
                .wrap(from_fn(guard::guard))
                .route(web::post().to(switches::switch)),
        );
        config.service(
            web::scope("/dev/inbox")
                .app_data(desk.clone())
                .wrap(from_fn(guard::guard))
                .configure(inbox::routes),
        );
        config.service(web::scope("/dev/assets").wrap(from_fn(guard::guard)).configure(assets::routes));
    }
}

/// The routes that also need the server. They find its use cases where the API does.
pub(in crate::cli::dev) fn server_routes(
    desk: Desk,
    tour: Tour,
) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
    let (desk, tour) = (web::Data::new(desk), web::Data::new(tour));
    move |config| {
        for (path, handler) in [
            ("/", web::get().to(landing::show)),
            ("/metrics", web::get().to(landing::metrics)),
            ("/dev/mint", web::post().to(mint::mint)),
            (RETURNED, web::get().to(mint::returned)),
        ] {
            let resource = web::resource(path).app_data(desk.clone()).app_data(tour.clone());
            config.service(resource.wrap(from_fn(guard::guard)).route(handler));
        }
    }
}

async fn listen(desk: web::Data<Desk>) -> HttpResponse {
    events::stream(&desk)
}
