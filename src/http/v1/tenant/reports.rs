//! `/v1/tenant/stats` and `/v1/tenant/audit`: what became of the tenant's challenges.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::OpenApi;

use crate::domain::reports::statistics::Dimension;

use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::description::{and, answered, looking_after};
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::query::Query;
use crate::http::v1::reports::statistics::{self, StatisticsView};
use crate::http::v1::reports::{audit, statistics_query};

/// The resources `/v1/tenant/stats` and `/v1/tenant/audit`.
#[derive(OpenApi)]
#[openapi(paths(stats, trail))]
pub(crate) struct TenantReportsDoc;

fn refusals() -> Vec<V1Error> {
    and(looking_after(), [V1Error::parameter("from", "a day such as 2026-11-21")])
}

answered! {
    /// Of the numbers.
    Counted => statistics::told(refusals());
    /// Of the audit trail.
    Trail => audit::told(refusals());
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
    params(statistics_query::StatisticsParameters),
    responses(Counted)
)]
pub(crate) async fn stats(state: Data<AppState>, request: HttpRequest, Manager(tenant): Manager) -> V1Result {
    let query = Query::of(&request, &statistics_query::PARAMETERS)?;
    let asked = statistics_query::asked(&query, &Dimension::ALL[1..], state.services.now())?;
    let reported = state.services.reports.statistics(&tenant, asked.clone()).await?;
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
    params(audit::AuditParameters),
    responses(Trail)
)]
pub(crate) async fn trail(state: Data<AppState>, request: HttpRequest, Manager(tenant): Manager) -> V1Result {
    let query = Query::of(&request, &audit::PARAMETERS)?;
    let reported = state.services.reports.audit(&tenant, audit::asked(&query, &state.services)?).await?;
    Ok(audit::answer(&request, &query, &state.services, &reported))
}
