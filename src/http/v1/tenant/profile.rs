//! `/v1/tenant`: the tenant's settings.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::service::TenantProfile;

use crate::http::shared::bodies::tenant_patch::TenantPatch;
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;
use crate::http::v1::revision;

use super::view::TenantView;

/// `GET /v1/tenant`: the tenant.
pub(crate) async fn get(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    Ok(shown(&state.services.tenants.present_profile(&tenant).await?))
}

/// The tenant in an answer.
pub(crate) fn shown(tenant: &TenantProfile) -> HttpResponse {
    revision::tagged(tenant.revision).json(TenantView::of(tenant))
}

/// `PATCH /v1/tenant`: changes the tenant.
pub(crate) async fn patch(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(patch): JsonBody<TenantPatch>,
) -> V1Result {
    patch.check()?;
    let client_ip = ClientIp::of(&request);
    let changed = state.services.tenants.change(&tenant, client_ip, |draft| patch.apply(draft)).await?;
    Ok(shown(&changed))
}
