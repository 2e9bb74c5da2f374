//! The inbox: mails, and what phones got.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, ContentType, LOCATION};
use actix_web::{HttpResponse, Result, error, web};
use mail_catcher::{Mail, MailId};
use tokio::time::{Instant, timeout_at};

use super::answer::{page_of, see_other};
use super::changes::Changes;
use super::desk::Desk;
use super::json::{Filter, Inbox};
use super::message;
use super::search::Search;
use super::view::{self, MailView};

/// The longest time that a program may wait for a message.
const LONGEST_WAIT: u64 = 30;

/// What the HTML of a mail may do: display itself, with its own styles and embedded images.
const MAIL_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox; frame-ancestors 'self'";

type Shown = web::Data<Desk>;

/// The routes below `/dev/inbox`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("").route(web::get().to(list)).route(web::delete().to(clear)))
        .route("/", web::get().to(to_list))
        .route("/clear", web::post().to(clear_by_form))
        .route(r"/{id:\d+}", web::get().to(show))
        .route(r"/{id:\d+}/html", web::get().to(html_part))
        .route(r"/{id:\d+}/source", web::get().to(source))
        .route(r"/messages/{id:\d+}", web::get().to(message::show))
        .route(r"/messages/{id:\d+}/report", web::post().to(message::report));
}

async fn list(desk: Shown, search: web::Query<Search>) -> Result<HttpResponse> {
    page_of(view::inbox(&desk, &search))
}

async fn to_list() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/dev/inbox")).finish()
}

/// Answers as soon as there is a message that matches, or when the time is over that the program waits.
pub(super) async fn as_json(
    desk: Shown,
    filter: web::Query<Filter>,
    search: web::Query<Search>,
) -> HttpResponse {
    let end = Instant::now() + Duration::from_secs(filter.wait.min(LONGEST_WAIT));
    loop {
        // Made before it looks, so that nothing slips in between.
        let mut changes = Changes::of(&desk);
        let (mails, messages) = (desk.catcher.mails(), desk.phones.messages());
        let inbox = Inbox::of(&mails, &messages, &filter, &search);
        if !inbox.is_empty() || timeout_at(end, changes.next()).await != Ok(true) {
            return HttpResponse::Ok().json(inbox);
        }
    }
}

async fn clear(desk: Shown) -> HttpResponse {
    drop_all(&desk);
    HttpResponse::NoContent().finish()
}

async fn clear_by_form(desk: Shown) -> HttpResponse {
    drop_all(&desk);
    see_other("/dev/inbox")
}

fn drop_all(desk: &Desk) {
    desk.catcher.clear();
    desk.phones.clear();
    desk.log.clear();
}

async fn show(desk: Shown, id: web::Path<u64>, view: web::Query<MailView>) -> Result<HttpResponse> {
    page_of(view::mail(&*find(&desk, *id)?, &view))
}

async fn html_part(desk: Shown, id: web::Path<u64>) -> Result<HttpResponse> {
    let mail = find(&desk, *id)?;
    let html = mail.html().unwrap_or_default().to_owned();
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, MAIL_POLICY))
        // This policy says who may frame it; the server's default forbids framing.
        .insert_header(("X-Frame-Options", "SAMEORIGIN"))
        .body(html))
}

async fn source(desk: Shown, id: web::Path<u64>) -> Result<HttpResponse> {
    let mail = find(&desk, *id)?;
    Ok(HttpResponse::Ok()
        .content_type("message/rfc822")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"mail-{id}.eml\"")))
        .body(mail.raw.clone()))
}

fn find(desk: &Desk, id: u64) -> Result<Arc<Mail>> {
    desk.catcher
        .mail(MailId(id))
        .ok_or_else(|| error::ErrorNotFound("no such mail; it may have made room for newer ones"))
}
