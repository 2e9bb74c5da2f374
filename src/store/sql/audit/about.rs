//! The subject of an audit event.

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::actor::Actor;

/// The tenant, challenge, recipient and object that an event concerns, and who did it.
#[derive(Clone, Copy, Default)]
pub struct About<'a> {
    pub tenant: Option<TenantId>,
    pub challenge: Option<ChallengeId>,
    /// Masked.
    pub recipient: Option<&'a str>,
    /// The handle or the name of what it was done to.
    pub object: Option<&'a str>,
    /// `None` for what the server does by itself.
    pub by: Option<&'a Actor>,
}

impl<'a> About<'a> {
    /// Creates the subject of an action on the server or on an operator.
    pub fn by(by: &'a Actor) -> Self {
        Self { by: Some(by), ..Self::default() }
    }

    /// Creates the subject of an action on a tenant.
    pub fn tenant(tenant: TenantId, by: &'a Actor) -> Self {
        Self { tenant: Some(tenant), ..Self::by(by) }
    }

    /// Creates the subject of an action on a thing of a tenant.
    pub fn thing(tenant: TenantId, object: &'a str, by: &'a Actor) -> Self {
        Self { object: Some(object), ..Self::tenant(tenant, by) }
    }
}
