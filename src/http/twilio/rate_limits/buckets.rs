//! The handlers of the buckets of rate limits.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::twilio::basic::Manager;
use crate::http::twilio::error::{TwilioError, TwilioResult};
use crate::http::twilio::form::Form;
use crate::http::twilio::list;
use crate::service::{AuthenticatedTenant, LimitBucket, RateLimit, VerifyService};

use super::body::BucketForm;
use super::handlers::view;

/// A service, a rate limit of it, and a bucket of that.
type BucketPath = Path<(String, String, String)>;

/// `GET …/RateLimits/{limit}/Buckets`: the buckets of a rate limit.
pub(crate) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
) -> TwilioResult {
    let (service, limit) = find(&state, &tenant, (&path.0, &path.1))?;
    let view = view(&state, &request, &tenant, &service);
    let all = limit.buckets.iter().map(|bucket| view.bucket(&limit, bucket)).collect();
    Ok(HttpResponse::Ok().json(list::page(&state, &request, "buckets", all)?))
}

/// `POST …/RateLimits/{limit}/Buckets`: adds a bucket.
pub(crate) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
    form: Form,
) -> TwilioResult {
    let (service, limit) = find(&state, &tenant, (&path.0, &path.1))?;
    let (rate, client_ip) = (BucketForm::read(form)?.new_rate()?, ClientIp::of(&request));
    let services = &state.services.verify_services;
    let bucket = services.add_bucket((&tenant, &service), (&limit, rate), client_ip).await?;
    Ok(HttpResponse::Created().json(view(&state, &request, &tenant, &service).bucket(&limit, &bucket)))
}

/// `GET …/RateLimits/{limit}/Buckets/{bucket}`: one bucket.
pub(crate) async fn fetch(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: BucketPath,
) -> TwilioResult {
    let (service, limit) = find(&state, &tenant, (&path.0, &path.1))?;
    let bucket = bucket(&limit, &path.2)?;
    Ok(HttpResponse::Ok().json(view(&state, &request, &tenant, &service).bucket(&limit, &bucket)))
}

/// `POST …/RateLimits/{limit}/Buckets/{bucket}`: changes a bucket.
pub(crate) async fn update(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: BucketPath,
    form: Form,
) -> TwilioResult {
    let (service, limit) = find(&state, &tenant, (&path.0, &path.1))?;
    let former = bucket(&limit, &path.2)?.rate;
    let (rate, client_ip) = (BucketForm::read(form)?.changed_rate(former)?, ClientIp::of(&request));
    let services = &state.services.verify_services;
    let bucket = services.change_bucket((&tenant, &service), (&limit, former, rate), client_ip).await?;
    Ok(HttpResponse::Ok().json(view(&state, &request, &tenant, &service).bucket(&limit, &bucket)))
}

/// `DELETE …/RateLimits/{limit}/Buckets/{bucket}`: deletes a bucket.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: BucketPath,
) -> TwilioResult {
    let (service, limit) = find(&state, &tenant, (&path.0, &path.1))?;
    let former = bucket(&limit, &path.2)?.rate;
    let services = &state.services.verify_services;
    services.remove_bucket((&tenant, &service), (&limit, former), ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn find(
    state: &AppState,
    tenant: &AuthenticatedTenant,
    (service, limit): (&str, &str),
) -> Result<(VerifyService, RateLimit), TwilioError> {
    let services = &state.services.verify_services;
    let service = services.find(tenant, service)?;
    let limit = services.rate_limit(tenant, &service, limit)?;
    Ok((service, limit))
}

fn bucket(limit: &RateLimit, sid: &str) -> Result<LimitBucket, TwilioError> {
    let found = limit.buckets.iter().find(|bucket| bucket.sid.to_string() == sid);
    found.copied().ok_or_else(TwilioError::not_found)
}
