// SPDX-License-Identifier: MIT

//! What browsers are told, and what is believed of them.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::{DefaultHeaders, Next};
use actix_web::{Error, HttpResponse};

/// What is shown is for one person, for now, and not within the page of another site.
pub fn private() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((header::CACHE_CONTROL, "no-store"))
        .add((header::REFERRER_POLICY, "same-origin"))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'",
        ))
}

/// Takes forms from this app's own pages alone: browsers say where a form comes from.
pub async fn own_forms_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.method() == Method::POST && !is_own(&request) {
        let refused = HttpResponse::Forbidden().body("Nothing was done: the form came from elsewhere.");
        return Ok(request.into_response(refused));
    }
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

/// It is in one of two headers, neither of which a page can change.
fn is_own(request: &ServiceRequest) -> bool {
    let header = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = header(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let origin = header(header::ORIGIN).and_then(|origin| Some(origin.split_once("://")?.1));
    origin.is_some() && origin == header(header::HOST)
}
