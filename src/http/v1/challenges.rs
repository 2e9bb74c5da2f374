//! Challenges: mint, look, verify, resend, cancel.

use std::net::IpAddr;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::service::{AuthenticatedTenant, MintRequest, VerifyRequest, Wait, Which};

use super::super::client::Origin;
use super::super::limits::AddressLimits;
use super::super::{Face, client};
use super::bearer::Tenant;
use super::body::{Body, Mint, Verify, VerifyLatest};
use super::error::V1Error;
use super::view::{ChallengeView, VerifiedView};
use super::{idempotency, prefer};

type Answer = Result<HttpResponse, V1Error>;

/// `POST /v1/challenges`: mints a code and sends it.
pub(super) async fn mint(
    face: Data<Face>,
    limits: Data<AddressLimits>,
    request: HttpRequest,
    Tenant(tenant): Tenant,
    Body(mut body): Body<Mint>,
) -> Answer {
    idempotency::once(&face.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let origin = Origin::of(&request);
        if let Some(ip) = body.end_user_ip {
            limits.check_mint(ip).map_err(super::super::problem::Problem::limited)?;
        }
        let mint = MintRequest {
            to: body.recipient()?,
            purpose: body.purpose()?,
            policy: body.policy(face.services.code_policy())?,
            details: body.details()?,
            bound: body.bound()?,
            origin: body.end_user_ip.or(origin),
            wait: prefer::wait(&request).map_or(Wait::Queued, Wait::Outcome),
            once,
        };
        let minted = face.services.mint(&tenant, mint).await?;
        let challenge = face.services.minted(&tenant, &minted).await?;
        let location = format!("/v1/challenges/{}", minted.key.as_str());
        Ok(HttpResponse::Created()
            .insert_header(("Location", location))
            .json(ChallengeView::of(&face.services, &challenge)))
    })
    .await
}

/// `GET /v1/challenges/{key}`: how it stands.
pub(super) async fn status(face: Data<Face>, Tenant(tenant): Tenant, key: Path<String>) -> Answer {
    let challenge = face.services.challenge(&tenant, &key).await?;
    Ok(HttpResponse::Ok().json(ChallengeView::of(&face.services, &challenge)))
}

/// `DELETE /v1/challenges/{key}`: calls it off.
pub(super) async fn cancel(face: Data<Face>, Tenant(tenant): Tenant, key: Path<String>) -> Answer {
    let challenge = face.services.cancel(&tenant, &key).await?;
    Ok(HttpResponse::Ok().json(ChallengeView::of(&face.services, &challenge)))
}

/// `POST /v1/challenges/{key}/resend`: sends the same code again.
pub(super) async fn resend(
    face: Data<Face>,
    request: HttpRequest,
    Tenant(tenant): Tenant,
    key: Path<String>,
) -> Answer {
    idempotency::once(&face.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let wait = prefer::wait(&request).unwrap_or_default();
        let challenge = face.services.resend(&tenant, &key, Origin::of(&request), wait, once).await?;
        Ok(HttpResponse::Ok().json(ChallengeView::of(&face.services, &challenge)))
    })
    .await
}

/// `POST /v1/challenges/{key}/verify`: checks a code.
pub(super) async fn verify(
    face: Data<Face>,
    limits: Data<AddressLimits>,
    request: HttpRequest,
    Tenant(tenant): Tenant,
    key: Path<String>,
    Body(mut body): Body<Verify>,
) -> Answer {
    idempotency::once(&face.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let origin = end_user(&request, &limits, body.end_user_ip)?;
        let bound = body.bound()?;
        let (which, code) = (Which::Key(&key), body.code.as_str());
        let request = VerifyRequest { which, code, bound, tenant: Some(&tenant), origin, once };
        answered(&face, &tenant, request).await
    })
    .await
}

/// `POST /v1/verify`: checks a code for a recipient and a purpose, for apps that keep no key.
pub(super) async fn verify_latest(
    face: Data<Face>,
    limits: Data<AddressLimits>,
    request: HttpRequest,
    Tenant(tenant): Tenant,
    Body(mut body): Body<VerifyLatest>,
) -> Answer {
    idempotency::once(&face.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let origin = end_user(&request, &limits, body.end_user_ip)?;
        let (recipient, purpose, bound) = (body.recipient()?, body.purpose()?, body.bound()?);
        let (which, code) = (Which::Latest(&recipient, &purpose), body.code.as_str());
        let request = VerifyRequest { which, code, bound, tenant: Some(&tenant), origin, once };
        answered(&face, &tenant, request).await
    })
    .await
}

async fn answered(face: &Face, tenant: &AuthenticatedTenant, request: VerifyRequest<'_>) -> Answer {
    let (challenge, receipt) = face.services.verify_for(tenant, request).await?;
    let challenge = ChallengeView::of(&face.services, &challenge);
    Ok(HttpResponse::Ok().json(VerifiedView { challenge, receipt }))
}

/// The address that an answer is counted and noted under: the end user's, where the backend tells
/// it, else the backend's own.
fn end_user(
    request: &HttpRequest,
    limits: &AddressLimits,
    told: Option<IpAddr>,
) -> Result<Option<IpAddr>, V1Error> {
    if let Some(ip) = told {
        limits.check_verify(ip).map_err(super::super::problem::Problem::limited)?;
    }
    Ok(told.or(client::Origin::of(request)))
}
