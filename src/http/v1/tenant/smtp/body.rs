//! What the routes of mail accounts are sent.

use crate::domain::mail_address::MailAddress;
use crate::domain::tenants::route_draft::SmtpDraft;
use crate::domain::tenants::route_draft::TransportDraft;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::address::Address;
use crate::domain::tenants::route::{MAX_ROUTES, RouteHandle};
use crate::domain::tenants::route_draft::{InvalidRoute, RouteDraft};
use crate::domain::tenants::smtp::{Security, is_password, parse_host};
use crate::domain::tenants::tenant::parse_name;
use crate::service::Candidate;

use super::super::super::error::V1Error;
use super::super::super::{object, objects};

/// `PUT /v1/tenant/smtp`
#[derive(Deserialize, ToSchema)]
#[schema(as = SmtpAccountsRequest, description = "All mail accounts of the tenant, as they are to be.")]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct AccountsBody {
    /// In the order in which they are used; the others go.
    #[serde(deserialize_with = "objects::list")]
    #[schema(max_items = 5)]
    accounts: Vec<AccountBody>,
}

/// A mail account, as it is to be.
#[derive(Deserialize, ToSchema)]
#[schema(as = SmtpAccountRequest)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct AccountBody {
    /// Which of the present accounts it is; a new one without.
    #[schema(pattern = "^smtp_[2-9a-z]{16}$", max_length = 21)]
    id: Option<String>,
    /// What you call it: at most 100 bytes.
    #[schema(max_length = 100, example = "main")]
    name: Option<String>,
    /// A host name or an IP address.
    #[schema(min_length = 1, max_length = 255, example = "smtp.example.com")]
    host: String,
    /// One that the operator allows: `outbound.allow_ports`.
    #[schema(minimum = 1, maximum = 65535, example = 587)]
    port: u16,
    tls: Option<Tls>,
    /// The login.
    #[schema(min_length = 1, max_length = 320, example = "app@example.com")]
    username: String,
    /// Never told again. A present account keeps its own without, as long as host, port, tls and username
    /// stay.
    #[schema(value_type = Option<String>, write_only, format = "password", min_length = 1, max_length = 512)]
    password: Option<SecretString>,
    /// The address that the mails come from.
    #[schema(format = "email", min_length = 3, max_length = 254, example = "app@example.com")]
    from: String,
}

/// `implicit`: from the first byte, the usual way on port 465. `starttls`: the usual way on every other.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = SmtpTls)]
#[serde(rename_all = "lowercase")]
pub(in crate::http::v1) enum Tls {
    Implicit,
    StartTls,
}

/// `POST /v1/tenant/smtp/test`
#[derive(Deserialize, ToSchema)]
#[schema(as = SmtpTestRequest, description = "A mail account to be tried: the first one unless told otherwise.")]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct TestBody {
    /// One of the present accounts.
    #[schema(pattern = "^smtp_[2-9a-z]{16}$", max_length = 21)]
    id: Option<String>,
    #[serde(default, deserialize_with = "object::optional")]
    account: Option<AccountBody>,
    /// Where a test mail goes, once all else is well. Without it none is sent.
    #[schema(format = "email", min_length = 3, max_length = 254, example = "me@example.com")]
    to: Option<String>,
}

impl AccountsBody {
    pub(super) fn drafts(self) -> Result<Vec<RouteDraft>, V1Error> {
        if self.accounts.len() > MAX_ROUTES {
            return Err(V1Error::field("/accounts", format!("at most {MAX_ROUTES} accounts")));
        }
        let accounts = self.accounts.into_iter().enumerate();
        accounts.map(|(at, account)| account.draft(&format!("/accounts/{at}"))).collect()
    }
}

impl AccountBody {
    /// The draft in it; `place` is where it stands in the body.
    pub(in crate::http::v1) fn draft(self, place: &str) -> Result<RouteDraft, V1Error> {
        let unknown = || wrong(place, "id", &InvalidRoute::Id.to_string());
        let handle = self.id.as_deref().map(|id| RouteHandle::parse(id).ok_or_else(unknown)).transpose()?;
        Ok(RouteDraft { handle, name: self.name(place)?, transport: TransportDraft::Smtp(self.smtp(place)?) })
    }

    /// What its owner calls it.
    pub(in crate::http::v1) fn name(&self, place: &str) -> Result<String, V1Error> {
        parse_name(self.name.as_deref().unwrap_or_default())
            .ok_or_else(|| wrong(place, "name", "at most 100 bytes on one line"))
    }

    /// The mail server and the login in it.
    pub(in crate::http::v1) fn smtp(self, place: &str) -> Result<SmtpDraft, V1Error> {
        let wrong = |field: &str, detail: &str| wrong(place, field, detail);
        let security = match self.tls {
            Some(Tls::Implicit) => Security::Implicit,
            Some(Tls::StartTls) => Security::StartTls,
            None => Security::usual_of(self.port),
        };
        if self.port == 0 {
            return Err(wrong("port", "a number from 1 to 65535"));
        }
        if self.username.is_empty() || self.username.len() > 320 || self.username.contains(char::is_control) {
            return Err(wrong("username", "1 to 320 bytes without control characters"));
        }
        if self.password.as_ref().is_some_and(|password| !is_password(password.expose_secret())) {
            return Err(wrong("password", "1 to 512 bytes without control characters"));
        }
        Ok(SmtpDraft {
            host: parse_host(&self.host)
                .ok_or_else(|| wrong("host", "a host name such as smtp.example.com, or an IP address"))?,
            port: self.port,
            security,
            username: self.username,
            password: self.password,
            from: MailAddress::parse(&self.from).map_err(|error| wrong("from", &error.to_string()))?,
        })
    }
}

/// What is wrong with a field of the account at `place`.
fn wrong(place: &str, field: &str, detail: &str) -> V1Error {
    V1Error::field(format!("{place}/{field}"), detail)
}

impl TestBody {
    pub(super) fn candidate(&mut self) -> Result<Candidate, V1Error> {
        match (self.id.take(), self.account.take()) {
            (None, None) => Ok(Candidate::First),
            (None, Some(account)) => Ok(Candidate::Draft(Box::new(account.draft("/account")?))),
            (Some(id), None) => {
                let handle = RouteHandle::parse(&id);
                handle.map(Candidate::Present).ok_or_else(|| V1Error::field("/id", "the id of an account"))
            }
            (Some(_), Some(_)) => Err(V1Error::field("/account", "either an id or an account, not both")),
        }
    }

    pub(super) fn recipient(&self) -> Result<Option<Address>, V1Error> {
        let parse = |to: &str| Address::parse(to).map_err(|error| V1Error::field("/to", error.to_string()));
        self.to.as_deref().map(parse).transpose()
    }
}
