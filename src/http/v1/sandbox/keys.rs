//! Test keys, and the sandbox that they open.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::tenants::credential::Scopes;
use crate::service::TestKeyRequest;

use crate::http::shared::bodies::secret_key::{self, ScopeName};
use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;
use crate::http::v1::idempotency;
use crate::http::v1::tenant::profile;

use super::key_view::TestKeyView;

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

/// `POST /v1/tenant/sandbox/keys`: makes a test key; the first one also makes the sandbox.
pub(crate) async fn add(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<NewTestKeyBody>,
) -> V1Result {
    let client_ip = ClientIp::of(&request);
    idempotency::making(&state.clone(), &request, tenant, move |tenant| async move {
        let wanted = TestKeyRequest { name: body.name()?, scopes: body.scopes()?, secret: None, client_ip };
        let made = state.services.tenants.add_test_key(&tenant, wanted).await?;
        Ok(idempotency::has_secret(HttpResponse::Created().json(TestKeyView::of(&made))))
    })
    .await
}

/// `GET /v1/tenant/sandbox`: the tenant's sandbox.
pub(crate) async fn sandbox(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let sandbox = state.services.tenants.sandbox(&tenant).await?;
    Ok(profile::shown(&sandbox))
}
