//! Test keys, and the sandbox that they open.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::tenants::credential::KeyHandle;
use crate::domain::tenants::credential::{Scope, Scopes};
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::service::{TestKey, TestKeyRequest};

use crate::http::shared::bodies::secret_key::{self, ScopeName};
use crate::http::shared::client::ClientIp;
use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;
use crate::http::v1::tenant::view::TenantView;

/// The body of `POST /v1/tenant/sandbox/keys`.
#[derive(Deserialize, ToSchema)]
#[schema(description = "A new test key.")]
#[serde(deny_unknown_fields)]
#[schema(as = NewTestKey)]
#[serde(rename = "NewTestKey")]
pub(crate) struct NewTestKeyBody {
    /// The name of the key; `test` if absent.
    #[schema(min_length = 1, max_length = 100, example = "ci")]
    name: Option<String>,
    /// What the key may be used for; `mint`, `verify` and `manage` if absent.
    #[schema(value_type = Option<Vec<ScopeName>>, min_items = 1, max_items = 6)]
    scopes: Option<Vec<String>>,
}

impl NewTestKeyBody {
    fn name(&self) -> Result<Option<String>, Rejection> {
        self.name.as_deref().map(secret_key::name).transpose()
    }

    fn scopes(&self) -> Result<Scopes, Rejection> {
        self.scopes.as_deref().map_or(Ok(Scopes::USUAL), secret_key::scopes)
    }
}

/// A new test key, with its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = TestKey)]
pub(crate) struct TestKeyView {
    /// The handle of the key.
    key: KeyHandle,
    /// The sandbox that the key opens: the `aud` of its receipts.
    tenant: TenantHandle,
    /// The name of the key.
    #[schema(max_length = 100)]
    name: String,
    /// What the key may be used for.
    #[schema(max_items = 6, value_type = Vec<ScopeName>)]
    scopes: Vec<&'static str>,
    /// The last four characters of the key.
    #[schema(max_length = 4)]
    hint: String,
    /// When the key was made.
    created_at: Timestamp,
    /// When the key ends; null for a key that was not replaced.
    #[schema(required)]
    expires_at: Option<Timestamp>,
    /// The key itself. It is shown only once.
    #[schema(pattern = "^otpm_test_[0-9A-Za-z]{49}$", max_length = 59)]
    secret: String,
}

impl TestKeyView {
    fn of(made: &TestKey) -> Self {
        let info = &made.info;
        Self {
            key: info.handle.clone(),
            tenant: made.sandbox.clone(),
            name: info.name.clone(),
            scopes: info.scopes.iter().map(Scope::as_str).collect(),
            hint: info.hint.clone(),
            created_at: info.created_at,
            expires_at: info.terms.expires_at,
            secret: made.secret.expose().to_owned(),
        }
    }
}

impl Example for TestKeyView {
    fn example() -> Self {
        Self {
            key: examples::key("key_7d3k9m2x5q8v4bnp"),
            tenant: examples::sandbox(),
            name: "ci".to_owned(),
            scopes: vec!["mint", "verify", "manage"],
            hint: "86NF".to_owned(),
            created_at: examples::at("08:30:00"),
            expires_at: None,
            secret: "otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF".to_owned(),
        }
    }
}

/// `POST /v1/tenant/sandbox/keys`: makes a test key; the first one also makes the sandbox.
pub(crate) async fn add(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<NewTestKeyBody>,
) -> V1Result {
    let client_ip = ClientIp::of(&request);
    let wanted = TestKeyRequest { name: body.name()?, scopes: body.scopes()?, secret: None, client_ip };
    let made = state.services.tenants.add_test_key(&tenant, wanted).await?;
    Ok(HttpResponse::Created().json(TestKeyView::of(&made)))
}

/// `GET /v1/tenant/sandbox`: the tenant's sandbox.
pub(crate) async fn sandbox(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let sandbox = state.services.tenants.sandbox(&tenant).await?;
    Ok(HttpResponse::Ok().json(TenantView::of(&sandbox)))
}
