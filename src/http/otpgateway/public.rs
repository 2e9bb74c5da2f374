//! The handlers of routes for anybody.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use serde_json::json;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::service::Refusal;

use crate::http::state::AppState;

use super::failure::{Answer, Failure, success};
use super::named::alias;
use super::refusals::{Operation, failure};

/// A text that is no page key, so that its page says that the link is not valid.
const NO_PAGE: &str = "unknown";

/// `GET /api/health`: whether the store can record.
pub(super) async fn health(state: Data<AppState>) -> Answer {
    match state.unready() {
        None => success("OK"),
        Some(_) => Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, "Unable to reach store.").after(1)),
    }
}

/// `GET` and `POST /otp/{namespace}/{id}`: redirects to the page of the pending code. What came with the request is
/// not passed on: links of otpgateway have the code in them.
pub(super) async fn page(state: Data<AppState>, path: Path<(String, String)>) -> Answer {
    let (namespace, id) = &*path;
    let key = match alias(id) {
        Ok(alias) => state.services.aliases.page_key(namespace, &alias).await,
        Err(_) => Err(Refusal::UnknownChallenge),
    };
    let key = match key {
        Ok(key) => key,
        Err(Refusal::UnknownChallenge) => NO_PAGE.to_owned(),
        Err(refusal) => return Err(failure(&refusal, Operation::Status)),
    };
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, format!("/c/{key}"))).finish())
}

/// `GET /otp/{namespace}/{id}/status`: whether the code was given.
pub(super) async fn status(state: Data<AppState>, path: Path<(String, String)>) -> Answer {
    let (namespace, id) = &*path;
    let expired = || Failure::bad("Session expired.");
    let alias = alias(id).map_err(|_| expired())?;
    match state.services.aliases.find_for_anybody(namespace, &alias).await {
        Ok(found) => success(json!({ "closed": found.status == ChallengeStatus::Verified })),
        Err(Refusal::UnknownChallenge) => Err(expired()),
        Err(refusal) => Err(failure(&refusal, Operation::Status)),
    }
}
