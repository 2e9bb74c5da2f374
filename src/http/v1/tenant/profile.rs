//! `/v1/tenant`: the tenant, looked at and changed.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use utoipa::OpenApi;

use crate::http::shared::bodies::tenant_patch::TenantPatch;
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::description::{and, answered, answers, looking_after, of_a_body};
use crate::http::v1::error::V1Result;

use super::view::{self, TenantView};

/// The resource `/v1/tenant`.
#[derive(OpenApi)]
#[openapi(
    tags((name = "tenant", description = "The tenant looks after itself, with a key that has `manage`.")),
    paths(get, patch),
    components(schemas(TenantView, view::BrandView, view::TenantPatchSchema, view::BrandPatchSchema))
)]
pub(crate) struct TenantDoc;

answered! {
    /// Of looking at the tenant.
    Shown => answers(
        "The tenant.",
        (StatusCode::OK, "Tenant", json!(TenantView::example())),
        looking_after(),
    );
    /// Of changing it.
    Changed => answers(
        "The tenant as it is from now on.",
        (StatusCode::OK, "Tenant", json!(TenantView::example())),
        and(looking_after(), of_a_body("/policy/ttl", "ttl must be from 60 to 900 seconds")),
    );
}

/// `GET /v1/tenant`: the tenant, as it stands.
#[utoipa::path(
    get,
    path = "/v1/tenant",
    operation_id = "getTenant",
    tag = "tenant",
    summary = "Look at the tenant",
    description = "Who it is, what it has decided for itself, and the policies in force.",
    security(("secretKey" = [])),
    responses(Shown)
)]
pub(crate) async fn get(state: Data<AppState>, Manager(tenant): Manager) -> HttpResponse {
    HttpResponse::Ok().json(TenantView::of(&state.services.tenants.profile(&tenant)))
}

/// `PATCH /v1/tenant`: changes its name and its policies.
#[utoipa::path(
    patch,
    path = "/v1/tenant",
    operation_id = "changeTenant",
    tag = "tenant",
    summary = "Change the tenant",
    description = "A merge patch (RFC 7396): what is not in it stays, and null takes away. Refused as a whole \
                   where the codes of any purpose would be too easy to guess.",
    security(("secretKey" = [])),
    request_body(
        content(
            (view::TenantPatchSchema = "application/merge-patch+json", example = json!(view::patch_example())),
            (view::TenantPatchSchema = "application/json", example = json!(view::patch_example())),
        ),
    ),
    responses(Changed)
)]
pub(crate) async fn patch(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(patch): JsonBody<TenantPatch>,
) -> V1Result {
    patch.check()?;
    let client_ip = ClientIp::of(&request);
    let changed = state.services.tenants.change(&tenant, client_ip, |draft| patch.apply(draft)).await?;
    Ok(HttpResponse::Ok().json(TenantView::of(&changed)))
}
