//! `/v1/tenant/recipients/unlock`: lets a locked-out recipient answer again.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::address::Address;
use crate::domain::phone::country::Country;

use crate::http::shared::bodies::fields;
use crate::http::shared::client::ClientIp;
use crate::http::shared::description::operation::Example;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;
use crate::http::v1::bearer::Supporter;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;

/// The recipient to unlock.
#[derive(Deserialize, ToSchema)]
#[schema(as = UnlockRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnlockBody {
    /// The recipient: a mail address or a phone number.
    #[schema(min_length = 3, max_length = 254, example = "jane@example.com")]
    to: String,
}

impl UnlockBody {
    pub(crate) fn recipient(&self, region: Option<Country>) -> Result<Address, Rejection> {
        fields::recipient(&self.to, region)
    }
}

/// A recipient whose wrong answers were forgotten.
#[derive(Serialize, ToSchema)]
#[schema(as = Unlocked)]
pub(crate) struct UnlockedView {
    /// The recipient, masked.
    #[schema(max_length = 254)]
    pub(crate) to: String,
    /// Whether there were wrong answers.
    pub(crate) unlocked: bool,
}

/// `POST /v1/tenant/recipients/unlock`: forgets the wrong answers for a recipient.
pub(crate) async fn unlock(
    state: Data<AppState>,
    request: HttpRequest,
    Supporter(tenant): Supporter,
    JsonBody(body): JsonBody<UnlockBody>,
) -> V1Result {
    let recipient = body.recipient(tenant.region())?;
    let unlocked = state.services.tenants.unlock_own(&tenant, &recipient, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Ok().json(UnlockedView { to: recipient.masked(), unlocked }))
}

impl Example for UnlockedView {
    fn example() -> Self {
        Self { to: "j***@e***.com".to_owned(), unlocked: true }
    }
}
