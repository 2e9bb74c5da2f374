//! `/v1/tenant/recipients/erase`: erases what is stored of a person.

use std::net::IpAddr;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::factors::identity::Identity;
use crate::domain::phone::country::Country;
use crate::service::{Erased, ErasureRequest};

use crate::http::shared::bodies::fields;
use crate::http::shared::client::ClientIp;
use crate::http::shared::description::operation::Example;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;

/// The person to erase.
#[derive(Deserialize, ToSchema)]
#[schema(as = EraseRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct EraseBody {
    /// The recipient: a mail address or a phone number. What was sent to any spelling of the mailbox goes.
    #[schema(min_length = 3, max_length = 254, example = "jane@example.com")]
    to: String,
    /// Your name for the same user: the factors of this identity go too.
    #[schema(min_length = 1, max_length = 128, example = "user-17")]
    identity: Option<String>,
}

/// What is wrong with an identity.
const AN_IDENTITY: &str = "1 to 128 printable characters on one line";

impl EraseBody {
    pub(crate) fn read(
        &self,
        region: Option<Country>,
        client_ip: Option<IpAddr>,
    ) -> Result<ErasureRequest, Rejection> {
        let wrong = || Rejection::field("/identity", AN_IDENTITY);
        let identity = self.identity.as_deref().map(|text| Identity::parse(text).ok_or_else(wrong));
        let recipient = fields::recipient(&self.to, region)?;
        Ok(ErasureRequest { recipient, identity: identity.transpose()?, client_ip })
    }
}

/// What was erased of a person.
#[derive(Serialize, ToSchema)]
#[schema(as = Erased)]
pub(crate) struct ErasedView {
    /// The recipient, masked.
    #[schema(max_length = 254)]
    to: String,
    erased: ErasedRowsView,
}

/// How much was erased of each kind. All are 0 if nothing was stored.
#[derive(Serialize, ToSchema)]
#[schema(as = ErasedRows)]
struct ErasedRowsView {
    /// Challenges.
    challenges: usize,
    /// Of them, those that were pending, and are canceled.
    canceled: usize,
    /// What was kept of messages.
    deliveries: usize,
    /// Events for webhooks.
    events: usize,
    /// Answers that were kept for repeated requests.
    answers: usize,
    /// Results of hosted pages that the app had not fetched.
    results: usize,
    /// Messages in the outbox of the sandbox.
    sandbox_messages: usize,
    /// Factors of the identity.
    factors: usize,
}

impl ErasedView {
    pub(crate) fn of(request: &ErasureRequest, erased: &Erased) -> Self {
        let rows = &erased.rows;
        Self {
            to: request.recipient.masked(),
            erased: ErasedRowsView {
                challenges: rows.challenges,
                canceled: rows.canceled,
                deliveries: rows.deliveries,
                events: rows.events,
                answers: rows.answers,
                results: rows.results,
                sandbox_messages: rows.sandbox_messages,
                factors: erased.factors,
            },
        }
    }
}

impl Example for ErasedView {
    fn example() -> Self {
        Self {
            to: "j***@e***.com".to_owned(),
            erased: ErasedRowsView {
                challenges: 2,
                canceled: 1,
                deliveries: 5,
                events: 3,
                answers: 1,
                results: 0,
                sandbox_messages: 0,
                factors: 1,
            },
        }
    }
}

/// `POST /v1/tenant/recipients/erase`: erases what is stored of a person.
pub(crate) async fn erase(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<EraseBody>,
) -> V1Result {
    let asked = body.read(tenant.region(), ClientIp::of(&request))?;
    let erased = state.services.erasures.erase_own(&tenant, asked.clone()).await?;
    Ok(HttpResponse::Ok().json(ErasedView::of(&asked, &erased)))
}
