//! `/v1/tenant/keys`: the tenant's secret keys.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::tenants::credential::KeyHandle;
use crate::service::{NewSecret, Refusal};

use crate::http::shared::bodies::secret_key::{AddKeyBody, ChangeKeyBody};
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::{idempotency, page, revision};

use super::key_views::{KeyView, KeysView, NewKeyView, RotateKeyBody};

/// The longest time for which a replaced key keeps working.
const MAX_OVERLAP: u32 = 30 * 86_400;

const USUAL_OVERLAP: u32 = 86_400;

/// `GET /v1/tenant/keys`: the live keys.
pub(crate) async fn list(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let keys = state.services.secret_keys.list(&tenant).await?;
    Ok(HttpResponse::Ok()
        .json(KeysView { data: keys.iter().map(KeyView::of).collect(), next: page::NO_MORE }))
}

/// `GET /v1/tenant/keys/{key}`: one key.
pub(crate) async fn get(state: Data<AppState>, Manager(tenant): Manager, key: Path<String>) -> V1Result {
    let (keys, wanted) = (state.services.secret_keys.list(&tenant).await?, handle(&key)?);
    let key = keys.iter().find(|key| key.handle == wanted).ok_or(Refusal::UnknownKey)?;
    Ok(revision::tagged(key.revision).json(KeyView::of(key)))
}

/// `POST /v1/tenant/keys`: adds a key.
pub(crate) async fn add(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<AddKeyBody>,
) -> V1Result {
    idempotency::making(&state.clone(), &request.clone(), tenant, move |tenant| async move {
        let new = state.services.secret_keys.add(&tenant, body.read()?, ClientIp::of(&request)).await?;
        Ok(shown_new(&new))
    })
    .await
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
    idempotency::making(&state.clone(), &request.clone(), tenant, move |tenant| async move {
        let client_ip = ClientIp::of(&request);
        Ok(shown_new(&state.services.secret_keys.rotate_own(&tenant, replaced, overlap, client_ip).await?))
    })
    .await
}

fn shown_new(new: &NewSecret) -> HttpResponse {
    let location = format!("/v1/tenant/keys/{}", new.key.handle);
    let view = NewKeyView::of(new);
    let mut answer = revision::tagged_as(StatusCode::CREATED, new.key.revision);
    idempotency::has_secret(answer.insert_header((LOCATION, location)).json(view))
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
    Ok(revision::tagged(changed.revision).json(KeyView::of(&changed)))
}

/// `DELETE /v1/tenant/keys/{key}`: revokes a key.
pub(crate) async fn revoke(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    key: Path<String>,
) -> V1Result {
    state.services.secret_keys.revoke(&tenant, handle(&key)?, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn handle(text: &str) -> Result<KeyHandle, V1Error> {
    KeyHandle::parse(text).ok_or_else(|| Refusal::UnknownKey.into())
}
