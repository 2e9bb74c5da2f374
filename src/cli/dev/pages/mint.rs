//! A form that mints a code for the built-in tenant.

use std::time::Duration;

use actix_web::web::{Data, Form, Query};
use actix_web::{HttpResponse, Result};
use askama::Template;
use serde::Deserialize;

use crate::cli::dev::known::{HERE, SECRET_KEY};

use super::answer::{page_of, see_other};
use super::tour::Tour;
use crate::domain::address::Address;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::{Hosting, ReturnUrl};
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::http::AppState;
use crate::service::{MintRequest, Refusal, Services, Wait};

/// The path to which hosted pages return their visitors.
pub(in crate::cli::dev) const RETURNED: &str = "/dev/returned";

/// How long the form waits for the message to arrive, so that the page shows it without script too.
const PATIENCE: Duration = Duration::from_secs(3);

/// The form.
#[derive(Deserialize)]
pub(super) struct MintForm {
    to: String,
    #[serde(default)]
    then: Then,
}

/// What to show next.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Then {
    /// The message.
    #[default]
    Message,
    /// The hosted page for its code.
    Page,
}

/// The result of the form. It travels in the address as one of these words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MintResult {
    /// The message was accepted.
    Sent,
    /// Not yet.
    Queued,
    /// It failed permanently.
    Failed,
    /// It is neither a mail address nor a phone number.
    NotAnAddress,
    /// The mint was refused, by a limit for example.
    Refused,
}

/// A notice and its style.
pub(super) struct Notice {
    pub(super) sentence: &'static str,
    pub(super) class: &'static str,
}

impl MintResult {
    const ALL: [Self; 5] = [Self::Sent, Self::Queued, Self::Failed, Self::NotAnAddress, Self::Refused];

    const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Queued => "queued",
            Self::Failed => "failed",
            Self::NotAnAddress => "not_an_address",
            Self::Refused => "refused",
        }
    }

    /// Parses a word from the address.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.word() == word)
    }

    /// The notice for it.
    pub(super) fn notice(self) -> Notice {
        let fine = |sentence| Notice { sentence, class: "notice" };
        let wrong = |sentence| Notice { sentence, class: "notice error" };
        match self {
            Self::Sent => fine("The code has arrived. It is in the first message below."),
            Self::Queued => fine("The code is on its way. The delivery log shows how far it is."),
            Self::Failed => wrong("The message was refused for good. The delivery log shows the answer."),
            Self::NotAnAddress => wrong(
                "This is neither a mail address nor a phone number with its country code that can receive a code.",
            ),
            Self::Refused => wrong(
                "The server refused to mint. Has the tenant been changed? A hosted page needs /dev/returned \
                 among its return_urls.",
            ),
        }
    }

    fn page(self) -> HttpResponse {
        see_other(&format!("/?told={}", self.word()))
    }
}

/// `POST /dev/mint`.
pub(super) async fn mint(
    tour: Data<Tour>,
    state: Data<AppState>,
    wanted: Form<MintForm>,
) -> Result<HttpResponse> {
    // Before the tour is open there is no tenant to mint for.
    tour.addresses()?;
    let Ok(to) = Address::parse(&wanted.to) else { return Ok(MintResult::NotAnAddress.page()) };
    let minted = match wanted.then {
        Then::Message => message(&state.services, to).await,
        Then::Page => hosted_page(&state.services, to).await,
    };
    Ok(minted.unwrap_or_else(|_| MintResult::Refused.page()))
}

async fn message(services: &Services, to: Address) -> Result<HttpResponse, Refusal> {
    let tenant = services.authenticator.authenticate(SECRET_KEY, Some(HERE)).await?;
    let request =
        MintRequest { purpose: Purpose::LOGIN, wait: Wait::Outcome(PATIENCE), ..MintRequest::to(to) };
    let minted = services.challenges.mint(&tenant, request).await?;
    let result = match services.challenges.minted(minted).delivery {
        Some(DeliveryStatus::Sent | DeliveryStatus::Delivered) => MintResult::Sent,
        Some(DeliveryStatus::Failed) => MintResult::Failed,
        Some(DeliveryStatus::Queued) | None => MintResult::Queued,
    };
    Ok(result.page())
}

async fn hosted_page(services: &Services, to: Address) -> Result<HttpResponse, Refusal> {
    let tenant = services.authenticator.authenticate(SECRET_KEY, Some(HERE)).await?;
    let public = services.pages.public_url().ok_or(Refusal::NoPages)?.to_string();
    let return_url =
        ReturnUrl::parse(&format!("{public}{RETURNED}")).map_err(|_| Refusal::ReturnUrlNotAllowed)?;
    let mut request = MintRequest { purpose: Purpose::LOGIN, ..MintRequest::to(to) };
    let alphabet = tenant.policy(&request.purpose).code.alphabet();
    let hosting =
        Hosting { return_url: Some(return_url), embed: false, alphabet, asks: None, trusted: false };
    request.details = request.details.hosted(Some(hosting));
    let minted = services.challenges.mint(&tenant, request).await?;
    let page = services.pages.page_url(&services.challenges.minted(minted)).ok_or(Refusal::NoPages)?;
    // Under the name that the visitor uses for this machine.
    Ok(see_other(page.strip_prefix(&public).unwrap_or(&page)))
}

/// The parameters with which a hosted page returns its visitor.
#[derive(Deserialize)]
pub(super) struct Returned {
    otpmint_result: Option<String>,
    otpmint_status: Option<String>,
}

#[derive(Template)]
#[template(path = "dev/returned.html")]
struct ReturnedPage<'a> {
    here: &'static str,
    result: Option<&'a str>,
    status: Option<&'a str>,
    api: String,
    key: &'static str,
}

/// `GET /dev/returned`: shows what an app would do now. The page itself fetches nothing, because a result can
/// be fetched only once.
pub(super) async fn returned(tour: Data<Tour>, back: Query<Returned>) -> Result<HttpResponse> {
    let page = ReturnedPage {
        here: "returned",
        result: back.otpmint_result.as_deref().filter(|text| is_word(text)),
        status: back.otpmint_status.as_deref().filter(|text| is_word(text)),
        api: tour.addresses()?.api.to_string(),
        key: SECRET_KEY,
    };
    page_of(page.render())
}

/// Whether a text can be pasted into a shell safely: anyone can create a link to this page.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}
