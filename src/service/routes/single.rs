//! Looking up, adding, changing and deleting a single route.

use std::net::IpAddr;

use crate::domain::tenants::oauth::StoppedLogin;
use crate::domain::tenants::route::{MAX_ROUTES, Route, RouteHandle};
use crate::domain::tenants::route_draft::RouteDraft;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::tenant_routes::{RouteRefusal, Routes, TenantRoutes};

/// One of a tenant's routes.
pub struct TenantRoute {
    /// The route.
    pub route: Route,
    /// Its login, if that gets no token until something is changed.
    pub stopped: Option<StoppedLogin>,
    /// The tenant's revision that it belongs to.
    pub revision: i64,
}

/// The circumstances of a change to one route.
#[derive(Clone, Copy, Default)]
pub struct RouteChange {
    /// Where the route goes in the order of all routes, from 0. `None` keeps its place; a new route goes last.
    pub position: Option<usize>,
    /// The address of the client.
    pub client_ip: Option<IpAddr>,
}

impl Routes {
    /// Returns one of the tenant's routes.
    pub async fn find(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &RouteHandle,
    ) -> Result<TenantRoute, Refusal> {
        take(self.list(tenant).await?, handle)
    }

    /// Adds a route.
    pub async fn add(
        &self,
        tenant: &AuthenticatedTenant,
        draft: RouteDraft,
        change: RouteChange,
    ) -> Result<TenantRoute, RouteRefusal> {
        let mut added = None;
        let list = |mut routes: Vec<Route>| {
            let route = self.complete_one(draft, &routes).map_err(|why| RouteRefusal::Invalid(0, why))?;
            let kind = route.transport.kind();
            if routes.iter().filter(|route| route.transport.kind() == kind).count() >= MAX_ROUTES {
                return Err(Refusal::TooManyRoutes.into());
            }
            added = Some(route.handle.clone());
            insert(&mut routes, change.position.unwrap_or(usize::MAX), route);
            Ok(routes)
        };
        let changed = self.change(tenant, change.client_ip, list).await?;
        let handle = added.ok_or(Refusal::UnknownRoute)?;
        Ok(take(changed, &handle)?)
    }

    /// Replaces the route that the draft names.
    pub async fn replace(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &RouteHandle,
        draft: RouteDraft,
        change: RouteChange,
    ) -> Result<TenantRoute, RouteRefusal> {
        let list = |mut routes: Vec<Route>| {
            let at = position(&routes, handle)?;
            let draft = RouteDraft { handle: Some(handle.clone()), ..draft };
            let route = self.complete_one(draft, &routes).map_err(|why| RouteRefusal::Invalid(0, why))?;
            routes.remove(at);
            insert(&mut routes, change.position.unwrap_or(at), route);
            Ok(routes)
        };
        let changed = self.change(tenant, change.client_ip, list).await?;
        Ok(take(changed, handle)?)
    }

    /// Deletes a route. Messages that wait use the remaining ones.
    pub async fn delete(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &RouteHandle,
        change: RouteChange,
    ) -> Result<(), RouteRefusal> {
        let list = |mut routes: Vec<Route>| {
            routes.remove(position(&routes, handle)?);
            Ok(routes)
        };
        self.change(tenant, change.client_ip, list).await.map(|_| ())
    }
}

fn position(routes: &[Route], handle: &RouteHandle) -> Result<usize, Refusal> {
    routes.iter().position(|route| route.handle == *handle).ok_or(Refusal::UnknownRoute)
}

fn insert(routes: &mut Vec<Route>, position: usize, route: Route) {
    routes.insert(position.min(routes.len()), route);
}

fn take(found: TenantRoutes, handle: &RouteHandle) -> Result<TenantRoute, Refusal> {
    let TenantRoutes { routes, stopped, revision } = found;
    let route = routes.into_iter().find(|route| route.handle == *handle).ok_or(Refusal::UnknownRoute)?;
    let stopped = stopped.into_iter().find(|stopped| stopped.is_of(&route));
    Ok(TenantRoute { route, stopped, revision })
}
