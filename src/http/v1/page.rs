//! The pages of lists. Every list answers `{"data": […], "next": …}`; `next` is the `cursor` of the following page.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};

use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas::part;

use super::error::V1Error;
use super::links;
use super::parameters::{in_query, limit};
use super::query::{MAX_LIMIT, Query, USUAL_LIMIT};
use super::spec::V1Spec;

/// `next` of a list that has one page.
pub(crate) const NO_MORE: Option<String> = None;

/// Where a page begins: after the row with this identity.
pub(crate) fn cursor(after: i64) -> String {
    URL_SAFE_NO_PAD.encode(after.to_be_bytes())
}

/// The identity after which the page that is asked for begins.
pub(crate) fn after(query: &Query) -> Result<Option<i64>, V1Error> {
    query.parsed("cursor", "`next` of the page before", |text| {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(i64::from_be_bytes(bytes.try_into().ok()?))
    })
}

/// The schema of `next`.
pub(crate) fn next() -> RefOr<Schema> {
    let mut schema = token();
    schema["type"] = json!(["string", "null"]);
    schema["description"] = json!("The `cursor` of the next page; null on the last page.");
    part(schema)
}

/// The parameter `cursor`.
pub(crate) fn cursor_parameter() -> Value {
    in_query("cursor", "`next` of the previous page.", token())
}

/// The parameter `limit`.
pub(crate) fn limit_parameter() -> Value {
    limit("The longest page; 50 if absent.", MAX_LIMIT, USUAL_LIMIT)
}

/// Describes an operation that answers with a page of a list.
pub(crate) fn paged<T: Example>(spec: V1Spec) -> V1Spec {
    spec.parameters([limit_parameter(), cursor_parameter()])
        .wrong_parameter(("limit", "a number from 1 to 500"))
        .ok::<T>("A page.")
        .header("Link", link_header())
}

/// Begins the answer with a page, and links to the next one.
pub(crate) fn answer(request: &HttpRequest, query: &Query, next: Option<&str>) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    if let Some(next) = next {
        answer.insert_header(links::link(request, query, next));
    }
    answer
}

/// The header `Link` of an answer that may have a following page.
pub(crate) fn link_header() -> Value {
    json!({
        "description": "The next page, with `rel=\"next\"` (RFC 8288); absent on the last page.",
        "schema": { "type": "string", "maxLength": 4096 },
    })
}

fn token() -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{11}$", "maxLength": 11 })
}
