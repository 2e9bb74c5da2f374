//! `/v1/tenant/logo`: the logo of the tenant's hosted pages.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use crate::domain::tenants::logo::Logo;

use crate::http::shared::body;
use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::table::tenants::LOGO_NOT_FOUND;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::check_media;
use crate::http::v1::error::{V1Error, V1Result};

use super::profile;

/// A picture as the body of a request.
pub(crate) struct Upload(Logo);

impl FromRequest for Upload {
    type Error = V1Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, V1Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = check_media(request, &["image/png", "image/webp", "application/octet-stream"]);
        let reading = body::read(request, payload);
        Box::pin(async move {
            checked?;
            let logo = Logo::parse(&reading.await?);
            logo.map(Self).map_err(|invalid| V1Error::field("", invalid.to_string()))
        })
    }
}

/// `PUT /v1/tenant/logo`: sets the logo.
pub(crate) async fn put(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    Upload(logo): Upload,
) -> V1Result {
    let changed = state.services.tenants.set_logo(&tenant, ClientIp::of(&request), &logo).await?;
    Ok(profile::shown(&changed))
}

/// `DELETE /v1/tenant/logo`: removes the logo.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
) -> V1Result {
    let before = state.services.tenants.present_profile(&tenant).await?;
    before.settings.logo.ok_or(&LOGO_NOT_FOUND)?;
    state.services.tenants.remove_logo(&tenant, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}
