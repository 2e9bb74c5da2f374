//! The first page: everything that `dev` offers, and a form that sends a code at once.

use actix_web::web::{Data, Query};
use actix_web::{HttpResponse, Result};
use askama::Template;
use serde::Deserialize;

use crate::cli::dev::known::{OPERATOR_TOKEN, SECRET_KEY, TEST_KEY};
use crate::cli::dev::steps::{TourStep, steps};

use super::answer::page_of;
use super::desk::Desk;
use super::entry::{EntryRow, newest_first};
use super::mint::{MintResult, Notice};
use super::tour::Tour;

/// Messages on the page.
const SHOWN: usize = 3;

/// Something that can be opened.
struct Offer {
    name: &'static str,
    path: &'static str,
    about: &'static str,
}

/// What can be opened, in the order of the page. Anything that `dev` offers in a browser is added here.
const OFFERS: [Offer; 10] = [
    Offer {
        name: "Inbox",
        path: "/dev/inbox",
        about: "Every mail, text, call and chat that is sent, and switches to make the next one fail.",
    },
    Offer {
        name: "Delivery log",
        path: "/dev/log",
        about: "What the server did with each message, and each answer to it.",
    },
    Offer {
        name: "Console",
        path: "/console",
        about: "For operators: tenants, keys, accounts and templates. The start of this program says how to sign in.",
    },
    Offer {
        name: "Widget",
        path: "/widget.js",
        about: "A hosted page in a dialog of your own page; examples/widget shows it.",
    },
    Offer { name: "API, to try out", path: "/docs/", about: "Every route of the API, with its answers." },
    Offer { name: "Documents", path: "/docs/guide/", about: "Everything else in words, with a search." },
    Offer { name: "OpenAPI", path: "/openapi.json", about: "The same for programs." },
    Offer {
        name: "Inbox for programs",
        path: "/dev/inbox.json",
        about: "The same as JSON; ?to=jane@example.com picks one recipient's, &wait=5 waits for it.",
    },
    Offer {
        name: "Public keys",
        path: "/.well-known/jwks.json",
        about: "What your app checks receipts with.",
    },
    Offer {
        name: "Metrics",
        path: "/metrics",
        about: "For Prometheus. Otherwise on a listener of their own.",
    },
];

/// Something to copy.
struct CopyableText {
    name: &'static str,
    id: &'static str,
    value: &'static str,
    about: &'static str,
}

const SECRETS: [CopyableText; 3] = [
    CopyableText {
        name: "Secret key",
        id: "secret-key",
        value: SECRET_KEY,
        about: "of the tenant Dev App: the bearer token of /v1",
    },
    CopyableText {
        name: "Test key",
        id: "test-key",
        value: TEST_KEY,
        about: "of its sandbox, which sends nothing",
    },
    CopyableText {
        name: "Operator token",
        id: "operator-token",
        value: OPERATOR_TOKEN,
        about: "for /v1/admin",
    },
];

/// The result of the form.
#[derive(Deserialize)]
pub(super) struct LandingQuery {
    told: Option<String>,
}

#[derive(Template)]
#[template(path = "dev/landing.html")]
struct LandingPage<'a> {
    here: &'static str,
    notice: Option<Notice>,
    entries: Vec<EntryRow<'a>>,
    api: String,
    offers: &'static [Offer],
    secrets: &'static [CopyableText],
    steps: [TourStep; 5],
}

/// `GET /`.
pub(super) async fn show(
    desk: Data<Desk>,
    tour: Data<Tour>,
    came: Query<LandingQuery>,
) -> Result<HttpResponse> {
    let addresses = tour.addresses()?;
    let (mails, messages) = (desk.catcher.mails(), desk.phones.messages());
    let mut entries = newest_first(mails.iter(), messages.iter());
    entries.truncate(SHOWN);
    let page = LandingPage {
        here: "start",
        notice: came.told.as_deref().and_then(MintResult::parse).map(MintResult::notice),
        entries,
        api: addresses.api.to_string(),
        offers: &OFFERS,
        secrets: &SECRETS,
        steps: steps(addresses),
    };
    page_of(page.render())
}

/// `GET /metrics`.
pub(super) async fn metrics(tour: Data<Tour>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body((tour.metrics)())
}
