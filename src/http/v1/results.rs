//! Results of hosted pages: an app fetches what its user did there.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};

use crate::domain::limits::limit::Limit;
use crate::domain::tenants::credential::Scope;
use crate::service::Refusal;

use super::super::AppState;
use super::super::openapi::limited;
use super::bearer::Verifier;
use super::body::Body;
use super::error::{Answer, V1Error};
use super::openapi::{CHALLENGE, always, and, answered, answers, of_a_body, refused, verified};
use super::view::{ChallengeView, VerifiedView};

/// The resource `/v1/results`.
#[derive(OpenApi)]
#[openapi(paths(fetch), components(schemas(FetchResult)))]
pub(super) struct ResultsDoc;

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
pub(super) struct FetchResult {
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
        content = FetchResult,
        example = json!({ "result": "otpr_4hq7k2m9x3c8v5bnQeRtYuIoPaSdFgHjKlZxCvBnM12" })
    ),
    responses(Fetched)
)]
pub(super) async fn fetch(
    state: Data<AppState>,
    Verifier(tenant): Verifier,
    Body(body): Body<FetchResult>,
) -> Answer {
    let (challenge, receipt) = state.services.verification.exchange(&tenant, &body.result).await?;
    let challenge = ChallengeView::of(&state.services, &challenge);
    Ok(HttpResponse::Ok().json(VerifiedView { challenge, receipt }))
}
