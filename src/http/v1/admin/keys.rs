//! `/v1/admin/tenants/{tenant}/keys` and `/unlock`: for a tenant, or a person, that cannot get in.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use utoipa::OpenApi;

use crate::service::Refusal;

use super::super::super::AppState;
use super::super::super::client::ClientIp;
use super::super::body::Body;
use super::super::error::Answer;
use super::super::openapi::{and, answered, answers, of_a_body, refused};
use super::super::operator::Operator;
use super::super::tenant::key_shapes::{AddKey, NewKeyView, WRONG_SCOPES};
use super::super::tenant::recipients::{NO_RECIPIENT, Unlock, UnlockedView};
use super::tenants::Tenant;
use super::{about_one, named};

/// The resources below one tenant.
#[derive(OpenApi)]
#[openapi(paths(grant, unlock))]
pub(in crate::http::v1) struct KeysDoc;

answered! {
    /// Of one more key.
    Granted => answers(
        "The key, with its secret.",
        (StatusCode::CREATED, "NewSecretKey", NewKeyView::example()),
        and(and(about_one(), of_a_body("/scopes", WRONG_SCOPES)), refused([Refusal::TooManyKeys])),
    );
    /// Of unlocking.
    Unlocked => answers(
        "The recipient may answer.",
        (StatusCode::OK, "Unlocked", json!(UnlockedView::example())),
        and(about_one(), of_a_body("/to", NO_RECIPIENT)),
    );
}

/// `POST /v1/admin/tenants/{tenant}/keys`: a key for a tenant that has lost its own.
#[utoipa::path(
    post,
    path = "/v1/admin/tenants/{tenant}/keys",
    operation_id = "adminGrantKey",
    tag = "admin",
    summary = "Give a tenant one more key",
    description = "For one that has lost its own. The secret is shown once; the other keys go on working.",
    security(("operatorToken" = [])),
    params(Tenant),
    request_body(content = AddKey, example = json!({ "name": "rescue", "scopes": ["mint", "verify", "manage"] })),
    responses(Granted)
)]
pub(super) async fn grant(
    state: Data<AppState>,
    request: HttpRequest,
    Operator(operator): Operator,
    tenant: Path<String>,
    Body(body): Body<AddKey>,
) -> Answer {
    let handle = named(&tenant)?;
    let (name, scopes) = body.read()?;
    let new =
        state.services.operator.grant_key(&operator, &handle, name, scopes, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Created().json(NewKeyView::of(&new)))
}

/// `POST /v1/admin/tenants/{tenant}/unlock`: forgets the wrong answers of a recipient.
#[utoipa::path(
    post,
    path = "/v1/admin/tenants/{tenant}/unlock",
    operation_id = "adminUnlockRecipient",
    tag = "admin",
    summary = "Let a locked-out recipient of a tenant answer again",
    description = "Forgets all wrong answers of this recipient, those of the last day and those in a row.",
    security(("operatorToken" = [])),
    params(Tenant),
    request_body(content = Unlock, example = json!({ "to": "jane@example.com" })),
    responses(Unlocked)
)]
pub(super) async fn unlock(
    state: Data<AppState>,
    request: HttpRequest,
    Operator(operator): Operator,
    tenant: Path<String>,
    Body(body): Body<Unlock>,
) -> Answer {
    let (handle, recipient) = (named(&tenant)?, body.recipient()?);
    let unlocked =
        state.services.operator.unlock(&operator, &handle, &recipient, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Ok().json(UnlockedView { to: recipient.masked(), unlocked }))
}
