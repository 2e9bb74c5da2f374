//! The handlers of factors.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::{FactorViewer, Minter, Verifier};
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;
use crate::http::v1::{idempotency, page, revision};
use crate::service::{CheckRequest, Confirmed};

use super::body::{CheckBody, ConfirmBody, FactorBody, ResultBody, asked_identity};
use super::view::{CheckedView, FactorView, FactorsView, NewFactorView, RecoveryView};

/// `POST /v1/factors`: adds a factor.
pub(crate) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    Minter(tenant): Minter,
    JsonBody(body): JsonBody<FactorBody>,
) -> V1Result {
    idempotency::once_with_secret(&state.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let new = body.parse(ClientIp::of(&request), once)?;
        let enrolled = state.services.factors.enrol(&tenant, new).await?;
        let (found, now) = (&enrolled.found, state.services.now());
        let location = format!("/v1/factors/{}", found.factor.handle);
        let view = NewFactorView::of(&enrolled, now);
        let response = HttpResponse::Created().insert_header(("Location", location)).json(view);
        let is_shown = enrolled.page_url.is_none();
        Ok(if is_shown { idempotency::has_secret(response) } else { response })
    })
    .await
}

/// `GET /v1/factors`: lists the factors of an identity.
pub(crate) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    FactorViewer(tenant): FactorViewer,
) -> V1Result {
    let found = state.services.factors.list(&tenant, &asked_identity(&request)?).await?;
    let now = state.services.now();
    let data = found.iter().map(|found| FactorView::of(found, now)).collect();
    Ok(HttpResponse::Ok().json(FactorsView { data, next: page::NO_MORE }))
}

/// `GET /v1/factors/{id}`: one factor.
pub(crate) async fn get(
    state: Data<AppState>,
    FactorViewer(tenant): FactorViewer,
    id: Path<String>,
) -> V1Result {
    let found = state.services.factors.find(&tenant, &id).await?;
    Ok(revision::tagged(found.factor.revision).json(FactorView::of(&found, state.services.now())))
}

/// `DELETE /v1/factors/{id}`: deletes a factor.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Minter(tenant): Minter,
    id: Path<String>,
) -> V1Result {
    state.services.factors.delete(&tenant, &id, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /v1/factors/{id}/confirm`: activates a factor by its first right code.
pub(crate) async fn confirm(
    state: Data<AppState>,
    request: HttpRequest,
    Verifier(tenant): Verifier,
    id: Path<String>,
    JsonBody(body): JsonBody<ConfirmBody>,
) -> V1Result {
    idempotency::once_with_secret(&state.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let answer = CheckRequest { handle: &id, code: &body.code, client_ip: ClientIp::of(&request), once };
        let Confirmed { found, recovery_codes } = state.services.factors.confirm(&tenant, answer).await?;
        let now = state.services.now();
        let view = RecoveryView::of(&found, &recovery_codes, now);
        Ok(idempotency::has_secret(HttpResponse::Ok().json(view)))
    })
    .await
}

/// `POST /v1/factors/{id}/check`: checks a code.
pub(crate) async fn check(
    state: Data<AppState>,
    request: HttpRequest,
    Verifier(tenant): Verifier,
    id: Path<String>,
    JsonBody(body): JsonBody<CheckBody>,
) -> V1Result {
    idempotency::once(&state.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let (purpose, nonce) = (body.purpose()?, body.nonce()?);
        let answer = CheckRequest { handle: &id, code: &body.code, client_ip: ClientIp::of(&request), once };
        let checked = state.services.factors.check(&tenant, answer, (&purpose, nonce.as_ref())).await?;
        Ok(HttpResponse::Ok().json(CheckedView::of(checked, state.services.now())))
    })
    .await
}

/// `POST /v1/factors/{id}/recovery-codes`: replaces the recovery codes.
pub(crate) async fn recovery_codes(
    state: Data<AppState>,
    request: HttpRequest,
    Minter(tenant): Minter,
    id: Path<String>,
) -> V1Result {
    idempotency::making(&state.clone(), &request.clone(), tenant, move |tenant| async move {
        let factors = &state.services.factors;
        let (found, codes) = factors.replace_recovery_codes(&tenant, &id, ClientIp::of(&request)).await?;
        let view = RecoveryView::of(&found, &codes, state.services.now());
        Ok(idempotency::has_secret(HttpResponse::Ok().json(view)))
    })
    .await
}

/// `POST /v1/factors/results`: fetches the result of a factor's page.
pub(crate) async fn fetch(
    state: Data<AppState>,
    Verifier(tenant): Verifier,
    JsonBody(body): JsonBody<ResultBody>,
) -> V1Result {
    let checked = state.services.factors.exchange(&tenant, &body.result).await?;
    Ok(HttpResponse::Ok().json(CheckedView::of(checked, state.services.now())))
}
