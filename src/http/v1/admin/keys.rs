//! `/v1/admin/tenants/{tenant}/keys` and `/unlock`: for a tenant, or a person, that cannot get in.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use utoipa::OpenApi;

use crate::service::Refusal;

use crate::http::shared::bodies::secret_key::{AddKeyBody, WRONG_SCOPES};
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::body::JsonBody;
use crate::http::v1::description::{and, answered, answers, of_a_body, refused};
use crate::http::v1::error::V1Result;
use crate::http::v1::operator::Administrator;
use crate::http::v1::tenant::key_views::NewKeyView;
use crate::http::v1::tenant::recipients::{NO_RECIPIENT, UnlockBody, UnlockedView};

use super::refusals::{about_one, named};
use super::tenants::TenantInPath;

/// The resources below one tenant.
#[derive(OpenApi)]
#[openapi(paths(grant, unlock))]
pub(crate) struct AdminKeysDoc;

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
    params(TenantInPath),
    request_body(content = AddKeyBody, example = json!({ "name": "rescue", "scopes": ["mint", "verify", "manage"] })),
    responses(Granted)
)]
pub(crate) async fn grant(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    tenant: Path<String>,
    JsonBody(body): JsonBody<AddKeyBody>,
) -> V1Result {
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
    params(TenantInPath),
    request_body(content = UnlockBody, example = json!({ "to": "jane@example.com" })),
    responses(Unlocked)
)]
pub(crate) async fn unlock(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    tenant: Path<String>,
    JsonBody(body): JsonBody<UnlockBody>,
) -> V1Result {
    let (handle, recipient) = (named(&tenant)?, body.recipient()?);
    let unlocked =
        state.services.operator.unlock(&operator, &handle, &recipient, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Ok().json(UnlockedView { to: recipient.masked(), unlocked }))
}
