//! `/v1/admin/stats` and `/v1/admin/audit`: the numbers and the trail of all tenants, or of one.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::{IntoParams, OpenApi};

use crate::domain::reports::statistics::Dimension;
use crate::domain::tenants::tenant::TenantHandle;

use crate::http::state::AppState;
use crate::http::v1::description::{and, answered};
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::operator::Administrator;
use crate::http::v1::query::Query;
use crate::http::v1::reports::statistics::{self, StatisticsView};
use crate::http::v1::reports::{audit, statistics_query};

use super::refusals::{about_one, named};

/// The resources `/v1/admin/stats` and `/v1/admin/audit`.
#[derive(OpenApi)]
#[openapi(paths(stats, trail))]
pub(crate) struct AdminReportsDoc;

const TENANT: &str = "tenant";

/// Whose.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct TenantParameter {
    /// Those of this tenant alone.
    #[param(pattern = "^tnt_[2-9a-z]{16}$", max_length = 20, example = "tnt_4hq7k2m9x3c8v5bn")]
    tenant: Option<String>,
}

/// A query that may also name a tenant.
fn read(request: &HttpRequest, parameters: &[&str]) -> Result<(Query, Option<TenantHandle>), V1Error> {
    let query = Query::of(request, &[parameters, &[TENANT]].concat())?;
    let tenant = query.text(TENANT).map(named).transpose()?;
    Ok((query, tenant))
}

fn refusals() -> Vec<V1Error> {
    and(about_one(), [V1Error::parameter("from", "a day such as 2026-11-21")])
}

answered! {
    /// Of the numbers.
    Counted => statistics::told(refusals());
    /// Of the audit trail.
    Trail => audit::told(refusals());
}

/// `GET /v1/admin/stats`: how many challenges became what.
#[utoipa::path(
    get,
    path = "/v1/admin/stats",
    operation_id = "adminGetStatistics",
    tag = "admin",
    summary = "Count what became of the challenges",
    description = "Of all tenants or of one, sandboxes included; `group_by` may also name `tenant`.",
    security(("operatorToken" = [])),
    params(TenantParameter, statistics_query::StatisticsParameters),
    responses(Counted)
)]
pub(crate) async fn stats(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
) -> V1Result {
    let (query, tenant) = read(&request, &statistics_query::PARAMETERS)?;
    let asked = statistics_query::asked(&query, &Dimension::ALL, state.services.now())?;
    let reported = state.services.reports.all_statistics(&operator, tenant.as_ref(), asked.clone()).await?;
    Ok(HttpResponse::Ok().json(StatisticsView::of(&asked, &reported)?))
}

/// `GET /v1/admin/audit`: what happened, newest first.
#[utoipa::path(
    get,
    path = "/v1/admin/audit",
    operation_id = "adminListAudit",
    tag = "admin",
    summary = "Read the audit trail",
    description = "Of all tenants or of one: newest first, page by page. `Accept: text/csv` gets CSV.",
    security(("operatorToken" = [])),
    params(TenantParameter, audit::AuditParameters),
    responses(Trail)
)]
pub(crate) async fn trail(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
) -> V1Result {
    let (query, tenant) = read(&request, &audit::PARAMETERS)?;
    let asked = audit::asked(&query, &state.services)?;
    let reported = state.services.reports.whole_audit(&operator, tenant.as_ref(), asked).await?;
    Ok(audit::answer(&request, &query, &state.services, &reported))
}
