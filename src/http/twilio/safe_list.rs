//! The safe list: phone numbers that the tenant vouches for.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::service::SafeNumber;

use super::base_url;
use super::basic::Manager;
use super::error::TwilioResult;
use super::form::Form;

/// `POST /v2/SafeList/Numbers`: adds a number.
pub(super) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    mut form: Form,
) -> TwilioResult {
    let number = form.required("PhoneNumber")?;
    form.end()?;
    let safe = state.services.safe_numbers.add(&tenant, &number, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Created().json(view(&state, &request, &safe)))
}

/// `GET /v2/SafeList/Numbers/{number}`: says whether a number is on the list.
pub(super) async fn fetch(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    number: Path<String>,
) -> TwilioResult {
    let safe = state.services.safe_numbers.find(&tenant, &number)?;
    Ok(HttpResponse::Ok().json(view(&state, &request, &safe)))
}

/// `DELETE /v2/SafeList/Numbers/{number}`: removes a number.
pub(super) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    number: Path<String>,
) -> TwilioResult {
    state.services.safe_numbers.remove(&tenant, &number, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn view(state: &AppState, request: &HttpRequest, safe: &SafeNumber) -> Value {
    let number = safe.number.as_str();
    json!({
        "sid": safe.sid,
        "phone_number": number,
        "url": format!("{}/SafeList/Numbers/{number}", base_url::of(state, request)),
    })
}
