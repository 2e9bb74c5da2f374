//! Refuses what a page of another site makes a browser send: a form needs no preflight and may carry JSON as text.
//!
//! Programs send none of these headers, and pages of other sites could never read an answer of these routes.

use actix_web::body::MessageBody;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use actix_web::middleware::Next;

use crate::http::shared::answer;
use crate::http::shared::middleware::MiddlewareResult;
use crate::http::shared::problems::table::requests::CROSS_SITE;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The content types that a form can send.
const OF_FORMS: [&str; 3] = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];

/// Refuses a request that another site has caused.
pub(super) async fn own_site(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    if is_of_another_site(&request) {
        let problem = answer::problem(&request, &(&CROSS_SITE).into());
        return Ok(request.into_response(problem));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn is_of_another_site(request: &ServiceRequest) -> bool {
    let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    match header(FETCH_SITE) {
        Some(site) => !matches!(site, "same-origin" | "none"),
        // A browser that does not say so names the page of a form in its origin.
        None => header(ORIGIN).is_some_and(|origin| {
            let own = origin.split_once("://").map(|(_, host)| host) == header(HOST);
            let kind = header(CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default();
            !own && OF_FORMS.contains(&kind.trim().to_ascii_lowercase().as_str())
        }),
    }
}
