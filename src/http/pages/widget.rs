//! The script that apps load to show a page in a dialog.

use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG, EntityTag, Header, HeaderName, IF_NONE_MATCH,
    IfNoneMatch,
};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::fallback::allowing;

const SCRIPT: &str = include_str!("../../../templates/pages/widget.js");

static TAG: LazyLock<EntityTag> =
    LazyLock::new(|| EntityTag::new_strong(format!("{:08x}", crc32fast::hash(SCRIPT.as_bytes()))));

/// Browsers revalidate it each time, which is cheap: its name is always the same, and a page that knows the hash of a
/// new version must not receive the old one.
const ALWAYS_FRESH: (HeaderName, &str) = (CACHE_CONTROL, "public, no-cache, no-transform");

/// Pages of any origin may load it and compute its hash; it has no secret.
const FOR_ALL: [(HeaderName, &str); 2] = [
    (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
];

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(
        web::resource("/widget.js")
            .route(web::get().to(script))
            .route(web::head().to(script))
            .default_service(allowing("GET, HEAD")),
    );
}

/// `GET /widget.js`
async fn script(request: HttpRequest) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header(ALWAYS_FRESH).insert_header((ETAG, TAG.clone()));
    for header in FOR_ALL {
        answer.insert_header(header);
    }
    if is_known(&request) {
        return answer.status(StatusCode::NOT_MODIFIED).finish();
    }
    answer.content_type("text/javascript; charset=utf-8").body(SCRIPT)
}

/// Whether the browser already has this version.
fn is_known(request: &HttpRequest) -> bool {
    if !request.headers().contains_key(IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&TAG)),
        Err(_) => false,
    }
}
