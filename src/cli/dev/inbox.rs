//! The inbox of the mail catcher as a web page, for the machine's own browsers and `curl`.
//!
//! | route | what |
//! |---|---|
//! | `GET /dev/inbox` | the page; new mails appear by themselves |
//! | `GET /dev/inbox.json` | the mails, newest first; `?to=` picks one recipient's |
//! | `GET /dev/inbox/events` | the mails as they arrive, as server-sent events |
//! | `GET /dev/inbox/{id}` | one mail: `?view=text`, `html`, `headers` or `source` |
//! | `GET /dev/inbox/{id}/html` | its HTML part, sandboxed |
//! | `GET /dev/inbox/{id}/source` | the mail as it was sent |
//! | `DELETE /dev/inbox` | drops all mails |

mod events;
mod guard;
mod json;
mod page;

use std::sync::Arc;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, ContentType, LOCATION};
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Result, error, web};

use crate::mail_catcher::{Mail, MailCatcher, MailId};
use page::View;

const STYLE: &str = include_str!("../../../templates/dev/inbox.css");
const SCRIPT: &str = include_str!("../../../templates/dev/inbox.js");
const ICON: &str = include_str!("../../../templates/dev/icon.svg");

/// What the HTML of a mail may do: show itself, with its own styles and embedded images.
const MAIL_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'";

type Catcher = web::Data<MailCatcher>;

/// The routes of the inbox of `catcher`, all below `/dev/inbox`. They answer only requests for
/// `localhost`, `127.0.0.1` or `[::1]`, since a mail here is a login.
///
/// Pages that listen for mails hold their connection open, so a server with these routes should
/// have a short shutdown timeout.
pub fn routes(catcher: MailCatcher) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
    let catcher = web::Data::new(catcher);
    move |config| {
        config.service(
            web::resource("/dev/inbox.json")
                .app_data(catcher.clone())
                .wrap(from_fn(guard::guard))
                .route(web::get().to(as_json)),
        );
        config.service(
            web::scope("/dev/inbox")
                .app_data(catcher.clone())
                .wrap(from_fn(guard::guard))
                .service(web::resource("").route(web::get().to(list)).route(web::delete().to(clear)))
                .route("/", web::get().to(to_list))
                .route("/events", web::get().to(listen))
                .route("/inbox.css", web::get().to(style))
                .route("/inbox.js", web::get().to(script))
                .route("/icon.svg", web::get().to(icon))
                .route(r"/{id:\d+}", web::get().to(show))
                .route(r"/{id:\d+}/html", web::get().to(html_part))
                .route(r"/{id:\d+}/source", web::get().to(source)),
        );
    }
}

async fn list(catcher: Catcher) -> Result<HttpResponse> {
    page_of(page::inbox(&catcher.mails()))
}

async fn to_list() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/dev/inbox")).finish()
}

async fn as_json(catcher: Catcher, filter: web::Query<json::Filter>) -> HttpResponse {
    HttpResponse::Ok().json(json::inbox(&catcher.mails(), &filter))
}

async fn clear(catcher: Catcher) -> HttpResponse {
    catcher.clear();
    HttpResponse::NoContent().finish()
}

async fn listen(catcher: Catcher, start: web::Query<events::Start>) -> HttpResponse {
    events::stream(&catcher, &start)
}

async fn show(catcher: Catcher, id: web::Path<u64>, view: web::Query<View>) -> Result<HttpResponse> {
    page_of(page::mail(&*find(&catcher, *id)?, &view))
}

async fn html_part(catcher: Catcher, id: web::Path<u64>) -> Result<HttpResponse> {
    let mail = find(&catcher, *id)?;
    let html = mail.html().unwrap_or_default().to_owned();
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .body(html))
}

async fn source(catcher: Catcher, id: web::Path<u64>) -> Result<HttpResponse> {
    let mail = find(&catcher, *id)?;
    Ok(HttpResponse::Ok()
        .content_type("message/rfc822")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"mail-{id}.eml\"")))
        .body(mail.raw.clone()))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(STYLE)
}

async fn script() -> HttpResponse {
    HttpResponse::Ok().content_type("text/javascript; charset=utf-8").body(SCRIPT)
}

async fn icon() -> HttpResponse {
    HttpResponse::Ok().content_type("image/svg+xml").body(ICON)
}

fn find(catcher: &Catcher, id: u64) -> Result<Arc<Mail>> {
    catcher
        .mail(MailId(id))
        .ok_or_else(|| error::ErrorNotFound("no such mail; it may have made room for newer ones"))
}

fn page_of(rendered: askama::Result<String>) -> Result<HttpResponse> {
    let page = rendered.map_err(error::ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(page))
}
