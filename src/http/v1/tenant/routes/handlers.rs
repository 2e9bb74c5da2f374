//! The handlers of routes.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::tenants::route::RouteHandle;
use crate::service::{AuthenticatedTenant, Candidate, Refusal, RouteChange, TenantRoute};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::{Manager, Prober};
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::idempotency;
use crate::http::v1::revision;
use crate::http::v1::tenant::smtp::view::AccountCheckView;

use super::body::{RouteJson, RouteTestBody};
use super::view::{RouteView, RoutesView};

/// `GET /v1/tenant/routes`
pub(crate) async fn list(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let found = state.services.routes.list(&tenant).await?;
    Ok(revision::tagged(found.revision)
        .json(RoutesView::of(&found, |route| state.services.callbacks.offered(&tenant, route))))
}

/// `POST /v1/tenant/routes`
pub(crate) async fn add(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    RouteJson(body): RouteJson,
) -> V1Result {
    idempotency::making(&state.clone(), &request.clone(), tenant, move |tenant| async move {
        let change = change(&request, body.position());
        let added = state.services.routes.add(&tenant, body.draft()?, change).await?;
        let location = format!("/v1/tenant/routes/{}", added.route.handle);
        Ok(revision::tagged(added.revision)
            .status(StatusCode::CREATED)
            .insert_header((LOCATION, location))
            .json(view(&state, &tenant, &added)))
    })
    .await
}

/// `GET /v1/tenant/routes/{id}`
pub(crate) async fn get(state: Data<AppState>, Manager(tenant): Manager, id: Path<String>) -> V1Result {
    Ok(shown(&state, &tenant, &state.services.routes.find(&tenant, &handle(&id)?).await?))
}

/// `PUT /v1/tenant/routes/{id}`
pub(crate) async fn replace(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    id: Path<String>,
    RouteJson(body): RouteJson,
) -> V1Result {
    let change = change(&request, body.position());
    let replaced = state.services.routes.replace(&tenant, &handle(&id)?, body.draft()?, change).await?;
    Ok(shown(&state, &tenant, &replaced))
}

/// `DELETE /v1/tenant/routes/{id}`
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    id: Path<String>,
) -> V1Result {
    state.services.routes.delete(&tenant, &handle(&id)?, change(&request, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /v1/tenant/routes/{id}/test`
pub(crate) async fn test(
    state: Data<AppState>,
    request: HttpRequest,
    Prober(tenant): Prober,
    id: Path<String>,
    JsonBody(body): JsonBody<RouteTestBody>,
) -> V1Result {
    let (candidate, to) = (Candidate::Present(handle(&id)?), body.recipient()?);
    let check = state.services.routes.check(&tenant, candidate, to, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Ok().json(AccountCheckView::of(check)))
}

fn shown(state: &AppState, tenant: &AuthenticatedTenant, found: &TenantRoute) -> HttpResponse {
    revision::tagged(found.revision).json(view(state, tenant, found))
}

fn view(state: &AppState, tenant: &AuthenticatedTenant, found: &TenantRoute) -> Option<RouteView> {
    let offered = state.services.callbacks.offered(tenant, &found.route);
    RouteView::of(&found.route, found.stopped.as_ref(), offered)
}

fn change(request: &HttpRequest, position: Option<usize>) -> RouteChange {
    RouteChange { position, client_ip: ClientIp::of(request) }
}

fn handle(id: &str) -> Result<RouteHandle, V1Error> {
    RouteHandle::parse(id).ok_or_else(|| Refusal::UnknownRoute.into())
}
