//! The handlers of mail accounts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::tenants::route::TransportKind;
use crate::service::{Refusal, RouteRefusal, TenantRoutes};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::table::tenants::ACCOUNT_NOT_FOUND;
use crate::http::state::AppState;
use crate::http::v1::bearer::{Manager, Prober};
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::revision;
use crate::http::v1::tenant::routes;

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
    let (drafts, client_ip) = (body.drafts()?, ClientIp::of(&request));
    let routes = &state.services.routes;
    let replaced = routes.replace_of(&tenant, TransportKind::Smtp, drafts, client_ip).await;
    Ok(shown(&replaced.map_err(|refusal| routes::located(refusal, |at| format!("/accounts/{at}")))?))
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
    let check = check.map_err(|refusal| match refusal {
        RouteRefusal::Refused(Refusal::UnknownRoute) => V1Error::from(&ACCOUNT_NOT_FOUND),
        other => routes::located(other, |_| "/account".to_owned()),
    })?;
    Ok(HttpResponse::Ok().json(AccountCheckView::of(check)))
}

fn shown(found: &TenantRoutes) -> HttpResponse {
    revision::tagged(found.revision).json(AccountsView::of(found))
}
