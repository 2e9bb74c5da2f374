//! `DELETE /v1/admin/tenants/{tenant}` and `/restore`: deletes a tenant, and takes that back.

use std::time::Duration;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::tenants::deletion::MAX_GRACE_DAYS;

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::error::V1Result;
use crate::http::v1::operator::Administrator;
use crate::http::v1::query::Query;

use super::tenants::named;
use super::view::AdminTenantDetailView;

/// The parameter with the days for which the tenant can be restored.
pub(crate) const GRACE: &str = "grace_days";

/// `DELETE /v1/admin/tenants/{tenant}`: decides that a disabled tenant is deleted.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    tenant: Path<String>,
) -> V1Result {
    let query = Query::of(&request, &[GRACE])?;
    let parse = |text: &str| text.parse().ok().filter(|days| *days <= MAX_GRACE_DAYS);
    let days: Option<u64> = query.parsed(GRACE, "a number of days from 0 to 365", parse)?;
    let grace = days.map(|days| Duration::from_secs(days * 86_400));
    let (handle, client_ip) = (named(&tenant)?, ClientIp::of(&request));
    state.services.operator.delete_tenant(&operator, &handle, grace, client_ip).await?;
    let (tenant, keys) = state.services.operator.tenant(&operator, &handle).await?;
    Ok(HttpResponse::Accepted().json(AdminTenantDetailView::of(&tenant, &keys)))
}

/// `POST /v1/admin/tenants/{tenant}/restore`: takes the deletion back.
pub(crate) async fn restore(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    tenant: Path<String>,
) -> V1Result {
    let handle = named(&tenant)?;
    state.services.operator.restore_tenant(&operator, &handle, ClientIp::of(&request)).await?;
    let (tenant, keys) = state.services.operator.tenant(&operator, &handle).await?;
    Ok(HttpResponse::Ok().json(AdminTenantDetailView::of(&tenant, &keys)))
}
