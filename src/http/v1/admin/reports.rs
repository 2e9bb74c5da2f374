//! `/v1/admin/stats` and `/v1/admin/audit`: the statistics and the audit trail of all tenants, or of one.

use actix_web::HttpRequest;
use actix_web::web::Data;

use crate::domain::reports::statistics::Dimension;
use crate::domain::tenants::tenant::TenantHandle;

use crate::http::state::AppState;
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::operator::Onlooker;
use crate::http::v1::query::Query;
use crate::http::v1::reports::{audit, statistics, statistics_query};

use super::tenants::named;

const TENANT: &str = "tenant";

/// The query, which may name a tenant.
fn read(request: &HttpRequest, parameters: &[&str]) -> Result<(Query, Option<TenantHandle>), V1Error> {
    let query = Query::of(request, &[parameters, &[TENANT]].concat())?;
    let tenant = query.text(TENANT).map(named).transpose()?;
    Ok((query, tenant))
}

/// `GET /v1/admin/stats`: counts challenges by their outcome.
pub(crate) async fn stats(
    state: Data<AppState>,
    request: HttpRequest,
    Onlooker(operator): Onlooker,
) -> V1Result {
    let (query, tenant) = read(&request, &statistics_query::PARAMETERS)?;
    let asked = statistics_query::asked(&query, &Dimension::ALL, state.services.now())?;
    let reported = state.services.reports.all_statistics(&operator, tenant.as_ref(), asked.clone()).await?;
    statistics::answer(&request, &asked, &reported)
}

/// `GET /v1/admin/audit`: the audit trail, newest first.
pub(crate) async fn trail(
    state: Data<AppState>,
    request: HttpRequest,
    Onlooker(operator): Onlooker,
) -> V1Result {
    let (query, tenant) = read(&request, &audit::PARAMETERS)?;
    let asked = audit::asked(&query, &state.services)?;
    let reported = state.services.reports.whole_audit(&operator, tenant.as_ref(), asked).await?;
    Ok(audit::answer(&request, &query, &state.services, &reported))
}
