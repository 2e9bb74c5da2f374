//! Limits per client IP, for callers who have not authenticated.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use crate::domain::id::TenantId;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::domain::limits::rule::{Rule, Subject};
use crate::domain::network::client_block;
use crate::domain::time::Clock;
use crate::service::Limiter;

use super::client_key::ClientKey;
use super::document_limit::DocumentLimit;
use super::middleware::MiddlewareResult;

/// Passes a request on that is counted under `key`. The face words the answer if a limit refuses it.
pub(crate) async fn pass(
    request: ServiceRequest,
    key: ClientKey,
    next: Next<impl MessageBody + 'static>,
    word: impl FnOnce(&HttpRequest, LimitHit) -> HttpResponse,
) -> MiddlewareResult {
    request.extensions_mut().insert(key);
    let response = next.call(request).await?.map_into_boxed_body();
    let hit = response.response().extensions().get::<LimitHit>().copied();
    Ok(match hit {
        None => response,
        Some(hit) => {
            let answer = word(response.request(), hit);
            response.into_response(answer)
        }
    })
}

/// How often a client IP may ask.
#[derive(Clone, Copy, Debug)]
pub struct AddressRates {
    /// Registrations.
    pub register: Rate,
    /// Mints and resends.
    pub mint: Rate,
    /// Verifications and everything else.
    pub verify: Rate,
    /// Documents for anybody.
    pub documents: Rate,
    /// How many times the rate of an address the documents have for an IPv6 /48; 0 for no such bound.
    pub network_factor: u32,
}

/// The limits per client IP, shared by all threads that serve.
#[derive(Clone)]
pub struct AddressLimits {
    rates: Option<AddressRates>,
    documents: DocumentLimit,
    limiter: Arc<Limiter>,
    clock: Arc<dyn Clock>,
}

/// A middleware that counts requests, for `from_fn`.
pub(crate) trait CountingMiddleware:
    Fn(ServiceRequest, Next<BoxBody>) -> CountedResponse + Clone + 'static
{
}

impl<F: Fn(ServiceRequest, Next<BoxBody>) -> CountedResponse + Clone + 'static> CountingMiddleware for F {}

type CountedResponse = Pin<Box<dyn Future<Output = MiddlewareResult>>>;

impl AddressLimits {
    /// Limits with these rates; with `None` every request passes.
    pub fn new(rates: Option<AddressRates>, limiter: Arc<Limiter>, clock: Arc<dyn Clock>) -> Self {
        let factor = rates.map_or(0, |rates| rates.network_factor);
        let documents = DocumentLimit::new(rates.map(|rates| rates.documents), factor);
        Self { rates, documents, limiter, clock }
    }

    /// Returns the limit on documents for anybody.
    pub fn documents(&self) -> &DocumentLimit {
        &self.documents
    }

    /// Counts a request of a caller who has proved nothing, and whom nobody has counted yet.
    pub(crate) async fn check_stranger(&self, key: ClientKey) -> Result<(), LimitHit> {
        match key {
            ClientKey::Exempt => Ok(()),
            ClientKey::Address(ip) => self.count(Limit::MintPerAddress, &Subject::Client(ip)).await,
        }
    }

    /// Counts a mint for an end user whose address a backend has sent.
    pub(crate) async fn check_mint(&self, tenant: TenantId, ip: IpAddr) -> Result<(), LimitHit> {
        self.count(Limit::MintPerAddress, &Subject::EndUser(tenant, client_block(ip))).await
    }

    /// Counts a verification for an end user whose address a backend has sent.
    pub(crate) async fn check_verify(&self, tenant: TenantId, ip: IpAddr) -> Result<(), LimitHit> {
        self.count(Limit::VerifyPerAddress, &Subject::EndUser(tenant, client_block(ip))).await
    }

    /// Counts registrations.
    pub(crate) fn register(&self) -> impl CountingMiddleware + use<> {
        self.counting(Limit::RegisterPerAddress)
    }

    /// Counts mints.
    pub(crate) fn mint(&self) -> impl CountingMiddleware + use<> {
        self.counting(Limit::MintPerAddress)
    }

    /// Counts verifications.
    pub(crate) fn verify(&self) -> impl CountingMiddleware + use<> {
        self.counting(Limit::VerifyPerAddress)
    }

    fn counting(&self, limit: Limit) -> impl CountingMiddleware + use<> {
        let limits = self.clone();
        move |request: ServiceRequest, next: Next<BoxBody>| -> CountedResponse {
            let key = request.extensions().get::<ClientKey>().copied();
            // Without a key all such requests share a count: safe, and it never happens.
            let limits = limits.clone();
            Box::pin(async move {
                let counted = match key.unwrap_or(ClientKey::Address(None)) {
                    ClientKey::Exempt => Ok(()),
                    ClientKey::Address(ip) => limits.count(limit, &Subject::Client(ip)).await,
                };
                match counted {
                    Ok(()) => next.call(request).await,
                    Err(hit) => Ok(refused(request, hit)),
                }
            })
        }
    }

    async fn count(&self, limit: Limit, subject: &Subject) -> Result<(), LimitHit> {
        let Some(rates) = &self.rates else { return Ok(()) };
        let rate = match limit {
            Limit::RegisterPerAddress => rates.register,
            Limit::MintPerAddress => rates.mint,
            _ => rates.verify,
        };
        self.limiter.count(Rule::refilling(limit, rate), subject, self.clock.now()).await.map(|_| ())
    }
}

/// The answer that [`pass`] recognises, so that the face can word it.
fn refused(request: ServiceRequest, hit: LimitHit) -> ServiceResponse<BoxBody> {
    let mut response = HttpResponse::TooManyRequests().finish();
    response.extensions_mut().insert(hit);
    request.into_response(response)
}
