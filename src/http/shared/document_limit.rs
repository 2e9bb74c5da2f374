//! The limit on documents that anybody may read: the description of the API, its pages, the explained problems.
//!
//! actix-governor counts here, and not the [`Limiter`](crate::service::Limiter): the limit protects the bandwidth of
//! this process, whatever other nodes do, and no decision about a code or a tenant depends on it.

use std::time::Duration;

use actix_governor::{
    Governor, GovernorConfig, GovernorConfigBuilder, KeyExtractor, SimpleKeyExtractionError,
};
use actix_web::dev::ServiceRequest;
use actix_web::http::header::RETRY_AFTER;
use actix_web::middleware::Condition;
use actix_web::web::Data;
use actix_web::{HttpResponse, HttpResponseBuilder};
use governor::NotUntil;
use governor::clock::{Clock, DefaultClock, QuantaInstant};
use governor::middleware::NoOpMiddleware;

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::http::state::AppState;

use super::answer;
use super::client_key::ClientKey;
use super::problems::problem::Problem;

/// The limit, shared by all threads that serve.
#[derive(Clone)]
pub struct DocumentLimit {
    addresses: Counter,
    networks: Counter,
}

/// A rate, and what is counted under it.
#[derive(Clone)]
struct Counter {
    is_enabled: bool,
    config: GovernorConfig<Clients, NoOpMiddleware>,
}

/// By what clients are counted; those of exempt networks are not.
#[derive(Clone, Copy, Debug)]
pub enum Clients {
    /// By client IP.
    ByAddress,
    /// By IPv6 /48.
    ByNetwork,
}

impl DocumentLimit {
    /// Creates a limit with this rate for an address, and so many times that for an IPv6 /48; with `None` every request
    /// passes, and with 0 every network.
    pub fn new(rate: Option<Rate>, network_factor: u32) -> Self {
        let wide = rate.filter(|_| network_factor > 0);
        let wide = wide.map(|rate| Rate { max: rate.max.saturating_mul(network_factor), ..rate });
        Self {
            addresses: Counter::new(rate, Clients::ByAddress),
            networks: Counter::new(wide, Clients::ByNetwork),
        }
    }

    /// Returns the middleware that counts by address.
    pub(crate) fn counting(&self) -> Condition<Governor<Clients, NoOpMiddleware>> {
        self.addresses.counting()
    }

    /// Returns the middleware that counts by network. It lies within the other, so that an address that is refused
    /// costs its neighbours nothing.
    pub(crate) fn counting_networks(&self) -> Condition<Governor<Clients, NoOpMiddleware>> {
        self.networks.counting()
    }

    /// Forgets the clients that have been quiet, so that memory follows the active ones.
    pub fn forget_quiet(&self) {
        for counter in [&self.addresses, &self.networks] {
            let limiter = counter.config.limiter();
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

impl Counter {
    fn new(rate: Option<Rate>, clients: Clients) -> Self {
        let Rate { max, per } = rate.unwrap_or(Rate { max: 1, per: Duration::from_secs(1) });
        let period = (per / max.max(1)).max(Duration::from_nanos(1));
        let config = GovernorConfigBuilder::default()
            .period(period)
            .burst_size(max.max(1))
            .key_extractor(clients)
            .finish();
        // The builder rejects only zeros, and neither can be one here.
        Self { is_enabled: rate.is_some(), config: config.unwrap_or_else(|| unreachable!()) }
    }

    fn counting(&self) -> Condition<Governor<Clients, NoOpMiddleware>> {
        Condition::new(self.is_enabled, Governor::new(&self.config))
    }
}

impl KeyExtractor for Clients {
    type Key = ClientKey;
    type KeyExtractionError = SimpleKeyExtractionError<&'static str>;

    fn extract(&self, request: &ServiceRequest) -> Result<ClientKey, Self::KeyExtractionError> {
        // Without the rules all requests would share a bucket: safe, and it never happens.
        let rules = request.app_data::<Data<AppState>>().map(|state| &state.clients);
        let key = rules.map_or(ClientKey::Address(None), |rules| rules.key(rules.address(request)));
        Ok(match self {
            Self::ByAddress => key,
            Self::ByNetwork => key.of_network(),
        })
    }

    fn whitelisted_keys(&self) -> Vec<ClientKey> {
        vec![ClientKey::Exempt]
    }

    fn exceed_rate_limit_response(
        &self,
        until: &NotUntil<QuantaInstant>,
        mut response: HttpResponseBuilder,
    ) -> HttpResponse {
        let retry_after = until.wait_time_from(DefaultClock::default().now());
        let problem = Problem::limited(LimitHit { limit: Limit::DocumentsPerAddress, retry_after });
        problem.count();
        let mut response = response
            .insert_header((RETRY_AFTER, problem.retry_after.unwrap_or(1)))
            .json(answer::body(&problem));
        problem.mark(&mut response);
        response
    }
}

/// Calibrates the clock of actix-governor against the system's, which takes half a millisecond or more.
/// The first limit does so otherwise, and delays the start.
pub fn calibrate_clock() {
    let _ = DefaultClock::default();
}
