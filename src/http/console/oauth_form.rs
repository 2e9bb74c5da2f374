//! Logins with OAuth in forms.

use serde_json::{Value, json};

use crate::domain::tenants::oauth::{GrantKind, OAuthLogin, StoppedLogin};

use super::form::Form;
use super::values::word;
use super::words::moment;

/// The fields of a login in its form. An empty kind of grant stands for a password.
pub(crate) struct OAuthFields {
    pub(crate) grant: &'static str,
    pub(crate) token_url: String,
    pub(crate) scope: String,
    pub(crate) client: String,
    pub(crate) key_id: String,
}

/// A login that gets no token until something is changed.
pub(crate) struct StoppedRow {
    pub(crate) error: &'static str,
    pub(crate) advice: &'static str,
    pub(crate) since: (String, String),
}

impl OAuthFields {
    /// Creates the fields of a login; those of a password are empty.
    pub(crate) fn of(login: Option<&OAuthLogin>) -> Self {
        Self {
            grant: login.map_or("", |login| login.grant.kind().as_str()),
            token_url: login.map(|login| login.token_url.as_str().to_owned()).unwrap_or_default(),
            scope: login.map(|login| login.scope.clone()).unwrap_or_default(),
            client: login.map(|login| login.grant.client().to_owned()).unwrap_or_default(),
            key_id: login.and_then(|login| login.grant.key_id()).unwrap_or_default().to_owned(),
        }
    }
}

impl StoppedRow {
    pub(crate) fn of(stopped: &StoppedLogin) -> Self {
        let since = (stopped.since.to_string(), moment(stopped.since));
        Self { error: stopped.refusal.as_str(), advice: stopped.refusal.advice(), since }
    }
}

/// Returns the login in a form, as in `PUT /v1/tenant/smtp`; null for a password.
pub(crate) fn login(form: &Form) -> Value {
    let grant = form.text("grant");
    let (client, secret) = match GrantKind::parse(grant) {
        None if grant.is_empty() => return Value::Null,
        Some(GrantKind::ServiceAccount) => ("client_email", "private_key"),
        Some(GrantKind::ClientCredentials | GrantKind::RefreshToken) | None => ("client_id", "client_secret"),
    };
    json!({
        "grant": grant, "provider": word(form.text("provider")), "directory": word(form.text("directory")),
        "token_url": word(form.text("token_url")), "scope": word(form.text("scope")),
        client: word(form.text("client")), secret: word(form.text("secret")),
        "refresh_token": word(form.text("refresh_token")), "key_id": word(form.text("key_id")),
    })
}
