//! What the routes of mail accounts answer.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::IntoParams;

use crate::domain::limits::limit::Limit;
use crate::domain::tenants::route_draft::InvalidRoute;
use crate::service::Refusal;

use crate::http::shared::description::answers::limited;
use crate::http::v1::description::{answered, answers, looking_after, of_a_body, probing, refused};
use crate::http::v1::error::V1Error;

use super::view::{AccountCheckView, AccountsView};

/// `If-Match` of a change.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct IfMatch {
    /// The `ETag` of an earlier answer: only if nothing about the tenant was changed since.
    #[param(rename = "If-Match", example = "\"7\"")]
    if_match: Option<String>,
}

fn replacing() -> Vec<V1Error> {
    let mut all = looking_after();
    all.extend(of_a_body("/accounts/0/password", &InvalidRoute::PasswordAgain.to_string()));
    all.extend(refused([Refusal::ChangedMeanwhile, Refusal::TenantChanged, Refusal::LiveOnly]));
    all
}

fn testing() -> Vec<V1Error> {
    let mut all = probing();
    all.extend(of_a_body("/account/host", &InvalidRoute::Host.to_string()));
    let own = [Refusal::UnknownAccount, Refusal::NoAccount, Refusal::TestUnderWay, Refusal::LiveOnly];
    all.extend(refused(own));
    all.extend(refused([limited(Limit::SendsPerRecipient)]));
    all
}

fn tag() -> Value {
    json!({
        "description": "The tenant's revision, for `If-Match`.",
        "schema": { "type": "string", "pattern": "^\"[0-9]+\"$", "maxLength": 22 },
    })
}

fn accounts() -> (StatusCode, &'static str, Value) {
    (StatusCode::OK, "SmtpAccounts", AccountsView::example())
}

answered! {
    /// Of looking at the accounts.
    Shown => answers("The accounts.", accounts(), looking_after())
        .header(StatusCode::OK, "ETag", tag());
    /// Of replacing them.
    Replaced => answers("The accounts.", accounts(), replacing()).header(StatusCode::OK, "ETag", tag());
    /// Of trying one.
    Tested => answers("What came of each step.", (StatusCode::OK, "SmtpTest", AccountCheckView::example()), testing());
}
