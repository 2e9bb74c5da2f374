//! The handlers of attempts.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::challenges::purpose::Purpose;
use crate::http::state::AppState;
use crate::http::twilio::basic::Manager;
use crate::http::twilio::error::TwilioResult;
use crate::http::twilio::{base_url, list};

use super::query::Known;
use super::{query, view};

/// `GET /v2/Attempts`: the messages of the tenant's verifications.
pub(crate) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
) -> TwilioResult {
    let known = state.services.verify_services.list(&tenant);
    let asked = query::list(request.query_string(), &Known { services: &known, region: tenant.region() })?;
    let found = state.services.verifications.attempts(&tenant, &asked).await?;
    let base = base_url::of(&state, &request);
    let object = |attempt| view::of(&state.services, (tenant.id(), &known), (attempt, &base));
    let all = found.iter().map(object).collect();
    Ok(HttpResponse::Ok().json(list::filtered(&state, &request, ("attempts", &query::FILTERS), all)?))
}

/// `GET /v2/Attempts/{attempt}`: one message.
pub(crate) async fn fetch(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    sid: Path<String>,
) -> TwilioResult {
    let known = state.services.verify_services.list(&tenant);
    let purposes: Vec<Purpose> = known.iter().map(|service| service.purpose.clone()).collect();
    let found = state.services.verifications.attempt(&tenant, (&sid, &purposes)).await?;
    let base = base_url::of(&state, &request);
    Ok(HttpResponse::Ok().json(view::of(&state.services, (tenant.id(), &known), (&found, &base))))
}

/// `GET /v2/Attempts/Summary`: how many messages there were, and of how many the code was entered.
pub(crate) async fn summary(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
) -> TwilioResult {
    let known = state.services.verify_services.list(&tenant);
    let asked = query::summary(request.query_string(), &Known { services: &known, region: tenant.region() })?;
    let found = state.services.verifications.attempts(&tenant, &asked).await?;
    Ok(HttpResponse::Ok().json(view::summary(&found, &base_url::of(&state, &request))))
}
