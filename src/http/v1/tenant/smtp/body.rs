//! The bodies of the routes of mail accounts.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::address::Address;
use crate::domain::tenants::route::{MAX_ROUTES, RouteHandle, TransportKind};
use crate::domain::tenants::route_draft::RouteDraft;
use crate::service::Candidate;

use crate::http::shared::bodies::fields::mail_recipient;
use crate::http::shared::bodies::mail_account::AccountBody;
use crate::http::shared::bodies::{object, objects};
use crate::http::shared::description::words::AccountHandle;
use crate::http::shared::problems::rejection::{Flaws, Rejection};

/// The body of `PUT /v1/tenant/smtp`.
#[derive(Deserialize, ToSchema)]
#[schema(as = SmtpAccountsRequest, description = "The new list of all mail accounts of the tenant.")]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountsBody {
    /// The accounts in the order in which they are used. Accounts that are not in the list are removed.
    #[serde(deserialize_with = "objects::list")]
    #[schema(max_items = 5)]
    accounts: Vec<AccountBody>,
}

/// The body of `POST /v1/tenant/smtp/test`.
#[derive(Deserialize, ToSchema)]
#[schema(
    as = SmtpTestRequest,
    description = "The mail account to test: the one with `id`, or `account`; without \
                                              both the first one."
)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountTestBody {
    /// The `id` of an existing account.
    #[schema(value_type = Option<AccountHandle>)]
    id: Option<String>,
    #[serde(default, deserialize_with = "object::optional")]
    account: Option<AccountBody>,
    /// The recipient of a test mail, which is sent after all other steps have succeeded. Without it no mail is sent.
    #[schema(format = "email", min_length = 3, max_length = 254, example = "me@example.com")]
    to: Option<String>,
}

impl AccountsBody {
    pub(crate) fn drafts(self) -> Result<Vec<RouteDraft>, Rejection> {
        if self.accounts.len() > MAX_ROUTES {
            return Err(Rejection::field("/accounts", format!("at most {MAX_ROUTES} accounts")));
        }
        let (mut drafts, mut flaws) = (Vec::new(), Flaws::default());
        for (at, account) in self.accounts.into_iter().enumerate() {
            flaws.note(account.draft(&format!("/accounts/{at}")).map(|draft| drafts.push(draft)));
        }
        flaws.end().map(|()| drafts)
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
        self.to.as_deref().map(mail_recipient).transpose()
    }
}
