//! `/v1/tenant/stats` and `/v1/tenant/audit`: the statistics and the audit trail of the tenant.

use actix_web::HttpRequest;
use actix_web::web::Data;

use crate::domain::reports::statistics::Dimension;

use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::error::V1Result;
use crate::http::v1::query::Query;
use crate::http::v1::reports::{audit, statistics, statistics_query};

/// `GET /v1/tenant/stats`: counts challenges by their outcome.
pub(crate) async fn stats(state: Data<AppState>, request: HttpRequest, Manager(tenant): Manager) -> V1Result {
    let query = Query::of(&request, &statistics_query::PARAMETERS)?;
    let asked = statistics_query::asked(&query, &Dimension::ALL[1..], state.services.now())?;
    let reported = state.services.reports.statistics(&tenant, asked.clone()).await?;
    statistics::answer(&request, &asked, &reported)
}

/// `GET /v1/tenant/audit`: the audit trail, newest first.
pub(crate) async fn trail(state: Data<AppState>, request: HttpRequest, Manager(tenant): Manager) -> V1Result {
    let query = Query::of(&request, &audit::PARAMETERS)?;
    let reported = state.services.reports.audit(&tenant, audit::asked(&query, &state.services)?).await?;
    Ok(audit::answer(&request, &query, &state.services, &reported))
}
