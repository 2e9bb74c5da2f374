//! Results of hosted pages: an app fetches what its user did there.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};

use crate::domain::limits::limit::Limit;
use crate::domain::tenants::credential::Scope;
use crate::service::Refusal;

use crate::http::shared::description::answers::limited;
use crate::http::state::AppState;
use crate::http::v1::bearer::Verifier;
use crate::http::v1::body::JsonBody;
use crate::http::v1::description::{always, and, answered, answers, of_a_body, refused};
use crate::http::v1::error::{V1Error, V1Result};

use super::responses::{CHALLENGE, verified};
use super::view::{ChallengeView, VerifiedView};

/// The resource `/v1/results`.
#[derive(OpenApi)]
#[openapi(paths(fetch), components(schemas(FetchResultBody)))]
pub(crate) struct ResultsDoc;

answered! {
    /// Of fetching a result.
    Fetched => answers(CHALLENGE, verified(), fetching());
}

fn fetching() -> Vec<V1Error> {
    let all =
        and(always(Scope::Verify, Limit::VerifyPerAddress), of_a_body("/result", "missing field `result`"));
    and(all, refused([Refusal::UnknownResult, limited(Limit::VerifyPerTenant)]))
}

/// `POST /v1/results`
#[derive(Deserialize, ToSchema)]
#[schema(as = ResultRequest, description = "What the visitor of a hosted page brought back.")]
#[serde(deny_unknown_fields)]
pub(crate) struct FetchResultBody {
    /// The value of `otpmint_result` in the address to which the visitor came back.
    #[schema(min_length = 1, max_length = 256, example = "otpr_4hq7k2m9x3c8v5bnQeRtYuIoPaSdFgHjKlZxCvBnM12")]
    result: String,
}

/// `POST /v1/results`: fetches what a visitor of a hosted page did there.
#[utoipa::path(
    post,
    path = "/v1/results",
    operation_id = "fetchResult",
    tag = "challenges",
    summary = "Fetch the result of a hosted page",
    description = "Exchanges the code that the visitor brought along, once and within 60 seconds, for the challenge \
                   and a receipt.",
    security(("secretKey" = [])),
    request_body(
        content = FetchResultBody,
        example = json!({ "result": "otpr_4hq7k2m9x3c8v5bnQeRtYuIoPaSdFgHjKlZxCvBnM12" })
    ),
    responses(Fetched)
)]
pub(crate) async fn fetch(
    state: Data<AppState>,
    Verifier(tenant): Verifier,
    JsonBody(body): JsonBody<FetchResultBody>,
) -> V1Result {
    let (challenge, receipt) = state.services.verification.exchange(&tenant, &body.result).await?;
    let challenge = ChallengeView::of(&state.services, &challenge);
    Ok(HttpResponse::Ok().json(VerifiedView { challenge, receipt }))
}
