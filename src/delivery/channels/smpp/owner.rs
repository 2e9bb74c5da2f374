//! Whom a session belongs to.

use crate::delivery::ports::sender::Sender;
use crate::domain::id::TenantId;
use crate::domain::tenants::route::RouteHandle;

/// The owner of sessions. They are never shared between tenants or routes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Owner {
    pub(super) tenant: TenantId,
    pub(super) route: RouteHandle,
}

impl Owner {
    /// Returns the owner for this route of `sender`.
    pub(super) fn of(sender: &Sender, route: &RouteHandle) -> Self {
        Self { tenant: sender.tenant, route: route.clone() }
    }
}
