//! The handlers of challenges: each extracts, makes one call and responds.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::challenges::device::Device;
use crate::service::{ChallengeReference, MintRequest, PageRequest, VerifyRequest, Wait};

use crate::http::shared::client::{ClientIp, end_user};
use crate::http::shared::limits::AddressLimits;
use crate::http::shared::problems::rejection::both;
use crate::http::state::AppState;
use crate::http::v1::bearer::{Minter, Verifier, Viewer};
use crate::http::v1::body::{JsonBody, MaybeJsonBody};
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::{idempotency, prefer, raw_body, revision};

use super::found_view::FoundView;
use super::mint_body::MintBody;
use super::public::{self, Asker};
use super::resend_body::ResendBody;
use super::verify_body::{VerifyBody, VerifyByRecipientBody};
use super::view::{ChallengeView, MintedView, VerifiedView};

/// `POST /v1/challenges`: mints a code and sends it.
pub(crate) async fn mint(
    state: Data<AppState>,
    limits: Data<AddressLimits>,
    request: HttpRequest,
    Minter(tenant): Minter,
    JsonBody(mut body): JsonBody<MintBody>,
) -> V1Result {
    idempotency::once(&state.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let count = async |ip| limits.check_mint(tenant.id(), ip).await;
        let client_ip = end_user(&request, body.end_user_ip, count).await?;
        let about = both(body.recipient(tenant.region()), body.purpose());
        let words = both(both(body.details(), body.vars()), body.autofill());
        let ((to, purpose), ((details, vars), autofill)) = both(about, words)?;
        let to = to.map(|(to, wished)| {
            let way = tenant.way_to(&to, wished, &purpose);
            (to, way)
        });
        let asked = body.ask()?.expected_channel();
        let channel = to.as_ref().map_or(asked, |(_, (channel, _))| *channel);
        let usual = tenant.policy(&purpose).code_over(channel);
        let limits = both(body.subjects(tenant.policy(&purpose)), body.device());
        let (policy, (subjects, device)) = both(body.policy(&usual), limits)?;
        let details = details.hosted(body.hosting(policy.as_ref().unwrap_or(&usual))?);
        let minted = match to {
            None => {
                let asking = PageRequest::with(details);
                let page =
                    PageRequest { purpose, policy, vars, autofill, subjects, client_ip, once, ..asking };
                state.services.challenges.mint_page(&tenant, page).await?
            }
            Some((to, (channel, fallback))) => {
                let (bound, end_user) = (body.bound()?, body.end_user_ip);
                let wait = prefer::wait(&request).map_or(Wait::Queued, Wait::Outcome);
                let mint = MintRequest {
                    channel,
                    fallback,
                    purpose,
                    policy,
                    details,
                    vars,
                    autofill,
                    bound,
                    subjects,
                    device,
                    client_ip,
                    end_user,
                    wait,
                    once,
                    ..MintRequest::to(to)
                };
                state.services.challenges.mint(&tenant, mint).await?
            }
        };
        let location = format!("/v1/challenges/{}", minted.key.as_str());
        let (code, challenge) = (minted.code.clone(), state.services.challenges.minted(minted));
        let mut response = HttpResponse::Created()
            .insert_header(("Location", location))
            .json(MintedView::of(&state.services, &challenge, code.as_ref()));
        if code.is_some() && raw_body::has_key(&request) {
            let repeatable = MintedView::without_code(&state.services, &challenge);
            idempotency::replace_kept_body(&mut response, &repeatable);
        }
        Ok(response)
    })
    .await
}

/// `GET /v1/challenges/{key}`: the challenge and its deliveries.
pub(crate) async fn status(state: Data<AppState>, asker: Asker<Viewer>, key: Path<String>) -> V1Result {
    let tenant = match asker {
        Asker::Tenant(Viewer(tenant)) => tenant,
        Asker::Anybody(holder) => return public::status(&state, &holder, &key).await,
    };
    let (challenge, deliveries) = state.services.challenges.find_with_deliveries(&tenant, &key).await?;
    let view = FoundView::of(&state.services, &challenge, &deliveries);
    Ok(revision::tagged(challenge.revision()).json(view))
}

/// `DELETE /v1/challenges/{key}`: cancels the challenge.
pub(crate) async fn cancel(
    state: Data<AppState>,
    request: HttpRequest,
    Minter(tenant): Minter,
    key: Path<String>,
) -> V1Result {
    state.services.challenges.cancel(&tenant, &key, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /v1/challenges/{key}/resend`: sends the same code again.
pub(crate) async fn resend(
    state: Data<AppState>,
    request: HttpRequest,
    asker: Asker<Minter>,
    key: Path<String>,
    MaybeJsonBody(body): MaybeJsonBody<ResendBody>,
) -> V1Result {
    let channel = body.channel()?;
    let tenant = match asker {
        Asker::Tenant(Minter(tenant)) => tenant,
        Asker::Anybody(_) if channel.is_some() => {
            return Err(V1Error::field(
                "/channel",
                "only a request with the secret key may choose the channel",
            ));
        }
        Asker::Anybody(holder) => return public::resend(&state, &request, &holder, &key).await,
    };
    idempotency::once(&state.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let wait = prefer::wait(&request).unwrap_or_default();
        let again = (key.as_str(), channel);
        let challenge =
            state.services.challenges.resend(&tenant, again, ClientIp::of(&request), wait, once).await?;
        Ok(HttpResponse::Ok().json(ChallengeView::of(&state.services, &challenge)))
    })
    .await
}

/// `POST /v1/challenges/{key}/verify`: checks a code.
pub(crate) async fn verify(
    state: Data<AppState>,
    limits: Data<AddressLimits>,
    request: HttpRequest,
    asker: Asker<Verifier>,
    key: Path<String>,
    JsonBody(mut body): JsonBody<VerifyBody>,
) -> V1Result {
    let tenant = match asker {
        Asker::Tenant(Verifier(tenant)) => tenant,
        Asker::Anybody(holder) => return public::verify(&state, &request, &holder, &key, body).await,
    };
    idempotency::once(&state.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let count = async |ip| limits.check_verify(tenant.id(), ip).await;
        let client_ip = end_user(&request, body.end_user_ip, count).await?;
        let bound = body.bound()?;
        let (reference, code) = (ChallengeReference::Key(&key), body.code.as_str());
        let (tenant, device) = (Some(&tenant), Device::stated(body.trusted));
        answered(&state, VerifyRequest { reference, code, bound, tenant, device, client_ip, once }).await
    })
    .await
}

/// `POST /v1/verify`: checks a code for a recipient and a purpose, for apps that store no shareable key.
pub(crate) async fn verify_latest(
    state: Data<AppState>,
    limits: Data<AddressLimits>,
    request: HttpRequest,
    Verifier(tenant): Verifier,
    JsonBody(mut body): JsonBody<VerifyByRecipientBody>,
) -> V1Result {
    idempotency::once(&state.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let count = async |ip| limits.check_verify(tenant.id(), ip).await;
        let client_ip = end_user(&request, body.end_user_ip, count).await?;
        let (recipient, purpose, bound) = (body.recipient(tenant.region())?, body.purpose()?, body.bound()?);
        let (reference, code) = (ChallengeReference::Latest(&recipient, &purpose), body.code.as_str());
        let (tenant, device) = (Some(&tenant), Device::stated(body.trusted));
        answered(&state, VerifyRequest { reference, code, bound, tenant, device, client_ip, once }).await
    })
    .await
}

async fn answered(state: &AppState, request: VerifyRequest<'_>) -> V1Result {
    let (challenge, receipt) = state.services.verification.prove(request).await?;
    let challenge = ChallengeView::of(&state.services, &challenge);
    Ok(HttpResponse::Ok().json(VerifiedView { challenge, receipt }))
}
