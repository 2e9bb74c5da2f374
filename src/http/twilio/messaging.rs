//! Messaging services, which this server does not have: which account sends is a setting of the tenant's routes.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::state::AppState;

use super::basic::Manager;
use super::error::{TwilioError, TwilioResult};
use super::list;

/// `GET …/Services/{service}/MessagingConfigurations`: none.
pub(super) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    service: Path<String>,
) -> TwilioResult {
    state.services.verify_services.find(&tenant, &service)?;
    Ok(HttpResponse::Ok().json(list::page(&state, &request, "messaging_configurations", Vec::new())?))
}

/// `POST …/Services/{service}/MessagingConfigurations`: refused.
pub(super) async fn create(
    state: Data<AppState>,
    Manager(tenant): Manager,
    service: Path<String>,
) -> TwilioResult {
    state.services.verify_services.find(&tenant, &service)?;
    let words = "This server has no messaging services: the tenant's routes say which account and sender it uses where";
    Err(TwilioError::worded(400, 60201, words))
}

/// `…/Services/{service}/MessagingConfigurations/{country}`: there is none.
pub(super) async fn gone(Manager(_): Manager) -> TwilioResult {
    Err(TwilioError::not_found())
}
