//! What proves that a request speaks for a tenant: a secret key with the scope `relay`, or a signature.

use actix_web::HttpRequest;
use secrecy::{ExposeSecret, SecretString};

use crate::domain::hook::{Product, SignatureScheme, SignedRequest};
use crate::domain::tenants::credential::Scope;
use crate::service::{AuthenticatedTenant, HookRequest, Refusal};

use crate::http::shared::basic::Basic;
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

/// The tenant of the secret key, if it is the one in the path. A key of another tenant costs
/// and teaches what a wrong key does.
pub(super) async fn by_key(
    state: &AppState,
    request: &HttpRequest,
    handle: &str,
) -> Result<AuthenticatedTenant, Refusal> {
    let key = secret_key(request).ok_or(Refusal::UnknownSecretKey)?;
    let is_named = |tenant: &AuthenticatedTenant| tenant.handle().as_str() == handle;
    let tenant = state.authenticate_as(key.expose_secret(), ClientIp::of(request), is_named).await?;
    tenant.require(Scope::Relay)?;
    Ok(tenant)
}

/// The tenant whose secret has signed the request.
pub(super) async fn by_signature(
    state: &AppState,
    request: &HttpRequest,
    (product, tenant): (Product, &str),
    body: &[u8],
) -> Result<AuthenticatedTenant, Refusal> {
    let signature = match product {
        Product::Zitadel => header(request, "zitadel-signature"),
        _ => header(request, "webhook-signature"),
    };
    let (id, timestamp) = (header(request, "webhook-id"), header(request, "webhook-timestamp"));
    let signed = SignedRequest { id, timestamp, signature, body };
    let tenant = state.services.hooks.prove(&HookRequest { tenant, product, signed }).await?;
    state.services.admission.check_share(tenant.waiters())?;
    Ok(tenant)
}

/// The name of the event that a signature covers.
pub(super) fn event_id(request: &HttpRequest, product: Product) -> Option<&str> {
    let id = header(request, "webhook-id");
    (product.signature() == Some(SignatureScheme::StandardWebhooks) && !id.is_empty()).then_some(id)
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The key of `Authorization: Bearer`, or the password of `Basic`, whose name is not looked at.
fn secret_key(request: &HttpRequest) -> Option<SecretString> {
    if let Ok(basic) = Basic::of(request) {
        return Some(basic.password);
    }
    let (scheme, key) = header(request, "authorization").split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| SecretString::from(key.trim()))
}
