//! Mail accounts and their checks in answers.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::tenants::oauth::StoppedLogin;
use crate::domain::tenants::route::Route;
use crate::domain::tenants::route_check::{CheckStep, CheckedStep, Hint, RouteCheck, Topic};
use crate::domain::tenants::smtp::Security;
use crate::service::TenantRoutes;

use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas::one_of;
use crate::http::shared::description::words::AccountHandle;

use super::oauth_view::OAuthView;

/// The mail accounts of the tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = SmtpAccounts)]
pub(crate) struct AccountsView {
    /// The accounts in the order in which they are used.
    #[schema(max_items = 5)]
    accounts: Vec<AccountView>,
}

/// A mail account, without its password.
#[derive(Serialize, ToSchema)]
#[schema(as = SmtpAccount)]
pub(crate) struct AccountView {
    /// The handle of the account.
    #[schema(value_type = AccountHandle)]
    id: String,
    /// Your name for the account.
    #[schema(max_length = 100)]
    name: String,
    /// The host of the mail server.
    #[schema(max_length = 255)]
    host: String,
    /// The port of the mail server.
    #[schema(minimum = 1, maximum = 65535)]
    port: u16,
    #[schema(schema_with = tls)]
    tls: &'static str,
    /// The user name of the login.
    #[schema(max_length = 320)]
    username: String,
    /// The login with an access token; absent if the account has a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    oauth: Option<OAuthView>,
    /// The address that mails come from.
    #[schema(format = "email", max_length = 254)]
    from: String,
}

/// The result of testing an account.
#[derive(Serialize, ToSchema)]
#[schema(as = SmtpTest)]
pub(crate) struct AccountCheckView {
    /// Whether every step succeeded.
    ok: bool,
    /// The steps in order. The check ends after the first step that failed.
    #[schema(max_items = 7)]
    steps: Vec<CheckStepView>,
    /// What DNS says about the domain of `from`; empty if DNS does not answer.
    #[schema(max_items = 4)]
    hints: Vec<CheckHintView>,
}

/// A step of the check.
#[derive(Serialize, ToSchema)]
#[schema(as = SmtpTestStep)]
pub(crate) struct CheckStepView {
    #[schema(schema_with = step)]
    step: &'static str,
    /// Whether the step succeeded.
    ok: bool,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 400)]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// Why the step failed.
    #[schema(required = false, value_type = DeliveryError)]
    code: Option<&'static str>,
    /// What to change, if the step failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 400)]
    advice: Option<&'static str>,
}

/// A finding in DNS.
#[derive(Serialize, ToSchema)]
#[schema(as = SmtpTestHint)]
pub(crate) struct CheckHintView {
    #[schema(schema_with = topic)]
    about: &'static str,
    /// Whether the entry looks right; null if DNS cannot say.
    #[schema(required)]
    ok: Option<bool>,
    /// What was found, and what to change.
    #[schema(max_length = 400)]
    text: &'static str,
}

fn tls() -> RefOr<Schema> {
    let both = [Security::Implicit, Security::StartTls].map(Security::as_str);
    one_of("`implicit`: TLS from the first byte; `starttls`: TLS after a greeting in clear text.", both)
}

fn step() -> RefOr<Schema> {
    one_of("A step of the check.", CheckStep::ALL.map(CheckStep::as_str))
}

fn topic() -> RefOr<Schema> {
    one_of("The kind of DNS record.", Topic::ALL.map(Topic::as_str))
}

impl AccountsView {
    /// Shows the routes over SMTP; other routes are left out.
    pub(crate) fn of(found: &TenantRoutes) -> Self {
        let view =
            |route: &Route| AccountView::of(route, found.stopped.iter().find(|stopped| stopped.is_of(route)));
        Self { accounts: found.routes.iter().filter_map(view).collect() }
    }
}

impl AccountView {
    /// Shows a route over SMTP.
    pub(crate) fn of(route: &Route, stopped: Option<&StoppedLogin>) -> Option<Self> {
        let smtp = route.smtp()?;
        Some(Self {
            id: route.handle.to_string(),
            name: route.name.clone(),
            host: smtp.host.clone(),
            port: smtp.port,
            tls: smtp.security.as_str(),
            username: smtp.username.clone(),
            oauth: smtp.oauth().map(|login| OAuthView::of(login, stopped)),
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

impl Example for AccountView {
    fn example() -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            id: text("smtp_4hq7k2m9x3c8v5bn"),
            name: text("main"),
            host: text("smtp.example.com"),
            port: 587,
            tls: Security::StartTls.as_str(),
            username: text("app@example.com"),
            oauth: None,
            from: text("app@example.com"),
        }
    }
}

impl Example for AccountsView {
    fn example() -> Self {
        Self { accounts: vec![AccountView::example()] }
    }
}

impl Example for AccountCheckView {
    fn example() -> Self {
        let detail = Some("smtp.example.com leads to an address that may be connected to".to_owned());
        let advice = "no connection: check the port, and that this server's network lets it out; providers often \
                      block 25";
        let text = "there is an SPF record; see that it covers this mail server, as its provider says";
        Self {
            ok: false,
            steps: vec![
                CheckStepView {
                    step: CheckStep::Resolve.as_str(),
                    ok: true,
                    detail,
                    code: None,
                    advice: None,
                },
                CheckStepView {
                    step: CheckStep::Connect.as_str(),
                    ok: false,
                    detail: None,
                    code: Some(DeliveryError::TimedOut.as_str()),
                    advice: Some(advice),
                },
            ],
            hints: vec![CheckHintView { about: Topic::Spf.as_str(), ok: Some(true), text }],
        }
    }
}
