//! The tenant looks after itself: `/v1/tenant` and what is below it, for keys with the scope `manage`.

pub(super) mod recipients;
pub(super) mod reports;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;
use serde_json::json;
use utoipa::openapi::{RefOr, Response};
use utoipa::{IntoResponses, OpenApi, ToSchema};

use crate::domain::credential::Scope;
use crate::service::TenantProfile;

use super::super::Face;
use super::bearer::Manager;
use super::openapi::{answers, looking_after};

/// The resource `/v1/tenant`.
#[derive(OpenApi)]
#[openapi(
    tags((name = "tenant", description = "The tenant looks after itself, with a key that has `manage`.")),
    paths(get),
    components(schemas(TenantView))
)]
pub(super) struct TenantDoc;

/// The tenant of the key.
#[derive(Serialize, ToSchema)]
#[schema(as = Tenant)]
pub(super) struct TenantView {
    /// Its handle: the `aud` of its receipts.
    #[schema(pattern = "^tnt_[2-9a-z]{16}$", max_length = 20)]
    tenant: String,
    /// What it calls itself, as its mails give it.
    #[schema(max_length = 100)]
    name: String,
    /// Whether it is a sandbox: its codes go nowhere.
    sandbox: bool,
    /// When it was registered.
    #[schema(format = "date-time", max_length = 32)]
    created_at: String,
}

impl TenantView {
    fn of(profile: &TenantProfile) -> Self {
        Self {
            tenant: profile.handle.to_string(),
            name: profile.name.clone(),
            sandbox: profile.is_sandbox,
            created_at: profile.created_at.to_string(),
        }
    }

    fn example() -> Self {
        Self {
            tenant: "tnt_4hq7k2m9x3c8v5bn".to_owned(),
            name: "Acme".to_owned(),
            sandbox: false,
            created_at: "2026-11-21T08:30:00Z".to_owned(),
        }
    }
}

/// Of looking at the tenant.
pub(super) struct Shown;

impl IntoResponses for Shown {
    fn responses() -> std::collections::BTreeMap<String, RefOr<Response>> {
        let success = (StatusCode::OK, "Tenant", json!(TenantView::example()));
        answers("The tenant.", success, looking_after(Scope::Manage)).into_map()
    }
}

/// `GET /v1/tenant`: the tenant, as it stands.
#[utoipa::path(
    get,
    path = "/v1/tenant",
    operation_id = "getTenant",
    tag = "tenant",
    summary = "Look at the tenant",
    description = "Who it is and what it has decided for itself.",
    security(("secretKey" = [])),
    responses(Shown)
)]
pub(super) async fn get(face: Data<Face>, Manager(tenant): Manager) -> HttpResponse {
    HttpResponse::Ok().json(TenantView::of(&face.services.profile(&tenant)))
}
