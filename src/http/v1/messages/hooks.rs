//! The secrets with which identity servers sign at `/hooks`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::hook::Product;
use crate::domain::time::Timestamp;
use crate::service::{AuthenticatedTenant, HookSecret, Refusal, RelayRefusal, Services};

use crate::http::shared::client::ClientIp;
use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::MaybeJsonBody;
use crate::http::v1::error::V1Result;
use crate::http::v1::revision;

/// `PUT /v1/tenant/hooks/{product}`
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = SetHook, description = "The secret of the product.")]
#[serde(deny_unknown_fields)]
pub(crate) struct HookBody {
    /// The secret that the product has made: of Supabase `v1,whsec_…`, several separated by `|`; of Zitadel the signing
    /// key of the provider. If it is absent, the server makes one for Supabase.
    #[schema(max_length = 1000, pattern = "^[!-~]+$", example = "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: Option<String>,
}

/// A hook with a secret.
#[derive(Serialize, ToSchema)]
#[schema(as = Hook)]
pub(crate) struct HookView {
    /// The product that signs.
    #[schema(max_length = 20)]
    product: &'static str,
    /// The address for the product; null if the server has no `server.public_url`.
    #[schema(required, format = "uri", max_length = 320)]
    url: Option<String>,
    /// The last four characters of the secret.
    #[schema(max_length = 16)]
    hint: String,
    /// When the secret was set.
    created_at: Timestamp,
}

/// A hook whose secret was just set.
#[derive(Serialize, ToSchema)]
#[schema(as = HookWithSecret)]
pub(crate) struct HookSecretView {
    #[serde(flatten)]
    hook: HookView,
    /// The secret that the server has made, returned only once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, max_length = 60)]
    secret: Option<String>,
}

impl HookView {
    pub(crate) fn of(services: &Services, tenant: &AuthenticatedTenant, hook: HookSecret) -> Self {
        let product = hook.product.as_str();
        let url = services.pages.public_url();
        Self {
            product,
            url: url.map(|origin| format!("{origin}/hooks/{product}/{}", tenant.handle())),
            hint: hook.hint,
            created_at: hook.created_at,
        }
    }
}

fn product(word: &str) -> Result<Product, Refusal> {
    Product::parse(word).ok_or(RelayRefusal::UnknownHook.into())
}

/// `PUT /v1/tenant/hooks/{product}`: sets the secret.
pub(crate) async fn set(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    word: Path<String>,
    MaybeJsonBody(body): MaybeJsonBody<HookBody>,
) -> V1Result {
    let wished = (product(&word)?, body.secret.as_deref());
    let set = state.services.hooks.set(&tenant, wished, ClientIp::of(&request)).await;
    let (hook, secret) = set?;
    let mut answer = revision::tagged(hook.revision);
    let hook = HookView::of(&state.services, &tenant, hook);
    let secret = secret.map(|secret| secret.expose().to_owned());
    Ok(answer.json(HookSecretView { hook, secret }))
}

/// `GET /v1/tenant/hooks/{product}`: when the secret was set, and its hint.
pub(crate) async fn get(state: Data<AppState>, Manager(tenant): Manager, word: Path<String>) -> V1Result {
    let hook = state.services.hooks.find(&tenant, product(&word)?).await?;
    Ok(revision::tagged(hook.revision).json(HookView::of(&state.services, &tenant, hook)))
}

/// `DELETE /v1/tenant/hooks/{product}`: deletes the secret.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    word: Path<String>,
) -> V1Result {
    state.services.hooks.delete(&tenant, product(&word)?, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

impl Example for HookView {
    fn example() -> Self {
        Self {
            product: Product::SupabaseSms.as_str(),
            url: Some(format!("https://otp.example.com/hooks/supabase-sms/{}", examples::TENANT)),
            hint: "LaSw".to_owned(),
            created_at: examples::at("08:30:00"),
        }
    }
}

impl Example for HookSecretView {
    fn example() -> Self {
        Self { hook: HookView::example(), secret: None }
    }
}
