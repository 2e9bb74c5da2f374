//! Results of hosted pages: the app fetches what its user did on the page.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::state::AppState;
use crate::http::v1::bearer::Verifier;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;

use super::view::{ChallengeView, VerifiedView};

/// The body of `POST /v1/results`.
#[derive(Deserialize, ToSchema)]
#[schema(as = ResultRequest, description = "The result with which the visitor of a hosted page came back.")]
#[serde(deny_unknown_fields)]
pub(crate) struct FetchResultBody {
    /// The value of `otpmint_result` in the URL with which the visitor came back.
    #[schema(min_length = 1, max_length = 256, example = "otpr_4hq7k2m9x3c8v5bnQeRtYuIoPaSdFgHjKlZxCvBnM12")]
    result: String,
}

/// `POST /v1/results`: fetches the result of a hosted page.
pub(crate) async fn fetch(
    state: Data<AppState>,
    Verifier(tenant): Verifier,
    JsonBody(body): JsonBody<FetchResultBody>,
) -> V1Result {
    let (challenge, receipt) = state.services.verification.exchange(&tenant, &body.result).await?;
    let challenge = ChallengeView::of(&state.services, &challenge);
    Ok(HttpResponse::Ok().json(VerifiedView { challenge, receipt }))
}
