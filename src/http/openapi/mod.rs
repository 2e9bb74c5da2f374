//! The API, described for machines: OpenAPI 3.1, put together from the handlers and their types, and a
//! page that shows it.

pub(super) mod answers;
pub(super) mod compat;
mod finish;
mod page;
pub(super) mod schemas;
pub(super) mod standing;

use std::sync::LazyLock;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use actix_web::web::{self, Bytes, ServiceConfig};
use utoipa::OpenApi;

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::service::Refusal;

use super::{allowing, v1};

const ABOUT: &str = "A self-hosted server that sends and checks one-time codes for many apps.

**To begin**, take a test key (`otpm_test_…`, which sends nothing: `otpmint dev` prints one, and \
`POST /v1/tenant/sandbox/keys` makes one) as the bearer token, mint with `POST /v1/challenges`, and read the code that \
would have been mailed with `GET /v1/sandbox/outbox`. Give it to `POST /v1/challenges/{key}/verify`: the answer has a \
`receipt`, a signed proof that your backend checks by itself with `/.well-known/jwks.json`. \
`POST /v1/tenant/webhooks` names a URL that is told of each event; for live use, put the tenant's secret key in the \
place of the test key, and change nothing else.

`/v1` is the API for new apps: JSON, a bearer key, problems as RFC 9457 has them. The three routes of the \
original OtpMint stay beside it for its clients: bare text, or JSON for those whose `Accept` prefers it.

Bodies have at most 16 KiB, and their `Content-Type` does not matter. A method that a path does not have is \
answered with 405 and `Allow`. Nothing but success is 2xx.";

/// The whole document, less what [`finish`] adds.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "OtpMint",
        description = ABOUT,
        license(name = "GPL-3.0-or-later", identifier = "GPL-3.0-or-later"),
        contact(name = "The operator of this server")
    ),
    servers((url = "/", description = "The server that this document comes from")),
    tags(
        (name = "challenges", description = "Mint, look at, verify, resend and cancel codes."),
        (name = "compat", description = "The routes of the original OtpMint."),
        (name = "server", description = "Health, and the keys that check receipts."),
    ),
    paths(
        super::compat::register,
        super::compat::mint,
        super::compat::verify,
        super::health::live,
        super::health::ready,
        super::well_known::jwks,
    ),
    components(schemas(
        compat::CompatRegistration,
        compat::CompatRegistered,
        compat::CompatMint,
        compat::CompatMinted,
        compat::CompatVerification,
        compat::CompatVerified,
        compat::CompatProblem,
        standing::Health,
        standing::JwkSet,
        standing::Jwk,
    ))
)]
struct ApiDoc;

/// Made when somebody asks for it, once.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let mut parts = v1::documents().into_iter();
    let mut document = parts.next().unwrap_or_default();
    // What comes first decides: the order of the paths, and the description of the whole.
    parts.for_each(|part| document.merge(part));
    let whole = ApiDoc::openapi();
    document.info = whole.info.clone();
    document.merge(whole);
    utoipa::Modify::modify(&finish::Common, &mut document);
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_else(|error| unreachable!("{error}"));
    text.push('\n');
    text
});

/// The OpenAPI document of this build, as `/openapi.json` serves it.
pub fn openapi() -> &'static str {
    &DOCUMENT
}

/// A refusal by this limit, for the examples.
pub(super) fn limited(limit: Limit) -> Refusal {
    Refusal::Limited(LimitHit { limit, retry_after: Duration::from_secs(30) })
}

/// The document and the page that shows it.
pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(
        web::resource("/openapi.json")
            .route(web::get().to(serve))
            .route(web::head().to(serve))
            .default_service(allowing("GET, HEAD")),
    );
    page::routes(config);
}

/// `GET /openapi.json`. Public, so any page may read it; a new build may have another one, so caches
/// keep it for minutes only.
async fn serve() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(Bytes::from_static(openapi().as_bytes()))
}
