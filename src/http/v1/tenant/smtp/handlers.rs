//! The handlers of mail accounts.

use actix_web::http::header::{ETAG, IF_MATCH};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::tenants::route::TransportKind;
use crate::service::{RouteRefusal, TenantRoutes};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::{Manager, Prober};
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};

use super::body::{AccountTestBody, AccountsBody};
use super::view::{AccountCheckView, AccountsView};

/// `GET /v1/tenant/smtp`: the accounts, without their passwords.
pub(crate) async fn get(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    Ok(shown(&state.services.routes.list_of(&tenant, TransportKind::Smtp).await?))
}

/// `PUT /v1/tenant/smtp`: replaces the whole list at once.
pub(crate) async fn replace(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<AccountsBody>,
) -> V1Result {
    let (drafts, seen, client_ip) = (body.drafts()?, condition(&request), ClientIp::of(&request));
    let routes = &state.services.routes;
    let replaced = routes.replace_of(&tenant, TransportKind::Smtp, drafts, seen, client_ip).await;
    Ok(shown(&replaced.map_err(|refusal| located(refusal, |at| format!("/accounts/{at}")))?))
}

/// `POST /v1/tenant/smtp/test`: tests an account, which need not be saved.
pub(crate) async fn test(
    state: Data<AppState>,
    request: HttpRequest,
    Prober(tenant): Prober,
    JsonBody(mut body): JsonBody<AccountTestBody>,
) -> V1Result {
    let (candidate, to) = (body.candidate()?, body.recipient()?);
    let check = state.services.routes.check(&tenant, candidate, to, ClientIp::of(&request)).await;
    let check = check.map_err(|refusal| located(refusal, |_| "/account".to_owned()))?;
    Ok(HttpResponse::Ok().json(AccountCheckView::of(check)))
}

fn shown(found: &TenantRoutes) -> HttpResponse {
    let tag = format!("\"{}\"", found.revision);
    HttpResponse::Ok().insert_header((ETAG, tag)).json(AccountsView::of(&found.routes))
}

/// The revision in `If-Match` (RFC 9110 §13.1.1). A tag that this server has not written matches no revision.
fn condition(request: &HttpRequest) -> Option<i64> {
    const NONE: i64 = -1;
    let value = request.headers().get(IF_MATCH)?.to_str().unwrap_or_default().trim();
    let tag = || value.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
    (value != "*").then(|| tag().unwrap_or(NONE))
}

fn located(refusal: RouteRefusal, place: impl FnOnce(usize) -> String) -> V1Error {
    match refusal {
        RouteRefusal::Refused(refusal) => refusal.into(),
        RouteRefusal::Invalid(at, why) => {
            V1Error::field(format!("{}/{}", place(at), why.field()), why.to_string())
        }
    }
}
