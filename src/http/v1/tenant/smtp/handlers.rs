//! The handlers of mail accounts.

use actix_web::http::header::{ETAG, IF_MATCH};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::OpenApi;

use crate::domain::tenants::route::TransportKind;
use crate::service::{RouteRefusal, TenantRoutes};

use crate::http::shared::bodies::mail_account;
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::{Manager, Prober};
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};

use super::body::{AccountTestBody, AccountsBody};
use super::responses;
use super::view::{self, AccountCheckView, AccountsView};

/// The resource `/v1/tenant/smtp`.
#[derive(OpenApi)]
#[openapi(
    paths(get, replace, test),
    components(schemas(
        AccountsBody,
        mail_account::AccountBody,
        mail_account::AccountTls,
        AccountTestBody,
        AccountsView,
        view::AccountView,
        AccountCheckView,
        view::CheckStepView,
        view::CheckHintView,
    ))
)]
pub(crate) struct SmtpDoc;

/// `GET /v1/tenant/smtp`: the accounts, without their passwords.
#[utoipa::path(
    get,
    path = "/v1/tenant/smtp",
    operation_id = "getSmtpAccounts",
    tag = "tenant",
    summary = "Look at the mail accounts",
    description = "In the order in which they are used. Passwords are never told.",
    security(("secretKey" = [])),
    responses(responses::Shown)
)]
pub(crate) async fn get(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    Ok(shown(&state.services.routes.list_of(&tenant, TransportKind::Smtp).await?))
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
    params(responses::IfMatch),
    request_body(content = AccountsBody, example = json!({ "accounts": [{
        "host": "smtp.example.com", "port": 587, "username": "app@example.com", "password": "s3cr3t",
        "from": "app@example.com",
    }] })),
    responses(responses::Replaced)
)]
pub(crate) async fn replace(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<AccountsBody>,
) -> V1Result {
    let (drafts, seen, client_ip) = (body.drafts()?, condition(&request), ClientIp::of(&request));
    let routes = &state.services.routes;
    let replaced = routes.replace_of(&tenant, TransportKind::Smtp, drafts, seen, client_ip).await;
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
    request_body(content = AccountTestBody, example = json!({ "to": "me@example.com" })),
    responses(responses::Tested)
)]
pub(crate) async fn test(
    state: Data<AppState>,
    request: HttpRequest,
    Prober(tenant): Prober,
    JsonBody(mut body): JsonBody<AccountTestBody>,
) -> V1Result {
    let (candidate, to) = (body.candidate()?, body.recipient()?);
    let check = state.services.routes.check(&tenant, candidate, to, ClientIp::of(&request)).await;
    let check = check.map_err(|refusal| told(refusal, |_| "/account".to_owned()))?;
    Ok(HttpResponse::Ok().json(AccountCheckView::of(check)))
}

fn shown(found: &TenantRoutes) -> HttpResponse {
    let tag = format!("\"{}\"", found.revision);
    HttpResponse::Ok().insert_header((ETAG, tag)).json(AccountsView::of(&found.routes))
}

/// The revision that `If-Match` asks for (RFC 9110 §13.1.1). One that is none of ours matches none.
fn condition(request: &HttpRequest) -> Option<i64> {
    const NONE: i64 = -1;
    let value = request.headers().get(IF_MATCH)?.to_str().unwrap_or_default().trim();
    let tag = || value.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
    (value != "*").then(|| tag().unwrap_or(NONE))
}

fn told(refusal: RouteRefusal, place: impl FnOnce(usize) -> String) -> V1Error {
    match refusal {
        RouteRefusal::Refused(refusal) => refusal.into(),
        RouteRefusal::Invalid(at, why) => {
            V1Error::field(format!("{}/{}", place(at), why.field()), why.to_string())
        }
    }
}
