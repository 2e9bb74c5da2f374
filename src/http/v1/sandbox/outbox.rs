//! The messages that a sandbox would have sent.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::address::Address;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;
use crate::http::shared::description::words::ShareableKey;
use crate::service::{FoundMail, MailQuery, Services};

use crate::http::shared::description::examples;
use crate::http::shared::description::named_words::Channel;
use crate::http::shared::description::operation::Example;
use crate::http::state::AppState;
use crate::http::v1::bearer::Tester;
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::page;
use crate::http::v1::query::Query;
use crate::http::v1::revision;

/// The most mails of one answer, and the usual number.
const LIMIT: usize = 100;

/// The mails that a sandbox would have sent.
#[derive(Serialize, ToSchema)]
#[schema(as = SandboxOutbox)]
pub(crate) struct SandboxOutboxView {
    /// The mails, newest first.
    #[schema(max_items = 100)]
    data: Vec<SandboxMailView>,
    #[schema(required, schema_with = page::next)]
    next: Option<String>,
}

/// A mail that would have been sent.
#[derive(Serialize, ToSchema)]
#[schema(as = SandboxMail)]
pub(crate) struct SandboxMailView {
    /// The channel.
    #[schema(value_type = Channel)]
    channel: String,
    /// The recipient.
    #[schema(max_length = 254)]
    to: String,
    /// The subject of a mail, with its placeholders filled in; empty for other messages.
    #[schema(max_length = 1000)]
    subject: String,
    /// The text part; of a call the sentences, on lines of their own.
    #[schema(max_length = 70000)]
    text: String,
    /// The HTML part; null if the tenant's own template has none, and for what is no mail.
    #[schema(required, max_length = 70000)]
    html: Option<String>,
    /// The code in the mail.
    #[schema(pattern = "^[0-9A-Z]+$", min_length = 4, max_length = 10)]
    code: String,
    /// What the code is for.
    #[schema(value_type = Purpose)]
    purpose: String,
    /// The language of the mail.
    #[schema(value_type = Locale)]
    locale: String,
    /// The shareable key of the challenge.
    #[schema(value_type = ShareableKey)]
    challenge: String,
    /// When it would have been sent.
    at: Timestamp,
}

impl SandboxMailView {
    fn of(services: &Services, found: &FoundMail) -> Self {
        let mail = &found.mail;
        Self {
            channel: mail.channel.clone(),
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            code: mail.code.clone(),
            purpose: mail.purpose.clone(),
            locale: mail.locale.clone(),
            challenge: services.challenges.shareable_key(found.challenge).as_str().to_owned(),
            at: found.at,
        }
    }
}

impl Example for SandboxMailView {
    fn example() -> Self {
        Self {
            channel: "email".to_owned(),
            to: "delivered@otpmint.test".to_owned(),
            subject: "Acme: Your sign-in code".to_owned(),
            text: "…424242…".to_owned(),
            html: Some("<p>424242</p>".to_owned()),
            code: "424242".to_owned(),
            purpose: "login".to_owned(),
            locale: "en".to_owned(),
            challenge: examples::CHALLENGE.to_owned(),
            at: examples::at("08:30:01"),
        }
    }
}

fn filter(request: &HttpRequest) -> Result<MailQuery, V1Error> {
    let query = Query::of(request, &["to", "challenge", "limit"])?;
    // No address contains a space, but a query has one for each unescaped plus sign.
    let address = |text: &str| Address::parse(&text.replace(' ', "+")).ok();
    Ok(MailQuery {
        to: query.parsed("to", "a mail address such as jane@example.com, or a phone number", address)?,
        challenge: query.text("challenge").map(str::to_owned),
        limit: query.limit_up_to(LIMIT, LIMIT)?,
    })
}

/// `GET /v1/sandbox/outbox`: the mails that the sandbox would have sent.
pub(crate) async fn read(state: Data<AppState>, request: HttpRequest, Tester(tenant): Tester) -> V1Result {
    // Read before the mails: a mail that arrives meanwhile is one that the caller has not seen.
    let revision = state.services.sandbox_mails.revision(&tenant).await?;
    let found = state.services.sandbox_mails.list(&tenant, filter(&request)?).await?;
    let mails = found.iter().map(|mail| SandboxMailView::of(&state.services, mail)).collect();
    Ok(revision::tagged(revision).json(SandboxOutboxView { data: mails, next: page::NO_MORE }))
}

/// `DELETE /v1/sandbox/outbox`: removes them.
pub(crate) async fn empty(state: Data<AppState>, Tester(tenant): Tester) -> V1Result {
    state.services.sandbox_mails.empty(&tenant).await?;
    Ok(HttpResponse::NoContent().finish())
}

impl Example for SandboxOutboxView {
    fn example() -> Self {
        Self { data: vec![SandboxMailView::example()], next: page::NO_MORE }
    }
}
