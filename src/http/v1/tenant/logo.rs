//! `/v1/tenant/logo`: what the tenant's hosted pages show beside its name.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde_json::json;
use utoipa::OpenApi;

use crate::domain::tenants::logo::Logo;

use crate::http::shared::body;
use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::problem::Problem;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::description::{and, answered, answers, looking_after};
use crate::http::v1::error::{V1Error, V1Result};

use super::view::TenantView;

/// The resource `/v1/tenant/logo`.
#[derive(OpenApi)]
#[openapi(paths(put, delete))]
pub(crate) struct LogoDoc;

answered! {
    /// Of giving it a logo.
    Set => answers(
        "The tenant as it is from now on.",
        (StatusCode::OK, "Tenant", json!(TenantView::example())),
        and(and(looking_after(), of_an_upload()), [V1Error::field("", "a logo is a PNG or WebP picture")]),
    );
    /// Of taking it away.
    Removed => answers(
        "The tenant as it is from now on.",
        (StatusCode::OK, "Tenant", json!(TenantView::example())),
        looking_after(),
    );
}

fn of_an_upload() -> [V1Error; 3] {
    [Problem::UNREADABLE, Problem::TOO_SLOW, Problem::TOO_LARGE].map(V1Error::from)
}

/// A picture as the body of a request, whatever its headers call it.
pub(crate) struct Upload(Logo);

impl FromRequest for Upload {
    type Error = V1Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, V1Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = body::read(request, payload);
        Box::pin(async move {
            let logo = Logo::parse(&reading.await?);
            logo.map(Self).map_err(|invalid| V1Error::field("", invalid.to_string()))
        })
    }
}

/// `PUT /v1/tenant/logo`: gives the tenant's pages a logo.
#[utoipa::path(
    put,
    path = "/v1/tenant/logo",
    operation_id = "setLogo",
    tag = "tenant",
    summary = "Give the hosted pages a logo",
    description = "The body is the picture: PNG or WebP, at most 16 KiB, with sides of at most 1024 pixels.",
    security(("secretKey" = [])),
    request_body(content(
        (String = "image/png"),
        (String = "image/webp"),
    )),
    responses(Set)
)]
pub(crate) async fn put(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    Upload(logo): Upload,
) -> V1Result {
    let changed = state.services.tenants.set_logo(&tenant, ClientIp::of(&request), &logo).await?;
    Ok(HttpResponse::Ok().json(TenantView::of(&changed)))
}

/// `DELETE /v1/tenant/logo`: takes it away again.
#[utoipa::path(
    delete,
    path = "/v1/tenant/logo",
    operation_id = "removeLogo",
    tag = "tenant",
    summary = "Take the logo away",
    description = "Answers the same where there is none.",
    security(("secretKey" = [])),
    responses(Removed)
)]
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
) -> V1Result {
    let changed = state.services.tenants.remove_logo(&tenant, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Ok().json(TenantView::of(&changed)))
}
