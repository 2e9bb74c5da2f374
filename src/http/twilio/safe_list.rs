//! The safe list: phone numbers that the tenant vouches for.

use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::http::shared::client::ClientIp;
use crate::http::shared::limits::AddressLimits;
use crate::http::state::AppState;
use crate::service::SafeNumber;

use super::base_url;
use super::basic::{Manager, identify};
use super::error::{TwilioResult, allowing};
use super::form::Form;

pub(super) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    config
        .service(
            web::resource("/SafeList/Numbers")
                .route(web::post().to(create))
                .default_service(allowing("POST"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        )
        .service(
            web::resource("/SafeList/Numbers/{number}")
                .route(web::get().to(fetch))
                .route(web::delete().to(delete))
                .default_service(allowing("GET, DELETE"))
                .wrap(from_fn(limits.verify()))
                .wrap(from_fn(identify)),
        );
}

/// `POST /v2/SafeList/Numbers`: adds a number.
async fn create(
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
async fn fetch(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    number: Path<String>,
) -> TwilioResult {
    let safe = state.services.safe_numbers.find(&tenant, &number)?;
    Ok(HttpResponse::Ok().json(view(&state, &request, &safe)))
}

/// `DELETE /v2/SafeList/Numbers/{number}`: removes a number.
async fn delete(
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
