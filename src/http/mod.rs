//! HTTP: the route table, extractors, and the one map from refusals to answers.
//!
//! A handler extracts, makes one call, and responds. Every answer leaves through `answer`.

mod answer;
mod body;
mod client;
mod compat;
mod console;
mod fields;
mod guesses;
mod health;
mod identify;
mod limits;
mod metrics;
mod observe;
mod openapi;
mod pages;
mod problem;
mod problems;
mod v1;
mod well_known;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::{Condition, DefaultHeaders, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Route, guard};
use secrecy::SecretString;

use crate::domain::web_origin::WebOrigin;
use crate::service::{self, AuthenticatedTenant, Operator, Refusal, Services};

use problem::Problem;

pub use client::ClientRules;
pub use console::axis_end;
pub use guesses::Guesses;
pub use limits::{AddressLimits, AddressRates, calibrate_clock};
pub use metrics::routes as metrics_routes;
pub use observe::observe;
pub use openapi::openapi;

/// The most bytes of a request body.
pub const MAX_BODY: usize = 16 * 1024;

/// What every handler can reach.
pub struct AppState {
    /// The use cases.
    pub services: Arc<Services>,
    /// How the client's address is found.
    pub clients: ClientRules,
    /// Wrong secret keys by address; `None` when limits are switched off.
    pub guesses: Option<Arc<Guesses>>,
    /// Whether there are routes for the operator.
    pub admin: bool,
    /// Whether there is a console, where browsers can reach this server.
    pub console: bool,
    /// How long `POST /otp` waits for the mail server.
    pub mint_wait: Duration,
    /// How long a request body may take.
    pub body_timeout: Duration,
    /// Whether the server is on its way out, and what it still has to finish.
    pub traffic: Arc<Traffic>,
}

/// Requests under way, and whether more are welcome.
#[derive(Debug, Default)]
pub struct Traffic {
    draining: AtomicBool,
    under_way: AtomicUsize,
}

impl Traffic {
    /// From now on new requests are told to go elsewhere.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    /// Requests that have been let in and not yet answered.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::SeqCst)
    }

    /// Lets a request in, unless the server is draining.
    fn enter(self: &Arc<Self>) -> Option<Visit> {
        // Counted before looked: a drain that begins in between waits for this request.
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let visit = Visit(Arc::clone(self));
        (!self.draining.load(Ordering::SeqCst)).then_some(visit)
    }
}

/// A request under way.
struct Visit(Arc<Traffic>);

impl Drop for Visit {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

impl AppState {
    /// The tenant that holds this secret key, unless it has enough to wait for already.
    async fn authenticate(
        &self,
        secret_key: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<AuthenticatedTenant, Refusal> {
        let tenant = self.identify(secret_key, client_ip).await?;
        if let Err(refusal) = self.services.admission.check_share(tenant.lane()) {
            take_in_body().await;
            return Err(refusal);
        }
        Ok(tenant)
    }

    /// The tenant that holds this secret key, unless too many wrong ones came from the same
    /// address. A generated key cannot be guessed, so it is never held up by others.
    async fn identify(
        &self,
        secret_key: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<AuthenticatedTenant, Refusal> {
        let counted = client_ip.filter(|ip| !self.clients.is_exempt(*ip));
        let (Some(guesses), Some(ip), false) = (&self.guesses, counted, service::is_generated(secret_key))
        else {
            return self.services.authenticator.authenticate(secret_key).await;
        };
        guesses.check(ip, self.services.now()).map_err(Refusal::Limited)?;
        let found = self.services.authenticator.authenticate(secret_key).await;
        if found.as_ref().is_err_and(|refusal| *refusal == Refusal::UnknownSecretKey) {
            guesses.record(ip, self.services.now());
        }
        found
    }

    /// The operator, if this is the token. The right one cannot be guessed, so it is never held up; wrong
    /// ones are counted like wrong secret keys.
    fn operator(&self, token: &SecretString, client_ip: Option<IpAddr>) -> Result<Operator, Refusal> {
        let proved = self.services.operator.prove(token);
        let counted = client_ip.filter(|ip| !self.clients.is_exempt(*ip));
        if let (Err(_), Some(guesses), Some(ip)) = (&proved, &self.guesses, counted) {
            guesses.check(ip, self.services.now()).map_err(Refusal::Limited)?;
            guesses.record(ip, self.services.now());
        }
        proved
    }

    /// Lets a request in, unless the server is draining or has too much to do.
    async fn enter(&self) -> Result<Visit, Problem> {
        let visit = self.enter_anyway()?;
        if self.services.admission.check_room().is_err() {
            take_in_body().await;
            return Err(Problem::overloaded());
        }
        Ok(visit)
    }

    /// The same for the operator, who may be about to end the load.
    fn enter_anyway(&self) -> Result<Visit, Problem> {
        self.traffic.enter().ok_or_else(Problem::draining)
    }

    /// Where browsers reach the console, if there is one.
    fn console(&self) -> Option<&WebOrigin> {
        self.services.pages.public_url().filter(|_| self.console)
    }

    /// Whether a request should be sent here at all.
    pub fn is_ready(&self) -> bool {
        !self.traffic.draining.load(Ordering::SeqCst) && self.services.is_healthy()
    }
}

/// Lets the HTTP layer take in what has arrived of a body. It ends a connection on which a request is
/// answered before, and clients that have to connect anew are more load and not less.
async fn take_in_body() {
    tokio::task::yield_now().await;
}

/// The paths of the original, all of which take a POST.
const COMPAT: [&str; 3] = ["/reg_secretkey", "/otp", "/verify-otp"];

/// A path for POST alone. The method is looked at before the body: what is wrapped around the path
/// reads it.
fn posted(path: &str) -> Resource {
    web::resource(path).guard(guard::Post())
}

/// The route table.
pub fn routes(config: &mut ServiceConfig, state: &web::Data<AppState>, limits: &AddressLimits) {
    let limited = limits.is_enabled();
    config
        .app_data(state.clone())
        .app_data(web::PayloadConfig::new(MAX_BODY))
        .service(
            posted("/reg_secretkey")
                .wrap(Condition::new(limited, limits.register()))
                .wrap(from_fn(identify::operator))
                .to(compat::register),
        )
        .service(
            posted("/otp")
                .wrap(Condition::new(limited, limits.mint()))
                .wrap(from_fn(identify::tenant))
                .to(compat::mint),
        )
        .service(
            posted("/verify-otp")
                .wrap(Condition::new(limited, limits.verify()))
                .wrap(from_fn(identify::tenant))
                .to(compat::verify),
        )
        .configure(|config| {
            // One by one: a list of paths is a list of regular expressions to actix, tried for every request.
            COMPAT.iter().for_each(|path| {
                config.service(web::resource(*path).default_service(allowing("POST")));
            });
        })
        .app_data(web::Data::new(limits.clone()))
        .configure(|config| v1::routes(config, limits))
        .configure(openapi::routes)
        .configure(|config| pages::routes(config, limits))
        .configure(console::routes)
        .service(
            web::resource("/.well-known/jwks.json")
                .route(web::get().to(well_known::jwks))
                .route(web::head().to(well_known::jwks))
                .default_service(allowing("GET, HEAD")),
        )
        .service(
            web::resource("/problems/{code}")
                .route(web::get().to(problems::explain))
                .route(web::head().to(problems::explain))
                .default_service(allowing("GET, HEAD")),
        )
        .service(
            web::resource("/livez")
                .route(web::get().to(health::live))
                .route(web::head().to(health::live))
                .default_service(allowing("GET, HEAD")),
        )
        .service(
            web::resource(["/readyz", "/healthz"])
                .route(web::get().to(health::ready))
                .route(web::head().to(health::ready))
                .default_service(allowing("GET, HEAD")),
        )
        .default_service(web::to(not_found));
}

/// Headers of every answer: nothing is cached, sniffed, framed or told to others. A handler that
/// sets one of them itself wins.
pub fn safe_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("Cache-Control", "no-store"))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("X-Frame-Options", "DENY"))
        .add(("Referrer-Policy", "no-referrer"))
}

async fn not_found(request: HttpRequest) -> HttpResponse {
    answer::problem(&request, &Problem::NOT_FOUND)
}

/// Of a path that has other methods than the one that was asked for, which RFC 9110 §15.5.6 wants told.
fn allowing(methods: &'static str) -> Route {
    web::to(move |request: HttpRequest| async move {
        let mut answer = answer::problem(&request, &Problem::wrong_method(methods));
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        answer
    })
}
