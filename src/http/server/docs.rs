//! A page that shows the API and tries it out: Swagger UI, out of the binary, with nothing from outside.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ContentEncoding, LOCATION,
};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use utoipa_swagger_ui::{Config, serve};

use crate::http::shared::fallback::not_found;

/// What the page may do: run its own scripts, use its own styles, and talk to this server. Its icons are
/// data URLs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Relative, so that it is found behind a proxy that serves all this below a path of its own. Without a
/// validator: the usual one would send the address of this server to its makers.
static CONFIG: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::from("../openapi.json").validator_url("none").use_base_layout()));

/// `GET /docs`. The files of the page name each other, so the page needs its slash.
pub(crate) async fn to_page() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "docs/")).finish()
}

/// `GET /docs/{file}`.
pub(crate) async fn file(request: HttpRequest, file: Path<String>) -> HttpResponse {
    let Ok(Some(found)) = serve(&file, Arc::clone(&CONFIG)) else { return not_found(request).await };
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(found.content_type)
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "public, max-age=3600"));
    if found.gzpipped {
        // Packed in the binary. Every browser unpacks, and nobody else has a use for these files.
        answer.insert_header((CONTENT_ENCODING, ContentEncoding::Gzip));
    }
    answer.body(match found.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    })
}
