//! `/docs/`: the description of the API as a page, to read, search and try.
//!
//! It loads nothing from elsewhere, and is read without script as well.

mod operations;
mod prose;

use std::sync::LazyLock;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, ContentType, LOCATION,
};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::Value;

use crate::http::shared::assets::ICON;
use crate::http::shared::document_limit::DocumentLimit;
use crate::http::shared::fallback::allowing;
use crate::http::shared::representation::{Document, Wishes};

use super::assets::{SCRIPT, STYLE};
use super::document::openapi;
use operations::Group;

/// The page uses its own style and script and talks to this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "docs/page.html")]
struct ReaderPage {
    style: &'static str,
    script: &'static str,
    icon: &'static str,
    version: &'static str,
    /// The introduction, in HTML.
    about: String,
    groups: Vec<Group>,
}

/// Built at the first request. A description that cannot be read makes an empty page, which a test prevents.
static PAGE: LazyLock<String> = LazyLock::new(|| {
    let document: Value = serde_json::from_str(openapi()).unwrap_or_default();
    let page = ReaderPage {
        style: &STYLE.path,
        script: &SCRIPT.path,
        icon: &ICON.path,
        version: env!("CARGO_PKG_VERSION"),
        about: prose::html(document["info"]["description"].as_str().unwrap_or_default()),
        groups: operations::groups(&document),
    };
    page.render().unwrap_or_default()
});

/// Registers the page.
pub(crate) fn routes(config: &mut ServiceConfig, limit: &DocumentLimit) {
    STYLE.route(config);
    SCRIPT.route(config);
    config.service(
        web::resource("/docs")
            .route(web::get().to(to_page))
            .route(web::head().to(to_page))
            .default_service(allowing("GET, HEAD")),
    );
    config.service(
        web::resource("/docs/")
            .wrap(limit.counting_networks())
            .wrap(limit.counting())
            .route(web::get().to(show))
            .route(web::head().to(show))
            .default_service(allowing("GET, HEAD")),
    );
}

/// Redirects to the page, whose relative links need the slash at the end.
async fn to_page() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "docs/")).finish()
}

async fn show(request: HttpRequest) -> HttpResponse {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(|| Document::new(PAGE.as_bytes()));
    let mut answer = HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .finish();
    answer.headers_mut().remove(CONTENT_LENGTH);
    DOCUMENT.answer(&Wishes::of(&request), answer.drop_body().map_body(|_, _| ()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_description_is_on_the_page() {
        let document: Value = serde_json::from_str(openapi()).unwrap();
        let all = document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len());
        assert_eq!(PAGE.matches("<article id=").count(), all.sum::<usize>());
        for text in ["/v1/challenges/{key}/verify", "otpm_test_", "secret key: mint"] {
            assert!(PAGE.contains(text), "{text}");
        }
        assert!(!PAGE.contains("$ref"), "a reference is left");
    }
}
