//! The tenant looks after itself: `/v1/tenant` and what is below it, for keys with the scope `manage`.

pub(super) mod key_shapes;
pub(super) mod keys;
pub(super) mod logo;
mod patch;
mod policy;
pub(super) mod recipients;
pub(super) mod reports;
pub(super) mod smtp;
mod view;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use utoipa::OpenApi;

use super::super::AppState;
use super::super::client::ClientIp;
use super::bearer::Manager;
use super::body::Body;
use super::error::Answer;
use super::openapi::{and, answered, answers, looking_after, of_a_body};
pub(super) use patch::TenantPatch;
pub(super) use view::TenantView;

/// The resource `/v1/tenant`.
#[derive(OpenApi)]
#[openapi(
    tags((name = "tenant", description = "The tenant looks after itself, with a key that has `manage`.")),
    paths(get, patch),
    components(schemas(TenantView, view::BrandView, view::TenantPatchSchema, view::BrandPatchSchema))
)]
pub(super) struct TenantDoc;

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
pub(super) async fn get(state: Data<AppState>, Manager(tenant): Manager) -> HttpResponse {
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
pub(super) async fn patch(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    Body(patch): Body<TenantPatch>,
) -> Answer {
    patch.check()?;
    let client_ip = ClientIp::of(&request);
    let changed = state.services.tenants.change(&tenant, client_ip, |draft| patch.apply(draft)).await?;
    Ok(HttpResponse::Ok().json(TenantView::of(&changed)))
}
