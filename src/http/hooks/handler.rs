//! Taking codes over.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, Data, Path, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use crate::domain::hook::Product;
use crate::service::{AuthenticatedTenant, HookEvent, Refusal};

use crate::http::shared::body;
use crate::http::shared::client::ClientIp;
use crate::http::shared::fallback::not_found;
use crate::http::shared::limits::AddressLimits;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;
use crate::http::traffic::RequestGuard;

use super::answers;
use super::asked::Body;
use super::products::asked_by;
use super::proof;

/// `POST /hooks/{product}/{tenant}`: delivers the codes of a request. The answer has the shape that the product
/// reads, and comes when the messages are queued: products do not wait longer.
pub(super) async fn receive(
    state: Data<AppState>,
    limits: Data<AddressLimits>,
    request: HttpRequest,
    path: Path<(String, String)>,
    payload: Payload,
) -> HttpResponse {
    let (word, tenant) = path.into_inner();
    let Some(product) = Product::parse(&word) else { return not_found(request).await };
    let proved = match admitted(&state, &limits, &request, (product, &tenant), payload).await {
        Ok(proved) => proved,
        Err(rejection) => return answers::stranger(product, &rejection),
    };
    match relayed(&state, &request, product, &proved).await {
        Ok(()) => answers::success(product),
        Err(rejection) => answers::refusal(product, &rejection),
    }
}

/// A request that speaks for a tenant, and its body.
struct Proved {
    tenant: AuthenticatedTenant,
    body: Bytes,
    /// It is held while the request is carried out.
    _guard: RequestGuard,
}

async fn admitted(
    state: &AppState,
    limits: &AddressLimits,
    request: &HttpRequest,
    (product, handle): (Product, &str),
    payload: Payload,
) -> Result<Proved, Rejection> {
    let guard = state.enter().await?;
    let (proved, body) = proved(state, request, (product, handle), payload).await?;
    match proved {
        Ok(tenant) => {
            request.extensions_mut().insert(tenant.id());
            Ok(Proved { tenant, body, _guard: guard })
        }
        Err(refusal @ Refusal::UnknownSecretKey) => {
            let stranger = state.clients.key(ClientIp::of(request));
            limits.check_stranger(stranger).await.map_err(Problem::limited)?;
            Err(refusal.into())
        }
        Err(refusal) => Err(refusal.into()),
    }
}

async fn relayed(
    state: &AppState,
    request: &HttpRequest,
    product: Product,
    Proved { tenant, body, .. }: &Proved,
) -> Result<(), Rejection> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let asked = asked_by(product, &Body { content_type: content_type.unwrap_or_default(), bytes: body })?;
    let client_ip = ClientIp::of(request);
    let requests =
        asked.into_iter().map(|one| one.into_request(tenant, client_ip)).collect::<Result<_, _>>()?;
    let event = proof::event_id(request, product).map(|id| HookEvent { product, id, body });
    state.services.hook_relays.relay(tenant, event, requests).await?;
    Ok(())
}

/// The tenant for whom the request is proved to speak, and the body. A secret key is looked at before the body is
/// read; a signature covers it.
async fn proved(
    state: &AppState,
    request: &HttpRequest,
    (product, handle): (Product, &str),
    payload: Payload,
) -> Result<(Result<AuthenticatedTenant, Refusal>, Bytes), Rejection> {
    let mut payload = payload.into_inner();
    if product.signature().is_some() {
        let body = body::read(request, &mut payload).await?;
        return Ok((proof::by_signature(state, request, (product, handle), &body).await, body));
    }
    match proof::by_key(state, request, handle).await {
        Ok(tenant) => Ok((Ok(tenant), body::read(request, &mut payload).await?)),
        Err(refusal) => Ok((Err(refusal), Bytes::new())),
    }
}
