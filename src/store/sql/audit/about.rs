//! The subject of an audit event.

use std::net::IpAddr;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::operator::OperatorName;
use crate::domain::reports::audit::Actor;

/// The tenant, challenge, recipient, factor, client and operator that an event concerns.
#[derive(Clone, Copy, Default)]
pub struct About<'a> {
    pub tenant: Option<TenantId>,
    pub challenge: Option<ChallengeId>,
    pub recipient: Option<&'a str>,
    /// The handle of a factor.
    pub factor: Option<&'a str>,
    pub client_ip: Option<IpAddr>,
    pub operator: Option<&'a str>,
}

impl<'a> About<'a> {
    /// Creates the subject of an action on a tenant.
    pub fn tenant(tenant: TenantId, by: &'a Actor) -> Self {
        let operator = by.operator.as_ref().map(OperatorName::as_str);
        Self { tenant: Some(tenant), client_ip: by.client_ip, operator, ..Self::default() }
    }
}
