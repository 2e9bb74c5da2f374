//! `/v1/tenant/keys`: the tenant's secret keys. A secret is only in the first answer, which must not be kept,
//! so these routes accept no `Idempotency-Key`.

use std::time::Duration;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::tenants::credential::KeyHandle;
use crate::service::Refusal;

use crate::http::shared::bodies::secret_key::{AddKeyBody, ChangeKeyBody};
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};

use super::key_views::{KeyView, KeysView, NewKeyView, RotateKeyBody};

/// The longest time for which a replaced key keeps working.
const MAX_OVERLAP: u32 = 30 * 86_400;

const USUAL_OVERLAP: u32 = 86_400;

/// `GET /v1/tenant/keys`: the live keys.
pub(crate) async fn list(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let keys = state.services.secret_keys.list(&tenant).await?;
    Ok(HttpResponse::Ok().json(KeysView { data: keys.iter().map(KeyView::of).collect() }))
}

/// `POST /v1/tenant/keys`: adds a key.
pub(crate) async fn add(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<AddKeyBody>,
) -> V1Result {
    let new = state.services.secret_keys.add(&tenant, body.read()?, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Created().json(NewKeyView::of(&new)))
}

/// `POST /v1/tenant/keys/{key}/rotate`: replaces a key.
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

/// `PATCH /v1/tenant/keys/{key}`: changes when a key ends, or from where it may be used.
pub(crate) async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    key: Path<String>,
    JsonBody(body): JsonBody<ChangeKeyBody>,
) -> V1Result {
    let (key, change) = (handle(&key)?, body.read()?);
    let changed = state.services.secret_keys.change(&tenant, key, change, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Ok().json(KeyView::of(&changed)))
}

/// `DELETE /v1/tenant/keys/{key}`: revokes a key.
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
