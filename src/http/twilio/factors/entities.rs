//! The handlers of entities. One exists as long as it has factors.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::twilio::base_url;
use crate::http::twilio::basic::{Minter, Viewer};
use crate::http::twilio::error::{TwilioError, TwilioResult};
use crate::http::twilio::form::Form;

use super::body;
use super::view::View;

/// `GET /v2/Services/{service}/Entities`: refused, because the server cannot list whom it knows by sealed names.
pub(crate) async fn list(
    state: Data<AppState>,
    Viewer(tenant): Viewer,
    service: Path<String>,
) -> TwilioResult {
    state.services.verify_services.find(&tenant, &service)?;
    Err(TwilioError::worded(400, 60201, "This server does not list identities: fetch one by its name"))
}

/// `POST /v2/Services/{service}/Entities`: an entity that has no factors yet.
pub(crate) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    Minter(tenant): Minter,
    service: Path<String>,
    form: Form,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &service)?;
    let identity = body::new_entity(form)?;
    if !state.services.factors.list(&tenant, &identity).await?.is_empty() {
        return Err(TwilioError::worded(409, 60301, "The entity exists already"));
    }
    let (services, base) = (&*state.services, base_url::of(&state, &request));
    let view = View { services, tenant: &tenant, service: &service, identity: &identity, base };
    Ok(HttpResponse::Created().json(view.entity(services.now())))
}

/// `GET /v2/Services/{service}/Entities/{identity}`: an entity that has factors.
pub(crate) async fn fetch(
    state: Data<AppState>,
    request: HttpRequest,
    Viewer(tenant): Viewer,
    path: Path<(String, String)>,
) -> TwilioResult {
    let service = state.services.verify_services.find(&tenant, &path.0)?;
    let identity = body::identity(&path.1)?;
    let factors = state.services.factors.list(&tenant, &identity).await?;
    let created = factors.iter().map(|found| found.factor.created_at).min();
    let created = created.ok_or_else(TwilioError::not_found)?;
    let (services, base) = (&*state.services, base_url::of(&state, &request));
    let view = View { services, tenant: &tenant, service: &service, identity: &identity, base };
    Ok(HttpResponse::Ok().json(view.entity(created)))
}

/// `DELETE /v2/Services/{service}/Entities/{identity}`: deletes all factors of an identity.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Minter(tenant): Minter,
    path: Path<(String, String)>,
) -> TwilioResult {
    state.services.verify_services.find(&tenant, &path.0)?;
    let identity = body::identity(&path.1)?;
    state.services.factors.delete_all(&tenant, &identity, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}
