//! `/v1/tenant/export` and `/v1/admin/tenants/{tenant}/export`.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::admin::tenants::named;
use crate::http::v1::bearer::Manager;
use crate::http::v1::error::V1Result;
use crate::http::v1::operator::Administrator;

use super::writer::export_text;

/// `GET /v1/tenant/export`: all that the tenant owns.
pub(crate) async fn own(state: Data<AppState>, request: HttpRequest, Manager(tenant): Manager) -> V1Result {
    let export = state.services.exports.own(tenant, ClientIp::of(&request)).await?;
    Ok(export_text(state.services.clone(), export).answer())
}

/// `GET /v1/admin/tenants/{tenant}/export`: the same for the operator.
pub(crate) async fn of_one(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    tenant: Path<String>,
) -> V1Result {
    let (handle, client_ip) = (named(&tenant)?, ClientIp::of(&request));
    let export = state.services.exports.for_operator(&operator, &handle, client_ip).await?;
    Ok(export_text(state.services.clone(), export).answer())
}
