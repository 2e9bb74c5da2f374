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

/// Asked for each time, which is cheap while it is the same: its name stays when it changes, and a page
/// that knows the hash of the new one must not get the old one.
const ALWAYS_FRESH: (HeaderName, &str) = (CACHE_CONTROL, "public, no-cache, no-transform");

/// Any page may load it and look at its hash; there is nothing secret in it.
const FOR_ALL: [(HeaderName, &str); 2] = [
    (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
];

/// The route of the script.
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

/// Whether the browser has the script already.
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
