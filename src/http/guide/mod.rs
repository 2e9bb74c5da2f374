//! `/docs/guide/`: the documents of this version, to read and search without script.

mod search;
mod section;
mod shelf;

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, ContentType};
use actix_web::web::{self, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, error};
use askama::Template;
use serde::Deserialize;

use crate::http::shared::assets::ICON;
use crate::http::shared::document_limit::DocumentLimit;
use crate::http::shared::fallback::{allowing, not_found};
use crate::http::shared::representation::{Document, Wishes};

use super::openapi::assets::STYLE;
use search::{DOCUMENTS, Found, search};
use shelf::{SHELF, Source};

/// The pages have a style and a form, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// What is searched for.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "docs/guide.html")]
struct GuidePage<'a> {
    style: &'static str,
    icon: &'static str,
    version: &'static str,
    shelf: &'static [(&'static str, &'static [Source])],
    title: &'a str,
    /// The document that is shown; empty for the search.
    here: &'a str,
    asked: &'a str,
    /// As HTML.
    content: &'a str,
    found: Vec<Found>,
}

/// Registers the pages.
pub(crate) fn routes(config: &mut ServiceConfig, limit: &DocumentLimit) {
    config.service(
        web::resource("/docs/guide/")
            .wrap(limit.counting_networks())
            .wrap(limit.counting())
            .route(web::get().to(find))
            .route(web::head().to(find))
            .default_service(allowing("GET, HEAD")),
    );
    config.service(
        web::resource("/docs/guide/{name}")
            .wrap(limit.counting_networks())
            .wrap(limit.counting())
            .route(web::get().to(show))
            .route(web::head().to(show))
            .default_service(allowing("GET, HEAD")),
    );
}

/// The pages of the documents, by name, rendered at the first request. They stay as long as the process.
static PAGES: LazyLock<Vec<(&'static str, Document)>> = LazyLock::new(|| {
    let page = |(source, document): &'static (&'static Source, section::Document)| {
        let page = GuidePage { title: source.label, here: source.name, content: &document.html, ..empty() };
        // A template that has all its values is always rendered.
        let body: &'static str = page.render().unwrap_or_default().leak();
        (source.name, Document::new(body.as_bytes()))
    };
    DOCUMENTS.iter().map(page).collect()
});

/// A document.
async fn show(request: HttpRequest, path: Path<String>) -> HttpResponse {
    let Some((_, page)) = PAGES.iter().find(|(name, _)| *name == path.as_str()) else {
        return not_found(request).await;
    };
    let mut answer = head().finish();
    answer.headers_mut().remove(CONTENT_LENGTH);
    page.answer(&Wishes::of(&request), answer.drop_body().map_body(|_, _| ()))
}

/// The search, and what it found.
async fn find(asked: Query<Asked>) -> actix_web::Result<HttpResponse> {
    let words: String = asked.q.trim().chars().take(100).collect();
    let page = GuidePage { asked: &words, found: search(&words), ..empty() };
    Ok(head().body(page.render().map_err(error::ErrorInternalServerError)?))
}

fn empty() -> GuidePage<'static> {
    GuidePage {
        style: &STYLE.path,
        icon: &ICON.path,
        version: env!("CARGO_PKG_VERSION"),
        shelf: SHELF,
        title: "Documents",
        here: "",
        asked: "",
        content: "",
        found: Vec::new(),
    }
}

fn head() -> HttpResponseBuilder {
    let mut head = HttpResponse::Ok();
    head.content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "public, max-age=300"));
    head
}
