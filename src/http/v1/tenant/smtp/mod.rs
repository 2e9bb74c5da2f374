//! The tenant's mail accounts: `/v1/tenant/smtp`, and trying one out.

mod answers;
mod body;
mod view;

use actix_web::http::header::{ETAG, IF_MATCH};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::OpenApi;

use crate::service::{AccountRefusal, Accounts};

pub(in crate::http::v1) use self::body::AccountBody;
use self::body::{AccountsBody, TestBody};
use self::view::{AccountsView, TrialView};
use super::super::super::AppState;
use super::super::super::client::ClientIp;
use super::super::bearer::{Manager, Prober};
use super::super::body::Body;
use super::super::error::{Answer, V1Error};

/// The resource `/v1/tenant/smtp`.
#[derive(OpenApi)]
#[openapi(
    paths(get, replace, test),
    components(schemas(
        AccountsBody,
        body::AccountBody,
        body::Tls,
        TestBody,
        AccountsView,
        view::AccountView,
        TrialView,
        view::StepView,
        view::HintView,
    ))
)]
pub(in crate::http::v1) struct SmtpDoc;

/// `GET /v1/tenant/smtp`: the accounts, without their passwords.
#[utoipa::path(
    get,
    path = "/v1/tenant/smtp",
    operation_id = "getSmtpAccounts",
    tag = "tenant",
    summary = "Look at the mail accounts",
    description = "In the order in which they are used. Passwords are never told.",
    security(("secretKey" = [])),
    responses(answers::Shown)
)]
pub(in crate::http::v1) async fn get(state: Data<AppState>, Manager(tenant): Manager) -> Answer {
    Ok(shown(&state.services.routes.accounts(&tenant).await?))
}

/// `PUT /v1/tenant/smtp`: the whole list, in one decision.
#[utoipa::path(
    put,
    path = "/v1/tenant/smtp",
    operation_id = "replaceSmtpAccounts",
    tag = "tenant",
    summary = "Replace the mail accounts",
    description = "The whole list, in the order in which they are to be used. A message goes to the next account \
                   when one certainly did not deliver it.",
    security(("secretKey" = [])),
    params(answers::IfMatch),
    request_body(content = AccountsBody, example = json!({ "accounts": [{
        "host": "smtp.example.com", "port": 587, "username": "app@example.com", "password": "s3cr3t",
        "from": "app@example.com",
    }] })),
    responses(answers::Replaced)
)]
pub(in crate::http::v1) async fn replace(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    Body(body): Body<AccountsBody>,
) -> Answer {
    let (drafts, seen, client_ip) = (body.drafts()?, condition(&request), ClientIp::of(&request));
    let replaced = state.services.routes.replace_accounts(&tenant, drafts, seen, client_ip).await;
    Ok(shown(&replaced.map_err(|refusal| told(refusal, |at| format!("/accounts/{at}")))?))
}

/// `POST /v1/tenant/smtp/test`: tries an account, saved or not.
#[utoipa::path(
    post,
    path = "/v1/tenant/smtp/test",
    operation_id = "testSmtpAccount",
    tag = "tenant",
    summary = "Try a mail account",
    description = "Walks from the host's name to the login, and with `to` to a test mail, within ten seconds. \
                   Each step that fails says what to change.",
    security(("secretKey" = [])),
    request_body(content = TestBody, example = json!({ "to": "me@example.com" })),
    responses(answers::Tested)
)]
pub(in crate::http::v1) async fn test(
    state: Data<AppState>,
    request: HttpRequest,
    Prober(tenant): Prober,
    Body(mut body): Body<TestBody>,
) -> Answer {
    let (candidate, to) = (body.candidate()?, body.recipient()?);
    let trial = state.services.routes.check_account(&tenant, candidate, to, ClientIp::of(&request)).await;
    let trial = trial.map_err(|refusal| told(refusal, |_| "/account".to_owned()))?;
    Ok(HttpResponse::Ok().json(TrialView::of(trial)))
}

fn shown(accounts: &Accounts) -> HttpResponse {
    let tag = format!("\"{}\"", accounts.revision);
    HttpResponse::Ok().insert_header((ETAG, tag)).json(AccountsView::of(&accounts.accounts))
}

/// The revision that `If-Match` asks for (RFC 9110 §13.1.1). One that is none of ours matches none.
fn condition(request: &HttpRequest) -> Option<i64> {
    const NONE: i64 = -1;
    let value = request.headers().get(IF_MATCH)?.to_str().unwrap_or_default().trim();
    let tag = || value.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
    (value != "*").then(|| tag().unwrap_or(NONE))
}

fn told(refusal: AccountRefusal, place: impl FnOnce(usize) -> String) -> V1Error {
    match refusal {
        AccountRefusal::Refused(refusal) => refusal.into(),
        AccountRefusal::Invalid(at, why) => {
            V1Error::field(format!("{}/{}", place(at), why.field()), why.to_string())
        }
    }
}
