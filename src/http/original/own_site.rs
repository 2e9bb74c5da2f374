//! Refuses what a page of another site makes a browser send: a form needs no preflight and may carry JSON as text.
//!
//! Programs send none of these headers, and pages of other sites could never read an answer of these routes.

use actix_web::body::MessageBody;
use actix_web::dev::ServiceRequest;
use actix_web::middleware::Next;

use crate::http::shared::answer;
use crate::http::shared::middleware::MiddlewareResult;
use crate::http::shared::origin::is_of_another_site;
use crate::http::shared::problems::table::requests::CROSS_SITE;

/// Refuses a request that another site has caused.
pub(super) async fn own_site(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> MiddlewareResult {
    if is_of_another_site(request.headers()) {
        let problem = answer::problem(&request, &(&CROSS_SITE).into());
        return Ok(request.into_response(problem));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
