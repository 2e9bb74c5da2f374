//! `/v1/tenant/recipients/unlock`: a locked-out person may answer again.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{OpenApi, ToSchema};

use crate::domain::address::Address;

use crate::http::shared::bodies::fields;
use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::description::{and, answered, answers, looking_after, of_a_body};
use crate::http::v1::error::V1Result;

/// The resource `/v1/tenant/recipients/unlock`.
#[derive(OpenApi)]
#[openapi(paths(unlock), components(schemas(UnlockBody, UnlockedView)))]
pub(crate) struct RecipientsDoc;

/// Whom to let answer again.
#[derive(Deserialize, ToSchema)]
#[schema(as = UnlockRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnlockBody {
    /// The recipient: one mail address.
    #[schema(format = "email", min_length = 3, max_length = 254, example = "jane@example.com")]
    to: String,
}

impl UnlockBody {
    /// The recipient that is meant.
    pub(crate) fn recipient(&self) -> Result<Address, Rejection> {
        fields::recipient(&self.to)
    }
}

/// A recipient whose wrong answers are forgotten.
#[derive(Serialize, ToSchema)]
#[schema(as = Unlocked)]
pub(crate) struct UnlockedView {
    /// The recipient, masked.
    #[schema(max_length = 254)]
    pub(crate) to: String,
    /// Whether there were wrong answers to forget.
    pub(crate) unlocked: bool,
}

impl UnlockedView {
    /// One for the description of the API.
    pub(crate) fn example() -> Self {
        Self { to: "j***@e***.com".to_owned(), unlocked: true }
    }
}

/// An example of what is wrong with a recipient.
pub(crate) const NO_RECIPIENT: &str = "not a mail address that can receive a code";

answered! {
    /// Of unlocking.
    Unlocked => answers(
        "The recipient may answer.",
        (StatusCode::OK, "Unlocked", json!(UnlockedView::example())),
        and(looking_after(), of_a_body("/to", NO_RECIPIENT)),
    );
}

/// `POST /v1/tenant/recipients/unlock`: forgets the wrong answers of a recipient.
#[utoipa::path(
    post,
    path = "/v1/tenant/recipients/unlock",
    operation_id = "unlockRecipient",
    tag = "tenant",
    summary = "Let a locked-out recipient answer again",
    description = "Forgets all wrong answers of this recipient, those of the last day and those in a row.",
    security(("secretKey" = [])),
    request_body(content = UnlockBody, example = json!({ "to": "jane@example.com" })),
    responses(Unlocked)
)]
pub(crate) async fn unlock(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<UnlockBody>,
) -> V1Result {
    let recipient = body.recipient()?;
    let unlocked = state.services.tenants.unlock_own(&tenant, &recipient, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Ok().json(UnlockedView { to: recipient.masked(), unlocked }))
}
