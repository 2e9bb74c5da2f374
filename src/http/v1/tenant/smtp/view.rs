//! What the routes of mail accounts answer.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::tenants::route::Route;
use crate::domain::tenants::route_check::{CheckStep, CheckedStep, Hint, RouteCheck, Topic};
use crate::domain::tenants::smtp::Security;

use crate::http::shared::description::schemas::part;

/// The mail accounts of the tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = SmtpAccounts)]
pub(crate) struct AccountsView {
    /// In the order in which they are used.
    #[schema(max_items = 5)]
    accounts: Vec<AccountView>,
}

/// A mail account, without its password.
#[derive(Serialize, ToSchema)]
#[schema(as = SmtpAccount)]
pub(crate) struct AccountView {
    /// Its handle.
    #[schema(pattern = "^smtp_[2-9a-z]{16}$", max_length = 21)]
    id: String,
    /// What its owner calls it.
    #[schema(max_length = 100)]
    name: String,
    /// The mail server.
    #[schema(max_length = 255)]
    host: String,
    /// The port of the mail server.
    #[schema(minimum = 1, maximum = 65535)]
    port: u16,
    #[schema(schema_with = tls)]
    tls: &'static str,
    /// The login.
    #[schema(max_length = 320)]
    username: String,
    /// The address that the mails come from.
    #[schema(format = "email", max_length = 254)]
    from: String,
}

/// What came of trying an account.
#[derive(Serialize, ToSchema)]
#[schema(as = SmtpTest)]
pub(crate) struct AccountCheckView {
    /// Whether every step went well.
    ok: bool,
    /// The steps that were taken, in order; after one that failed there is none.
    #[schema(max_items = 6)]
    steps: Vec<CheckStepView>,
    /// What DNS says about the domain of `from`; empty where it does not answer.
    #[schema(max_items = 4)]
    hints: Vec<CheckHintView>,
}

/// A step.
#[derive(Serialize, ToSchema)]
#[schema(as = SmtpTestStep)]
pub(crate) struct CheckStepView {
    #[schema(schema_with = step)]
    step: &'static str,
    /// Whether it went well.
    ok: bool,
    /// What is so now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 400)]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = reason)]
    code: Option<&'static str>,
    /// What to change, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 400)]
    advice: Option<&'static str>,
}

/// Something that DNS says.
#[derive(Serialize, ToSchema)]
#[schema(as = SmtpTestHint)]
pub(crate) struct CheckHintView {
    #[schema(schema_with = topic)]
    about: &'static str,
    /// Whether it looks right; null where DNS cannot tell.
    #[schema(required)]
    ok: Option<bool>,
    /// What was found, and what to change.
    #[schema(max_length = 400)]
    text: &'static str,
}

fn words(description: &str, words: &[&str]) -> RefOr<Schema> {
    part(json!({ "type": "string", "description": description, "enum": words }))
}

fn tls() -> RefOr<Schema> {
    let both = [Security::Implicit, Security::StartTls];
    words(
        "`implicit`: from the first byte; `starttls`: after a greeting in clear.",
        &both.map(Security::as_str),
    )
}

fn step() -> RefOr<Schema> {
    words("A step on the way to a sent mail.", &CheckStep::ALL.map(CheckStep::as_str))
}

fn topic() -> RefOr<Schema> {
    words("The record that it is about.", &Topic::ALL.map(Topic::as_str))
}

fn reason() -> RefOr<Schema> {
    words("Why it failed.", &DeliveryError::ALL.map(DeliveryError::as_str))
}

impl AccountsView {
    /// Of routes over SMTP; others are not shown.
    pub(crate) fn of(routes: &[Route]) -> Self {
        Self { accounts: routes.iter().filter_map(AccountView::of).collect() }
    }

    pub(crate) fn example() -> Value {
        json!({ "accounts": [{
            "id": "smtp_4hq7k2m9x3c8v5bn", "name": "main", "host": "smtp.example.com", "port": 587,
            "tls": Security::StartTls.as_str(), "username": "app@example.com", "from": "app@example.com",
        }] })
    }
}

impl AccountView {
    fn of(route: &Route) -> Option<Self> {
        let smtp = route.smtp()?;
        Some(Self {
            id: route.handle.to_string(),
            name: route.name.clone(),
            host: smtp.host.clone(),
            port: smtp.port,
            tls: smtp.security.as_str(),
            username: smtp.username.clone(),
            from: smtp.from.as_str().to_owned(),
        })
    }
}

impl AccountCheckView {
    pub(crate) fn of(check: RouteCheck) -> Self {
        Self {
            ok: check.is_ok(),
            steps: check.steps.into_iter().map(CheckStepView::of).collect(),
            hints: check.hints.iter().map(CheckHintView::of).collect(),
        }
    }

    pub(crate) fn example() -> Value {
        json!({
            "ok": false,
            "steps": [
                { "step": "resolve", "ok": true, "detail": "smtp.example.com leads to an address that may be connected to" },
                { "step": "connect", "ok": false, "code": DeliveryError::TimedOut.as_str(),
                  "advice": "no connection: check the port, and that this server's network lets it out; providers often block 25" },
            ],
            "hints": [
                { "about": "spf", "ok": true, "text": "there is an SPF record; see that it covers this mail server, as its provider says" },
            ],
        })
    }
}

impl CheckStepView {
    fn of(taken: CheckedStep) -> Self {
        let (detail, trouble) = match taken.result {
            Ok(detail) => (Some(detail), None),
            Err(trouble) => (None, Some(trouble)),
        };
        Self {
            step: taken.step.as_str(),
            ok: detail.is_some(),
            detail,
            code: trouble.map(|trouble| trouble.reason.as_str()),
            advice: trouble.map(|trouble| trouble.advice),
        }
    }
}

impl CheckHintView {
    fn of(hint: &Hint) -> Self {
        Self { about: hint.topic.as_str(), ok: hint.ok, text: hint.text }
    }
}
