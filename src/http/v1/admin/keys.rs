//! `/v1/admin/tenants/{tenant}/keys`, `/unlock` and `/erase`: for a tenant without a working key, a locked-out
//! recipient, and a person who wants to be forgotten.

use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::tenants::credential::KeyHandle;
use crate::service::Refusal;

use crate::http::shared::bodies::secret_key::AddKeyBody;
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;
use crate::http::v1::idempotency;
use crate::http::v1::operator::{Administrator, Supporter};
use crate::http::v1::tenant::erasure::{EraseBody, ErasedView};
use crate::http::v1::tenant::key_views::NewKeyView;
use crate::http::v1::tenant::recipients::{UnlockBody, UnlockedView};

use super::tenants::named;

/// `POST /v1/admin/tenants/{tenant}/keys`: adds a key for a tenant that has lost its own.
pub(crate) async fn grant(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    tenant: Path<String>,
    JsonBody(body): JsonBody<AddKeyBody>,
) -> V1Result {
    let handle = named(&tenant)?;
    let draft = body.read()?;
    idempotency::making_as_operator(&state.clone(), &request.clone(), operator, move |operator| async move {
        let client_ip = ClientIp::of(&request);
        let new = state.services.operator.grant_key(&operator, &handle, draft, client_ip).await?;
        let location = format!("/v1/admin/tenants/{handle}/keys/{}", new.key.handle);
        let view = NewKeyView::of(&new);
        Ok(idempotency::has_secret(HttpResponse::Created().insert_header((LOCATION, location)).json(view)))
    })
    .await
}

/// `DELETE /v1/admin/tenants/{tenant}/keys/{key}`: revokes a key.
pub(crate) async fn revoke(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    named_by: Path<(String, String)>,
) -> V1Result {
    let (tenant, key) = named_by.into_inner();
    let (handle, key) = (named(&tenant)?, KeyHandle::parse(&key).ok_or(Refusal::UnknownKey)?);
    state.services.operator.revoke_key(&operator, &handle, key, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /v1/admin/tenants/{tenant}/unlock`: forgets the wrong answers for a recipient.
pub(crate) async fn unlock(
    state: Data<AppState>,
    request: HttpRequest,
    Supporter(operator): Supporter,
    tenant: Path<String>,
    JsonBody(body): JsonBody<UnlockBody>,
) -> V1Result {
    let (handle, recipient) = (named(&tenant)?, body.recipient(None)?);
    let unlocked =
        state.services.operator.unlock(&operator, &handle, &recipient, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Ok().json(UnlockedView { to: recipient.masked(), unlocked }))
}

/// `POST /v1/admin/tenants/{tenant}/erase`: erases what is stored of a person.
pub(crate) async fn erase(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    tenant: Path<String>,
    JsonBody(body): JsonBody<EraseBody>,
) -> V1Result {
    let (handle, asked) = (named(&tenant)?, body.read(None, ClientIp::of(&request))?);
    let erased = state.services.erasures.erase_for(&operator, &handle, asked.clone()).await?;
    Ok(HttpResponse::Ok().json(ErasedView::of(&asked, &erased)))
}
