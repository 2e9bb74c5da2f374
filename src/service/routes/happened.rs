//! What a change of a tenant's list of routes does to which of them, for the audit trail.

use crate::domain::reports::audit::AuditEvent;
use crate::domain::tenants::route::{Route, RouteHandle};

use super::sealed_routes::is_alike;

/// Returns what happened to which route. A change of their order is none of any route.
pub(super) fn happened(before: &[Route], after: &[Route]) -> Vec<(AuditEvent, RouteHandle)> {
    let event = |route: &Route| match of(before, &route.handle) {
        None => Some(AuditEvent::RouteAdded),
        Some(former) => (!is_alike(former, route)).then_some(AuditEvent::RouteChanged),
    };
    let new = after.iter().filter_map(|route| Some((event(route)?, route.handle.clone())));
    let gone = before.iter().filter(|route| of(after, &route.handle).is_none());
    new.chain(gone.map(|route| (AuditEvent::RouteDeleted, route.handle.clone()))).collect()
}

fn of<'a>(routes: &'a [Route], handle: &RouteHandle) -> Option<&'a Route> {
    routes.iter().find(|route| route.handle == *handle)
}
