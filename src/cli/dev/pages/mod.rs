//! What `dev` shows in a browser, and tells `curl`.
//!
//! | route | what |
//! |---|---|
//! | `GET /` | everything that there is, and a code at once |
//! | `POST /dev/mint` | mints a code for somebody |
//! | `GET /dev/returned` | where hosted pages send their visitors back to |
//! | `GET /dev/inbox` | the mails; `?q=` searches |
//! | `POST /dev/inbox/clear`, `DELETE /dev/inbox` | drops all mails, and the delivery log |
//! | `GET /dev/inbox.json` | the mails, newest first; `?to=` picks one recipient's, `?q=` searches |
//! | `GET /dev/inbox/{id}` | one mail: `?view=text`, `html`, `headers` or `source` |
//! | `GET /dev/inbox/{id}/html` | its HTML part, sandboxed |
//! | `GET /dev/inbox/{id}/source` | the mail as it was sent |
//! | `GET /dev/log` | what the server did with each message; `?q=` searches |
//! | `POST /dev/trouble` | makes the next mails fail or wait |
//! | `GET /dev/events` | tells that there is something new, as server-sent events |
//! | `GET /metrics` | the metrics, which have a listener of their own elsewhere |
//!
//! All pages work without script: forms answer with a redirect to a page.

mod assets;
mod events;
mod guard;
mod inbox;
mod json;
mod landing;
mod log;
mod mint;
mod search;
mod switches;
mod view;

use std::sync::Arc;

use actix_web::http::header::{ContentType, LOCATION};
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Result, error, web};
use mail_catcher::MailCatcher;

use super::delivery_log::DeliveryLog;

pub(super) use landing::Tour;
pub(super) use mint::RETURNED;

/// The state that the mail pages show.
#[derive(Clone)]
pub struct Desk {
    /// The mails.
    pub catcher: MailCatcher,
    /// The deliveries that led to them.
    pub log: Arc<DeliveryLog>,
}

/// The routes about mails, all below `/dev`. They answer only requests for `localhost`, `127.0.0.1` or
/// `[::1]`, because a mail here is a login.
///
/// Pages that listen for mails keep their connection open, so a server with these routes should have a short
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
pub(super) fn server_routes(
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

fn page_of(rendered: askama::Result<String>) -> Result<HttpResponse> {
    let page = rendered.map_err(error::ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(page))
}

/// Redirects with a GET, so that reloading repeats nothing (RFC 9110 §15.4.4).
fn see_other(there: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, there)).finish()
}
