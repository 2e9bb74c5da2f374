//! Limits for each client address, with actix-governor in front of the compat routes.

use std::net::IpAddr;

use actix_governor::{
    Governor, GovernorConfig, GovernorConfigBuilder, KeyExtractor, SimpleKeyExtractionError,
};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, HttpResponseBuilder};
use governor::NotUntil;
use governor::clock::{Clock, DefaultClock, QuantaInstant};
use governor::middleware::NoOpMiddleware;

use crate::domain::id::TenantId;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::domain::network::client_block;

/// Under what a request is counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ClientKey {
    /// Not at all: a tenant, the operator, or an exempt network.
    Exempt,
    /// Its address, IPv6 by /64.
    Address(Option<IpAddr>),
    /// The address of an end user, as a tenant tells it: counted apart from what other tenants
    /// tell and from what comes from there itself, or a tenant could use up somebody's limit.
    EndUser(TenantId, IpAddr),
}

impl ClientKey {
    /// The key of a client that has proved nothing.
    pub(crate) fn of(ip: Option<IpAddr>) -> Self {
        Self::Address(ip.map(client_block))
    }
}

/// Lets a request on that is counted under `key`. Beside its answer comes the limit that refused it,
/// if one did, to be told in the words of the route.
pub(crate) async fn pass(
    request: ServiceRequest,
    key: ClientKey,
    next: Next<impl MessageBody + 'static>,
) -> Result<(ServiceResponse<BoxBody>, Option<LimitHit>), actix_web::Error> {
    request.extensions_mut().insert(key);
    let response = next.call(request).await?.map_into_boxed_body();
    let hit = response.response().extensions().get::<LimitHit>().copied();
    Ok((response, hit))
}

/// Takes the key that [`super::identify`] has found, and answers in our own words.
#[derive(Clone, Copy, Debug)]
pub struct ClientKeys(Limit);

impl KeyExtractor for ClientKeys {
    type Key = ClientKey;
    type KeyExtractionError = SimpleKeyExtractionError<&'static str>;

    fn extract(&self, request: &ServiceRequest) -> Result<ClientKey, Self::KeyExtractionError> {
        // Without one all such requests would share a bucket: safe, and never seen.
        Ok(request.extensions().get::<ClientKey>().copied().unwrap_or(ClientKey::Address(None)))
    }

    fn whitelisted_keys(&self) -> Vec<ClientKey> {
        vec![ClientKey::Exempt]
    }

    fn exceed_rate_limit_response(
        &self,
        until: &NotUntil<QuantaInstant>,
        mut response: HttpResponseBuilder,
    ) -> HttpResponse {
        // The request is out of reach here; who has it writes the answer.
        let retry_after = until.wait_time_from(DefaultClock::default().now());
        let mut response = response.finish();
        response.extensions_mut().insert(LimitHit { limit: self.0, retry_after });
        response
    }
}

/// Has the clock of the limiters compare itself with the system's, which takes it half a millisecond or more. The
/// first limiter does it otherwise, and waits.
pub fn calibrate_clock() {
    let _ = DefaultClock::default();
}

/// How often one client address may ask.
#[derive(Clone, Copy, Debug)]
pub struct AddressRates {
    /// To register.
    pub register: Rate,
    /// To mint.
    pub mint: Rate,
    /// To verify.
    pub verify: Rate,
}

type Config = GovernorConfig<ClientKeys, NoOpMiddleware>;

/// The limiters, shared by all threads that serve.
#[derive(Clone)]
pub struct AddressLimits {
    enabled: bool,
    register: (Limit, Config),
    mint: (Limit, Config),
    verify: (Limit, Config),
}

impl AddressLimits {
    /// Limiters with these rates; with `None` they let everything pass.
    pub fn new(rates: Option<AddressRates>) -> Self {
        let unused = Rate { max: 1, per: std::time::Duration::from_secs(1) };
        let given = rates.unwrap_or(AddressRates { register: unused, mint: unused, verify: unused });
        Self {
            enabled: rates.is_some(),
            register: limiter(Limit::RegisterPerAddress, given.register),
            mint: limiter(Limit::MintPerAddress, given.mint),
            verify: limiter(Limit::VerifyPerAddress, given.verify),
        }
    }

    /// Forgets addresses that have been quiet, so that memory follows the active ones.
    pub fn forget_quiet(&self) {
        for (_, config) in [&self.register, &self.mint, &self.verify] {
            let limiter = config.limiter();
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Counts a mint for an end user whose address a backend has told.
    pub(crate) fn check_mint(&self, tenant: TenantId, ip: IpAddr) -> Result<(), LimitHit> {
        self.check(&self.mint, tenant, ip)
    }

    /// Counts a verification for an end user whose address a backend has told.
    pub(crate) fn check_verify(&self, tenant: TenantId, ip: IpAddr) -> Result<(), LimitHit> {
        self.check(&self.verify, tenant, ip)
    }

    fn check(&self, (limit, config): &(Limit, Config), tenant: TenantId, ip: IpAddr) -> Result<(), LimitHit> {
        if !self.enabled {
            return Ok(());
        }
        let checked = config.limiter().check_key(&ClientKey::EndUser(tenant, client_block(ip)));
        checked.map_err(|until| {
            let retry_after = until.wait_time_from(DefaultClock::default().now());
            LimitHit { limit: *limit, retry_after }
        })
    }

    pub(crate) fn register(&self) -> Governor<ClientKeys, NoOpMiddleware> {
        Governor::new(&self.register.1)
    }

    pub(crate) fn mint(&self) -> Governor<ClientKeys, NoOpMiddleware> {
        Governor::new(&self.mint.1)
    }

    pub(crate) fn verify(&self) -> Governor<ClientKeys, NoOpMiddleware> {
        Governor::new(&self.verify.1)
    }
}

fn limiter(limit: Limit, rate: Rate) -> (Limit, Config) {
    let period = rate.per / rate.max.max(1);
    let config = GovernorConfigBuilder::default()
        .period(period.max(std::time::Duration::from_nanos(1)))
        .burst_size(rate.max.max(1))
        .key_extractor(ClientKeys(limit))
        .finish();
    // It refuses only zeros, and neither can be one here.
    (limit, config.unwrap_or_else(|| unreachable!()))
}
