//! A mail account in a request.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::host::parse_host;
use crate::domain::mail_address::MailAddress;
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::tenants::route_draft::{RouteDraft, TransportDraft};
use crate::domain::tenants::smtp::{Security, is_password};
use crate::domain::tenants::smtp_draft::{LoginDraft, SmtpDraft};
use crate::domain::tenants::tenant::parse_name;

use crate::http::shared::bodies::oauth::OAuthBody;
use crate::http::shared::bodies::object;
use crate::http::shared::description::words::AccountHandle;
use crate::http::shared::problems::rejection::{Flaws, Rejection, both};

/// A mail account.
#[derive(Deserialize, ToSchema)]
#[schema(as = SmtpAccountRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountBody {
    /// The `id` of the existing account that this replaces; absent for a new one.
    #[schema(value_type = Option<AccountHandle>)]
    pub(crate) id: Option<String>,
    /// Your name for the account, of at most 100 bytes.
    #[schema(max_length = 100, example = "main")]
    pub(crate) name: Option<String>,
    /// A host name or an IP address.
    #[schema(min_length = 1, max_length = 255, example = "smtp.example.com")]
    pub(crate) host: String,
    /// A port that the operator allows: `outbound.allow_ports`.
    #[schema(minimum = 1, maximum = 65535, example = 587)]
    pub(crate) port: u16,
    pub(crate) tls: Option<AccountTls>,
    /// The user name of the login.
    #[schema(min_length = 1, max_length = 320, example = "app@example.com")]
    pub(crate) username: String,
    /// The password is never shown again. An existing account keeps its password if this is absent, as long as
    /// host, port, tls and username do not change.
    #[schema(value_type = Option<String>, write_only, format = "password", min_length = 1, max_length = 512)]
    pub(crate) password: Option<SecretString>,
    /// A login with an access token; absent for a password.
    #[serde(default, deserialize_with = "object::optional")]
    pub(crate) oauth: Option<OAuthBody>,
    /// The address that mails come from.
    #[schema(format = "email", min_length = 3, max_length = 254, example = "app@example.com")]
    pub(crate) from: String,
}

/// `implicit`: TLS from the first byte, usual on port 465. `starttls`: usual on every other port.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = SmtpTls)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccountTls {
    Implicit,
    StartTls,
}

impl AccountBody {
    /// The draft of the account; `place` is the JSON pointer to it.
    pub(crate) fn draft(self, place: &str) -> Result<RouteDraft, Rejection> {
        let unknown = || wrong(place, "id", &InvalidRoute::ID.to_string());
        let handle = self.id.as_deref().map(|id| RouteHandle::parse(id).ok_or_else(unknown)).transpose();
        let (handle, (name, smtp)) = both(handle, both(self.name(place), self.smtp(place)))?;
        Ok(RouteDraft { handle, name, channels: None, transport: TransportDraft::Smtp(smtp) })
    }

    /// The name, the server and the login of a new account.
    pub(crate) fn new_account(self, place: &str) -> Result<(String, SmtpDraft), Rejection> {
        if self.id.is_some() {
            return Err(wrong(place, "id", &InvalidRoute::ID.to_string()));
        }
        both(self.name(place), self.smtp(place))
    }

    pub(crate) fn name(&self, place: &str) -> Result<String, Rejection> {
        let name = parse_name(self.name.as_deref().unwrap_or_default());
        name.ok_or_else(|| wrong(place, "name", "at most 100 bytes on one line"))
    }

    /// The server and the login.
    pub(crate) fn smtp(self, place: &str) -> Result<SmtpDraft, Rejection> {
        let wrong = |field: &str, detail: &str| wrong(place, field, detail);
        let mut plain = Flaws::default();
        if self.port == 0 {
            plain.note::<()>(Err(wrong("port", "a number from 1 to 65535")));
        }
        if self.username.is_empty() || self.username.len() > 320 || self.username.contains(char::is_control) {
            plain.note::<()>(Err(wrong("username", "1 to 320 bytes without control characters")));
        }
        if self.password.as_ref().is_some_and(|password| !is_password(password.expose_secret())) {
            plain.note::<()>(Err(wrong("password", "1 to 512 bytes without control characters")));
        }
        let host = parse_host(&self.host)
            .ok_or_else(|| wrong("host", "a host name such as smtp.example.com, or an IP address"));
        let login = match (self.password, self.oauth) {
            (Some(_), Some(_)) => Err(wrong("oauth", "either a password or oauth, not both")),
            (None, Some(login)) => login.draft(&format!("{place}/oauth")).map(LoginDraft::OAuth),
            (password, None) => Ok(LoginDraft::Password(password)),
        };
        let from = MailAddress::parse(&self.from).map_err(|error| wrong("from", &error.to_string()));
        let ((host, ()), (login, from)) = both(both(host, plain.end()), both(login, from))?;
        let security = match self.tls {
            Some(AccountTls::Implicit) => Security::Implicit,
            Some(AccountTls::StartTls) => Security::StartTls,
            None => Security::usual_of(self.port),
        };
        Ok(SmtpDraft { host, port: self.port, security, username: self.username, login, from })
    }
}

/// The error for a field of the account at `place`.
fn wrong(place: &str, field: &str, detail: &str) -> Rejection {
    Rejection::field(format!("{place}/{field}"), detail)
}
