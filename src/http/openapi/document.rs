//! The whole document, put together once.

use std::sync::LazyLock;

use utoipa::OpenApi;

use crate::http::v1::documents;
use crate::http::{original, server};

use super::finish;

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
        original::handlers::register,
        original::handlers::mint,
        original::handlers::verify,
        server::health::live,
        server::health::ready,
        server::receipt_keys::jwks,
    ),
    components(schemas(
        original::description::CompatRegistration,
        original::description::CompatRegistered,
        original::description::CompatMint,
        original::description::CompatMinted,
        original::description::CompatVerification,
        original::description::CompatVerified,
        original::description::CompatProblem,
        server::description::Health,
        server::description::JwkSet,
        server::description::Jwk,
    ))
)]
struct ApiDoc;

/// Made when somebody asks for it, once.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let mut parts = documents::documents().into_iter();
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
