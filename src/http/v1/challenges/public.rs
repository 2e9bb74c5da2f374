//! Callers who have a shareable key and no secret key: a page in a browser, or an app.

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, ORIGIN};
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use crate::domain::web_origin::WebOrigin;
use crate::service::{Holder, Refusal};

use crate::http::shared::client;
use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::table::requests::IDEMPOTENCY_NOT_OFFERED;
use crate::http::state::AppState;
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::raw_body;

use super::public_view::{PublicView, VerifiedPublicView};
use super::verify_body::VerifyBody;

/// The caller: a tenant that has authenticated, as `T`, or anybody. A credential that was sent but is not valid
/// is refused and not ignored: its caller relies on it.
pub(crate) enum Asker<T> {
    Tenant(T),
    Anybody(Holder),
}

impl<T: FromRequest<Error = V1Error> + 'static> FromRequest for Asker<T> {
    type Error = V1Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, V1Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.headers().contains_key(AUTHORIZATION) {
            let tenant = T::from_request(request, payload);
            return Box::pin(async { tenant.await.map(Self::Tenant) });
        }
        let holder = holder(request);
        Box::pin(std::future::ready(holder.map(Self::Anybody)))
    }
}

fn holder(request: &HttpRequest) -> Result<Holder, V1Error> {
    let client_ip = client::ClientIp::of(request);
    let mut lines = request.headers().get_all(ORIGIN);
    let Some(line) = lines.next() else { return Ok(Holder { page: None, client_ip }) };
    // A page that no tenant can allow, such as `null`, is treated like a page that the tenant does not allow.
    let page = line.to_str().ok().and_then(|text| WebOrigin::parse(text).ok());
    match page.filter(|_| lines.next().is_none()) {
        Some(page) => Ok(Holder { page: Some(page), client_ip }),
        None => Err(for_holder(Refusal::UnknownChallenge)),
    }
}

/// A pending challenge, for a holder of its shareable key.
pub(crate) async fn status(state: &AppState, holder: &Holder, key: &str) -> V1Result {
    let found = state.services.holders.find(key, holder).await.map_err(for_holder)?;
    Ok(HttpResponse::Ok().json(PublicView::of(&state.services, &found)))
}

/// Checks a code for a holder of the shareable key.
pub(crate) async fn verify(
    state: &AppState,
    request: &HttpRequest,
    holder: &Holder,
    key: &str,
    mut body: VerifyBody,
) -> V1Result {
    refuse_key(request)?;
    if body.end_user_ip.is_some() {
        return Err(V1Error::field("/end_user_ip", "only a request with the secret key may tell it"));
    }
    if body.trusted.is_some() {
        return Err(V1Error::field("/trusted", "only a request with the secret key may vouch for a device"));
    }
    let bound = body.bound()?;
    let verified = state.services.holders.verify(key, &body.code, bound, holder).await;
    let (challenge, receipt) = verified.map_err(for_holder)?;
    let challenge = PublicView::of(&state.services, &challenge);
    Ok(HttpResponse::Ok().json(VerifiedPublicView { challenge, receipt }))
}

/// Sends the code again for a holder of the shareable key. `Prefer` is ignored: holders could keep connections
/// open at no cost.
pub(crate) async fn resend(state: &AppState, request: &HttpRequest, holder: &Holder, key: &str) -> V1Result {
    refuse_key(request)?;
    let challenge = state.services.holders.resend(key, holder).await.map_err(for_holder)?;
    Ok(HttpResponse::Ok().json(PublicView::of(&state.services, &challenge)))
}

/// The error that a holder receives for a refusal.
fn for_holder(refusal: Refusal) -> V1Error {
    Problem::of(&refusal, Audience::Holder).into()
}

/// An idempotency key belongs to a tenant. Ignoring it would promise a protection that does not exist.
fn refuse_key(request: &HttpRequest) -> Result<(), V1Error> {
    match raw_body::has_key(request) {
        true => Err((&IDEMPOTENCY_NOT_OFFERED).into()),
        false => Ok(()),
    }
}
