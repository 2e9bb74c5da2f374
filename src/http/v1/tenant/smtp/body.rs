//! What the routes of mail accounts are sent.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::address::Address;
use crate::domain::tenants::route::{MAX_ROUTES, RouteHandle, TransportKind};
use crate::domain::tenants::route_draft::RouteDraft;
use crate::service::Candidate;

use crate::http::shared::bodies::mail_account::AccountBody;
use crate::http::shared::bodies::{object, objects};
use crate::http::shared::problems::rejection::Rejection;

/// `PUT /v1/tenant/smtp`
#[derive(Deserialize, ToSchema)]
#[schema(as = SmtpAccountsRequest, description = "All mail accounts of the tenant, as they are to be.")]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountsBody {
    /// In the order in which they are used; the others go.
    #[serde(deserialize_with = "objects::list")]
    #[schema(max_items = 5)]
    accounts: Vec<AccountBody>,
}

/// `POST /v1/tenant/smtp/test`
#[derive(Deserialize, ToSchema)]
#[schema(as = SmtpTestRequest, description = "A mail account to be tried: the first one unless told otherwise.")]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountTestBody {
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
    pub(crate) fn drafts(self) -> Result<Vec<RouteDraft>, Rejection> {
        if self.accounts.len() > MAX_ROUTES {
            return Err(Rejection::field("/accounts", format!("at most {MAX_ROUTES} accounts")));
        }
        let accounts = self.accounts.into_iter().enumerate();
        accounts.map(|(at, account)| account.draft(&format!("/accounts/{at}"))).collect()
    }
}

impl AccountTestBody {
    pub(crate) fn candidate(&mut self) -> Result<Candidate, Rejection> {
        match (self.id.take(), self.account.take()) {
            (None, None) => Ok(Candidate::First(TransportKind::Smtp)),
            (None, Some(account)) => Ok(Candidate::Draft(Box::new(account.draft("/account")?))),
            (Some(id), None) => {
                let handle = RouteHandle::parse(&id);
                handle.map(Candidate::Present).ok_or_else(|| Rejection::field("/id", "the id of an account"))
            }
            (Some(_), Some(_)) => Err(Rejection::field("/account", "either an id or an account, not both")),
        }
    }

    pub(crate) fn recipient(&self) -> Result<Option<Address>, Rejection> {
        let parse = |to: &str| Address::parse(to).map_err(|error| Rejection::field("/to", error.to_string()));
        self.to.as_deref().map(parse).transpose()
    }
}
