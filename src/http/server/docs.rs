//! Swagger UI, which shows the API and lets the reader try it. All files are part of the program; nothing is loaded
//! from elsewhere.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ContentEncoding, LOCATION,
};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use utoipa_swagger_ui::{Config, serve};

use crate::http::shared::fallback::not_found;

/// The page may run its own scripts, use its own styles and talk to this server. Its icons are data URLs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The URL is relative, so that it also works behind a proxy that serves everything below a path of its own. The
/// usual
/// validator is switched off, because it would send the address of this server to the makers of Swagger UI.
static CONFIG: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::from("../openapi.json").validator_url("none").use_base_layout()));

/// `GET /docs`: redirects to the page, whose relative links need the slash at the end.
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
        // The files are stored compressed. Every browser can decompress them, and no other client needs them.
        answer.insert_header((CONTENT_ENCODING, ContentEncoding::Gzip));
    }
    answer.body(match found.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    })
}
