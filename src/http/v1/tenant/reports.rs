//! `/v1/tenant/stats` and `/v1/tenant/audit`: what became of the tenant's challenges.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use utoipa::openapi::{RefOr, Response};
use utoipa::{IntoResponses, OpenApi};

use crate::domain::credential::Scope;
use crate::domain::statistics::Dimension;

use super::super::super::Face;
use super::super::bearer::Manager;
use super::super::error::V1Error;
use super::super::openapi::{answers, looking_after};
use super::super::query::Query;
use super::super::reports::statistics::StatisticsView;
use super::super::reports::{audit, statistics_query};

type Answer = Result<HttpResponse, V1Error>;

/// The resources `/v1/tenant/stats` and `/v1/tenant/audit`.
#[derive(OpenApi)]
#[openapi(paths(stats, trail))]
pub(in crate::http::v1) struct ReportsDoc;

fn refusals() -> Vec<V1Error> {
    let mut all = looking_after(Scope::Manage);
    all.push(V1Error::parameter("from", "a day such as 2026-11-21"));
    all
}

/// Of the numbers.
pub(in crate::http::v1) struct Counted;

impl IntoResponses for Counted {
    fn responses() -> std::collections::BTreeMap<String, RefOr<Response>> {
        let success = (StatusCode::OK, "Statistics", json!(StatisticsView::example()));
        answers("The numbers.", success, refusals()).into_map()
    }
}

/// Of the audit trail.
pub(in crate::http::v1) struct Trail;

impl IntoResponses for Trail {
    fn responses() -> std::collections::BTreeMap<String, RefOr<Response>> {
        audit::told(refusals()).into_map()
    }
}

/// `GET /v1/tenant/stats`: how many challenges became what.
#[utoipa::path(
    get,
    path = "/v1/tenant/stats",
    operation_id = "getStatistics",
    tag = "tenant",
    summary = "Count what became of the challenges",
    description = "A challenge counts on the day (UTC) on which it was minted, whatever becomes of it later.",
    security(("secretKey" = [])),
    params(statistics_query::Parameters),
    responses(Counted)
)]
pub(in crate::http::v1) async fn stats(
    face: Data<Face>,
    request: HttpRequest,
    Manager(tenant): Manager,
) -> Answer {
    let query = Query::of(&request, &statistics_query::PARAMETERS)?;
    let asked = statistics_query::asked(&query, &Dimension::ALL[1..], face.services.now())?;
    let reported = face.services.statistics(&tenant, asked.clone()).await?;
    Ok(HttpResponse::Ok().json(StatisticsView::of(&asked, &reported)?))
}

/// `GET /v1/tenant/audit`: what happened, newest first.
#[utoipa::path(
    get,
    path = "/v1/tenant/audit",
    operation_id = "listAudit",
    tag = "tenant",
    summary = "Read the audit trail",
    description = "Newest first, page by page: a page says with `next` where the following one begins. \
                   `Accept: text/csv` gets CSV.",
    security(("secretKey" = [])),
    params(audit::Parameters),
    responses(Trail)
)]
pub(in crate::http::v1) async fn trail(
    face: Data<Face>,
    request: HttpRequest,
    Manager(tenant): Manager,
) -> Answer {
    let query = Query::of(&request, &audit::PARAMETERS)?;
    let reported = face.services.audit(&tenant, audit::asked(&query, &face.services)?).await?;
    Ok(audit::answer(&request, &query, &face.services, &reported))
}
