//! What a sandbox would have sent.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::domain::address::Address;
use crate::domain::limits::limit::Limit;
use crate::domain::tenants::credential::Scope;
use crate::service::{FoundMail, MailQuery, Refusal, Services};

use crate::http::state::AppState;
use crate::http::v1::bearer::Tester;
use crate::http::v1::description::{always, answered, answers, refused};
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::query::Query;

/// Mails in one answer at most, and as many without a wish.
const LIMIT: usize = 100;

/// What a sandbox would have sent.
#[derive(Serialize, ToSchema)]
#[schema(as = SandboxOutbox)]
pub(crate) struct SandboxOutboxView {
    /// The newest first.
    #[schema(max_items = 100)]
    data: Vec<SandboxMailView>,
}

/// A mail that would have been sent.
#[derive(Serialize, ToSchema)]
#[schema(as = SandboxMail)]
pub(crate) struct SandboxMailView {
    /// The recipient.
    #[schema(format = "email", max_length = 254)]
    to: String,
    /// The subject, with its placeholders filled in.
    #[schema(max_length = 1000)]
    subject: String,
    /// The plain text.
    #[schema(max_length = 70000)]
    text: String,
    /// The same as HTML; null where the tenant's own words are text alone.
    #[schema(required, max_length = 70000)]
    html: Option<String>,
    /// The code in it.
    #[schema(pattern = "^[0-9A-Z]+$", min_length = 4, max_length = 10)]
    code: String,
    /// What the code is for.
    #[schema(pattern = "^[a-z][a-z0-9_]*$", min_length = 1, max_length = 32)]
    purpose: String,
    /// The language that it is in.
    #[schema(max_length = 35)]
    locale: String,
    /// The shareable key of its challenge.
    #[schema(pattern = "^[A-Za-z]{23}$", min_length = 23, max_length = 23)]
    challenge: String,
    /// When it would have been sent.
    #[schema(format = "date-time", max_length = 32)]
    at: String,
}

impl SandboxMailView {
    fn of(services: &Services, found: &FoundMail) -> Self {
        let mail = &found.mail;
        Self {
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            code: mail.code.clone(),
            purpose: mail.purpose.clone(),
            locale: mail.locale.clone(),
            challenge: services.challenges.shareable_key(found.challenge).as_str().to_owned(),
            at: found.at.to_string(),
        }
    }

    fn example() -> Self {
        Self {
            to: "delivered@otpmint.test".to_owned(),
            subject: "Acme: Your sign-in code".to_owned(),
            text: "…424242…".to_owned(),
            html: Some("<p>424242</p>".to_owned()),
            code: "424242".to_owned(),
            purpose: "login".to_owned(),
            locale: "en".to_owned(),
            challenge: "CnPYvKqMbdXhwRzTgJsLfAe".to_owned(),
            at: "2026-11-21T08:30:01Z".to_owned(),
        }
    }
}

/// What was done away with.
#[derive(Serialize, ToSchema)]
#[schema(as = RemovedMails)]
pub(crate) struct RemovedMailsView {
    /// How many mails.
    #[schema(minimum = 0, maximum = 500)]
    removed: usize,
}

/// Which mails.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used; `filter` reads it")]
struct OutboxParameters {
    /// Those to this recipient.
    #[param(format = "email", max_length = 254, example = "delivered@otpmint.test")]
    to: Option<String>,
    /// Those of the challenge with this shareable key.
    #[param(pattern = "^[A-Za-z]{23}$", min_length = 23, max_length = 23)]
    challenge: Option<String>,
    /// So many at most.
    #[param(minimum = 1, maximum = 100, example = 10)]
    limit: Option<u8>,
}

fn filter(request: &HttpRequest) -> Result<MailQuery, V1Error> {
    let query = Query::of(request, &["to", "challenge", "limit"])?;
    // No address has a space in it, but a query has one for each bare plus sign.
    let address = |text: &str| Address::parse(&text.replace(' ', "+")).ok();
    Ok(MailQuery {
        to: query.parsed("to", "one mail address such as jane@example.com", address)?,
        challenge: query.text("challenge").map(str::to_owned),
        limit: query.limit_up_to(LIMIT, LIMIT)?,
    })
}

fn emptying() -> Vec<V1Error> {
    let mut all = always(Scope::Mint, Limit::VerifyPerAddress);
    all.extend(refused([Refusal::NotSandbox]));
    all
}

fn reading() -> Vec<V1Error> {
    let mut all = emptying();
    all.push(V1Error::parameter("limit", "a number from 1 to 100"));
    all.extend(refused([Refusal::UnknownChallenge]));
    all
}

fn mails() -> Value {
    json!(SandboxOutboxView { data: vec![SandboxMailView::example()] })
}

answered! {
    /// Of reading the outbox.
    Read => answers("The mails.", (StatusCode::OK, "SandboxOutbox", mails()), reading());
    /// Of emptying the outbox.
    Emptied => answers("Done.", (StatusCode::OK, "RemovedMails", json!(RemovedMailsView { removed: 3 })), emptying());
}

/// `GET /v1/sandbox/outbox`: what the sandbox would have sent.
#[utoipa::path(
    get,
    path = "/v1/sandbox/outbox",
    operation_id = "readSandboxOutbox",
    tag = "sandbox",
    summary = "Read what would have been sent",
    description = "With a test key: its sandbox's latest mails, the newest first. They are kept for a day.",
    security(("secretKey" = [])),
    params(OutboxParameters),
    responses(Read)
)]
pub(crate) async fn read(state: Data<AppState>, request: HttpRequest, Tester(tenant): Tester) -> V1Result {
    let found = state.services.sandbox_mails.list(&tenant, filter(&request)?).await?;
    let mails = found.iter().map(|mail| SandboxMailView::of(&state.services, mail)).collect();
    Ok(HttpResponse::Ok().json(SandboxOutboxView { data: mails }))
}

/// `DELETE /v1/sandbox/outbox`: forgets it.
#[utoipa::path(
    delete,
    path = "/v1/sandbox/outbox",
    operation_id = "emptySandboxOutbox",
    tag = "sandbox",
    summary = "Forget what would have been sent",
    description = "With a test key: empties the outbox of its sandbox.",
    security(("secretKey" = [])),
    responses(Emptied)
)]
pub(crate) async fn empty(state: Data<AppState>, Tester(tenant): Tester) -> V1Result {
    let removed = state.services.sandbox_mails.empty(&tenant).await?;
    Ok(HttpResponse::Ok().json(RemovedMailsView { removed }))
}
