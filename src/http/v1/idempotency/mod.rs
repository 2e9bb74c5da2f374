//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-06): a repeated request with the same key
//! receives the same answer and is not carried out again.

mod header;
mod party;
mod receipt;
mod replay;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::domain::challenges::idempotency::Once;
use crate::service::{AuthenticatedTenant, Kept, Operator};

use crate::http::shared::problems::table::requests::SHUTTING_DOWN;
use crate::http::state::AppState;

use super::error::V1Result;
use super::raw_body;
use party::Party;

/// The body to keep instead of the answer's own.
struct Repeatable(String);

/// Marks an answer with a secret.
struct Secret;

/// Makes the answer keep `body` instead of its own, which contains what must not be returned twice.
pub(crate) fn replace_kept_body(response: &mut HttpResponse, body: &impl Serialize) {
    // A struct of texts and numbers always serialises.
    let body = serde_json::to_string(body).unwrap_or_default();
    response.extensions_mut().insert(Repeatable(body));
}

/// Marks an answer that has a secret: it is kept for a short time only.
pub(crate) fn has_secret(mut response: HttpResponse) -> HttpResponse {
    response.extensions_mut().insert(Secret);
    response
}

/// Whose requests are the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SameFor {
    /// The tenant's, with any of its keys.
    Tenant,
    /// Those with the same credential.
    Credential,
}

/// Runs `run` once for each key; without a key it just runs.
///
/// With a key it runs to its end even if the caller hangs up: in that case the answer will be asked for
/// again.
pub(crate) async fn once<F>(
    state: &Data<AppState>,
    request: &HttpRequest,
    tenant: &AuthenticatedTenant,
    run: impl FnOnce(Option<Once>) -> F + 'static,
) -> V1Result
where
    F: Future<Output = V1Result> + 'static,
{
    carry_out(state, request, Party::Tenant(tenant.clone()), SameFor::Tenant, run).await
}

/// The same for an answer that may have a secret, which is repeated only for the same secret key.
pub(crate) async fn once_with_secret<F>(
    state: &Data<AppState>,
    request: &HttpRequest,
    tenant: &AuthenticatedTenant,
    run: impl FnOnce(Option<Once>) -> F + 'static,
) -> V1Result
where
    F: Future<Output = V1Result> + 'static,
{
    carry_out(state, request, Party::Tenant(tenant.clone()), SameFor::Credential, run).await
}

/// Runs `run`, which makes something of a tenant, once for each key: its change is recorded with the request.
pub(crate) async fn making<F>(
    state: &Data<AppState>,
    request: &HttpRequest,
    tenant: AuthenticatedTenant,
    run: impl FnOnce(AuthenticatedTenant) -> F + 'static,
) -> V1Result
where
    F: Future<Output = V1Result> + 'static,
{
    let party = Party::Tenant(tenant.clone());
    let (requester, conditions) = (tenant.requester(), tenant.conditions().clone());
    let run = |once| run(tenant.under(party::carrying(conditions, requester, once)));
    carry_out(state, request, party, SameFor::Credential, run).await
}

/// The same for the operator.
pub(crate) async fn making_as_operator<F>(
    state: &Data<AppState>,
    request: &HttpRequest,
    operator: Operator,
    run: impl FnOnce(Operator) -> F + 'static,
) -> V1Result
where
    F: Future<Output = V1Result> + 'static,
{
    let party = Party::Operator(operator.clone());
    let (requester, conditions) = (operator.requester(), operator.conditions().clone());
    let run = |once| run(operator.under(party::carrying(conditions, requester, once)));
    carry_out(state, request, party, SameFor::Credential, run).await
}

async fn carry_out<F>(
    state: &Data<AppState>,
    request: &HttpRequest,
    party: Party,
    same_for: SameFor,
    run: impl FnOnce(Option<Once>) -> F + 'static,
) -> V1Result
where
    F: Future<Output = V1Result> + 'static,
{
    let Some(key) = header::key(request)? else { return run(None).await };
    let body = raw_body::noted(request);
    let route = request.match_pattern().unwrap_or_default();
    let (service, requester) = (&state.services.idempotency, party.requester());
    let asked: (_, &[u8]) = (request.path(), &body);
    let once = match same_for {
        SameFor::Tenant => service.once(&requester, &route, &key, asked),
        SameFor::Credential => service.once_with_credential(&requester, &route, &key, asked),
    };
    let running = service.begin(&requester, &once)?;
    if let Some(recalled) = service.recall(&requester, &once).await? {
        return replay::replay(state, request, &party, recalled).await;
    }
    let state = state.clone();
    let task = actix_web::rt::spawn(async move {
        let response = run(Some(once.clone())).await?;
        let response = keep(&state, &party, &once, response).await;
        drop(running);
        Ok(response)
    });
    // The result is lost only if its thread ends.
    task.await.unwrap_or_else(|_| Err((&SHUTTING_DOWN).into()))
}

/// Keeps an answer.
async fn keep(state: &AppState, party: &Party, once: &Once, response: HttpResponse) -> HttpResponse {
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(body) => body,
        Err(body) => return response.set_body(body),
    };
    let repeatable = response.extensions_mut().remove::<Repeatable>().map(|Repeatable(text)| text);
    let has_secret = response.extensions_mut().remove::<Secret>().is_some();
    let (service, requester) = (&state.services.idempotency, party.requester());
    match (repeatable, str::from_utf8(&body)) {
        (_, Ok(body)) if has_secret => service.keep_response(&requester, once, Kept::Secret(body)).await,
        (Some(text), _) => service.keep_response(&requester, once, Kept::Body(&text, None)).await,
        (None, Ok(text)) => {
            let (answer, receipt) = receipt::split(text);
            service.keep_response(&requester, once, Kept::Body(&answer, receipt)).await;
        }
        (None, Err(_)) => {}
    }
    response.set_body(BoxBody::new(body))
}
