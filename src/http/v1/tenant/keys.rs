//! `/v1/tenant/keys`: the tenant's secret keys. A secret is in one answer, the first, and never again:
//! so these routes take no `Idempotency-Key`.

use std::time::Duration;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use utoipa::OpenApi;

use crate::domain::tenants::credential::KeyHandle;
use crate::service::Refusal;

use crate::http::shared::bodies::secret_key::AddKeyBody;
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};

use super::key_views::{
    Gone, KeyInPath, KeyView, KeysView, Listed, Made, NewKeyView, RotateKeyBody, Rotated,
};

/// The resource `/v1/tenant/keys`.
#[derive(OpenApi)]
#[openapi(
    paths(list, add, rotate, revoke),
    components(schemas(KeysView, KeyView, NewKeyView, AddKeyBody, RotateKeyBody))
)]
pub(crate) struct KeysDoc;

/// The longest time that a replaced key goes on working.
const MAX_OVERLAP: u32 = 30 * 86_400;

const USUAL_OVERLAP: u32 = 86_400;

/// `GET /v1/tenant/keys`: those that work.
#[utoipa::path(
    get,
    path = "/v1/tenant/keys",
    operation_id = "listSecretKeys",
    tag = "tenant",
    summary = "List the secret keys",
    description = "Those that work, never with their secrets.",
    security(("secretKey" = [])),
    responses(Listed)
)]
pub(crate) async fn list(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let keys = state.services.secret_keys.list(&tenant).await?;
    Ok(HttpResponse::Ok().json(KeysView { data: keys.iter().map(KeyView::of).collect() }))
}

/// `POST /v1/tenant/keys`: one more.
#[utoipa::path(
    post,
    path = "/v1/tenant/keys",
    operation_id = "addSecretKey",
    tag = "tenant",
    summary = "Make a secret key",
    description = "For one part of an app, with no more scopes than it needs. Its secret is in this answer alone.",
    security(("secretKey" = [])),
    request_body(content = AddKeyBody, example = json!({ "name": "backend", "scopes": ["mint", "verify"] })),
    responses(Made)
)]
pub(crate) async fn add(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<AddKeyBody>,
) -> V1Result {
    let (name, scopes) = body.read()?;
    let new = state.services.secret_keys.add(&tenant, name, scopes, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Created().json(NewKeyView::of(&new)))
}

/// `POST /v1/tenant/keys/{key}/rotate`: another one in its place.
#[utoipa::path(
    post,
    path = "/v1/tenant/keys/{key}/rotate",
    operation_id = "rotateSecretKey",
    tag = "tenant",
    summary = "Replace a secret key",
    description = "By one of the same name and scopes. The replaced one goes on working for a while; one that it \
                   had replaced itself ends at once.",
    security(("secretKey" = [])),
    params(KeyInPath),
    request_body(content = RotateKeyBody, example = json!({ "overlap_seconds": 86400 })),
    responses(Rotated)
)]
pub(crate) async fn rotate(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    key: Path<String>,
    JsonBody(body): JsonBody<RotateKeyBody>,
) -> V1Result {
    let overlap = body.overlap_seconds.unwrap_or(USUAL_OVERLAP);
    if overlap > MAX_OVERLAP {
        return Err(V1Error::field("/overlap_seconds", format!("from 0 to {MAX_OVERLAP} seconds")));
    }
    let (replaced, overlap) = (handle(&key)?, Duration::from_secs(u64::from(overlap)));
    let new =
        state.services.secret_keys.rotate_own(&tenant, replaced, overlap, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Created().json(NewKeyView::of(&new)))
}

/// `DELETE /v1/tenant/keys/{key}`: it works no more.
#[utoipa::path(
    delete,
    path = "/v1/tenant/keys/{key}",
    operation_id = "revokeSecretKey",
    tag = "tenant",
    summary = "Revoke a secret key",
    description = "It ends at once. The last key that can manage stays, unless it was replaced.",
    security(("secretKey" = [])),
    params(KeyInPath),
    responses(Gone)
)]
pub(crate) async fn revoke(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    key: Path<String>,
) -> V1Result {
    let revoked = state.services.secret_keys.revoke(&tenant, handle(&key)?, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Ok().json(KeyView::of(&revoked)))
}

fn handle(text: &str) -> Result<KeyHandle, V1Error> {
    KeyHandle::parse(text).ok_or_else(|| Refusal::UnknownKey.into())
}
