//! `/v1/admin/tenants/{tenant}/keys` and `/unlock`: for a tenant, or a person, that cannot get in.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;
use utoipa::openapi::{RefOr, Response};
use utoipa::{IntoResponses, OpenApi, ToSchema};

use crate::domain::credential::{Scope, Scopes};
use crate::domain::tenant::parse_name;

use super::super::super::Face;
use super::super::super::client::Origin;
use super::super::body::Body;
use super::super::error::V1Error;
use super::super::openapi::{answers, of_a_body};
use super::super::operator::Operator;
use super::super::tenant::recipients::{Unlock, UnlockedView};
use super::tenants::Tenant;
use super::view::KeyView;
use super::{about_one, named};

/// The resources below one tenant.
#[derive(OpenApi)]
#[openapi(paths(grant, unlock), components(schemas(Grant, ScopeName)))]
pub(in crate::http::v1) struct KeysDoc;

/// One more secret key.
#[derive(Deserialize, ToSchema)]
#[schema(as = AdminKeyRequest)]
#[serde(deny_unknown_fields)]
pub(super) struct Grant {
    /// What it is called.
    #[schema(min_length = 1, max_length = 100, example = "rescue")]
    name: String,
    /// What it may be used for; each once.
    #[schema(min_items = 1, max_items = 4, example = json!(["mint", "verify", "manage"]))]
    scopes: Vec<ScopeName>,
}

/// What a key may be used for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = AdminScope)]
#[serde(rename_all = "lowercase")]
enum ScopeName {
    Mint,
    Verify,
    Manage,
    Reveal,
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Self {
        match name {
            ScopeName::Mint => Self::Mint,
            ScopeName::Verify => Self::Verify,
            ScopeName::Manage => Self::Manage,
            ScopeName::Reveal => Self::Reveal,
        }
    }
}

impl Grant {
    fn read(&self) -> Result<(String, Scopes), V1Error> {
        let name = parse_name(&self.name).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| V1Error::field("/name", "1 to 100 bytes on one line"))?;
        let mut scopes = Vec::new();
        for (index, scope) in self.scopes.iter().map(|name| Scope::from(*name)).enumerate() {
            if scopes.contains(&scope) {
                return Err(V1Error::field(format!("/scopes/{index}"), "each scope once"));
            }
            scopes.push(scope);
        }
        if scopes.is_empty() {
            return Err(V1Error::field("/scopes", "at least one of mint, verify, manage and reveal"));
        }
        Ok((name, scopes.into_iter().collect()))
    }
}

/// Of one more key.
pub(super) struct Granted;

impl IntoResponses for Granted {
    fn responses() -> std::collections::BTreeMap<String, RefOr<Response>> {
        let success = (StatusCode::CREATED, "AdminKey", json!(KeyView::example()));
        let mut refusals = about_one();
        refusals.extend(of_a_body("/scopes/1", "each scope once"));
        answers("The key, with its secret.", success, refusals).into_map()
    }
}

/// Of unlocking.
pub(super) struct Unlocked;

impl IntoResponses for Unlocked {
    fn responses() -> std::collections::BTreeMap<String, RefOr<Response>> {
        let success = (StatusCode::OK, "Unlocked", json!(UnlockedView::example()));
        let mut refusals = about_one();
        refusals.extend(of_a_body("/to", "not a mail address that can receive a code"));
        answers("The recipient may answer.", success, refusals).into_map()
    }
}

/// `POST /v1/admin/tenants/{tenant}/keys`: a key for a tenant that has lost its own.
#[utoipa::path(
    post,
    path = "/v1/admin/tenants/{tenant}/keys",
    operation_id = "adminGrantKey",
    tag = "admin",
    summary = "Give a tenant one more key",
    description = "For one that has lost its own. The secret is shown once; the other keys go on working.",
    security(("operatorToken" = [])),
    params(Tenant),
    request_body(content = Grant, example = json!({ "name": "rescue", "scopes": ["mint", "verify", "manage"] })),
    responses(Granted)
)]
pub(super) async fn grant(
    face: Data<Face>,
    request: HttpRequest,
    Operator(operator): Operator,
    tenant: Path<String>,
    Body(body): Body<Grant>,
) -> Result<HttpResponse, V1Error> {
    let handle = named(&tenant)?;
    let (key, secret) =
        face.services.grant_key(operator, &handle, body.read()?, Origin::of(&request)).await?;
    Ok(HttpResponse::Created().json(KeyView::of(&key, Some(secret.expose()))))
}

/// `POST /v1/admin/tenants/{tenant}/unlock`: forgets the wrong answers of a recipient.
#[utoipa::path(
    post,
    path = "/v1/admin/tenants/{tenant}/unlock",
    operation_id = "adminUnlockRecipient",
    tag = "admin",
    summary = "Let a locked-out recipient of a tenant answer again",
    description = "Forgets all wrong answers of this recipient, those of the last day and those in a row.",
    security(("operatorToken" = [])),
    params(Tenant),
    request_body(content = Unlock, example = json!({ "to": "jane@example.com" })),
    responses(Unlocked)
)]
pub(super) async fn unlock(
    face: Data<Face>,
    request: HttpRequest,
    Operator(operator): Operator,
    tenant: Path<String>,
    Body(body): Body<Unlock>,
) -> Result<HttpResponse, V1Error> {
    let (handle, recipient) = (named(&tenant)?, body.recipient()?);
    let unlocked = face.services.unlock_for(operator, &handle, &recipient, Origin::of(&request)).await?;
    Ok(HttpResponse::Ok().json(UnlockedView { to: recipient.masked(), unlocked }))
}
