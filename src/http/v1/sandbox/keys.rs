//! Test keys, and the sandbox that they open.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::tenants::credential::{Scope, Scopes};
use crate::service::{Refusal, TestKey, TestKeyRequest};

use crate::http::shared::bodies::secret_key::{self, ScopeName, WRONG_SCOPES};
use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::description::{answered, answers, looking_after, of_a_body, refused};
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::tenant::view::TenantView;

/// `POST /v1/tenant/sandbox/keys`
#[derive(Deserialize, ToSchema)]
#[schema(description = "A test key to be made.")]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTestKey {
    /// What you call it, `test` if not told.
    #[schema(min_length = 1, max_length = 100, example = "ci")]
    name: Option<String>,
    /// What it may do: `mint`, `verify` and `manage` if not told.
    #[schema(value_type = Option<Vec<ScopeName>>, min_items = 1, max_items = 4)]
    scopes: Option<Vec<String>>,
}

impl NewTestKey {
    fn name(&self) -> Result<Option<String>, Rejection> {
        self.name.as_deref().map(secret_key::name).transpose()
    }

    fn scopes(&self) -> Result<Scopes, Rejection> {
        self.scopes.as_deref().map_or(Ok(Scopes::USUAL), secret_key::scopes)
    }
}

/// A test key, on the one occasion on which it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = TestKey)]
pub(crate) struct TestKeyView {
    /// Its handle.
    #[schema(pattern = "^key_[2-9a-z]{16}$", max_length = 20)]
    key: String,
    /// The sandbox that it opens: the `aud` of its receipts.
    #[schema(pattern = "^tnt_[2-9a-z]{16}$", max_length = 20)]
    tenant: String,
    /// What it is called.
    #[schema(max_length = 100)]
    name: String,
    /// What it may do.
    #[schema(max_items = 4, value_type = Vec<ScopeName>)]
    scopes: Vec<&'static str>,
    /// Its last four characters.
    #[schema(max_length = 4)]
    hint: String,
    /// When it was made.
    #[schema(format = "date-time", max_length = 32)]
    created_at: String,
    /// When it stops to work; null for one that was not replaced.
    #[schema(required, format = "date-time", max_length = 32)]
    expires_at: Option<String>,
    /// The key itself, shown this once.
    #[schema(pattern = "^otpm_test_[0-9A-Za-z]{49}$", max_length = 59)]
    secret: String,
}

impl TestKeyView {
    fn of(made: &TestKey) -> Self {
        let info = &made.info;
        Self {
            key: info.handle.to_string(),
            tenant: made.sandbox.to_string(),
            name: info.name.clone(),
            scopes: info.scopes.iter().map(Scope::as_str).collect(),
            hint: info.hint.clone(),
            created_at: info.created_at.to_string(),
            expires_at: info.expires_at.map(|at| at.to_string()),
            secret: made.secret.expose().to_owned(),
        }
    }

    fn example() -> Self {
        Self {
            key: "key_7d3k9m2x5q8v4bnp".to_owned(),
            tenant: "tnt_9pk4x2m7q3c8v5bn".to_owned(),
            name: "ci".to_owned(),
            scopes: vec!["mint", "verify", "manage"],
            hint: "86NF".to_owned(),
            created_at: "2026-11-21T08:30:00Z".to_owned(),
            expires_at: None,
            secret: "otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF".to_owned(),
        }
    }
}

fn adding() -> Vec<V1Error> {
    let mut all = looking_after();
    all.extend(of_a_body("/scopes", WRONG_SCOPES));
    all.extend(refused([Refusal::AlreadySandbox, Refusal::TooManyKeys]));
    all
}

fn finding() -> Vec<V1Error> {
    let mut all = looking_after();
    all.extend(refused([Refusal::AlreadySandbox, Refusal::NoSandbox]));
    all
}

answered! {
    /// Of adding a test key.
    Added => answers("The key.", (StatusCode::CREATED, "TestKey", json!(TestKeyView::example())), adding());
    /// Of looking for the sandbox.
    Found => answers("The sandbox.", (StatusCode::OK, "Tenant", json!(TenantView::sandbox())), finding());
}

/// `POST /v1/tenant/sandbox/keys`: makes a test key, and the sandbox with the first one.
#[utoipa::path(
    post,
    path = "/v1/tenant/sandbox/keys",
    operation_id = "addTestKey",
    tag = "sandbox",
    summary = "Make a test key",
    description = "The first one makes the sandbox. The key is shown this once.",
    security(("secretKey" = [])),
    request_body(content = NewTestKey, example = json!({ "name": "ci" })),
    responses(Added)
)]
pub(crate) async fn add(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<NewTestKey>,
) -> V1Result {
    let client_ip = ClientIp::of(&request);
    let wanted = TestKeyRequest { name: body.name()?, scopes: body.scopes()?, secret: None, client_ip };
    let made = state.services.tenants.add_test_key(&tenant, wanted).await?;
    Ok(HttpResponse::Created().json(TestKeyView::of(&made)))
}

/// `GET /v1/tenant/sandbox`: the tenant's sandbox.
#[utoipa::path(
    get,
    path = "/v1/tenant/sandbox",
    operation_id = "getSandbox",
    tag = "sandbox",
    summary = "Look at the sandbox",
    description = "The tenant that test keys open.",
    security(("secretKey" = [])),
    responses(Found)
)]
pub(crate) async fn sandbox(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let sandbox = state.services.tenants.sandbox(&tenant).await?;
    Ok(HttpResponse::Ok().json(TenantView::of(&sandbox)))
}
