//! Who sends a request that is carried out once.

use crate::domain::id::TenantId;

/// The sender of a request: requests of different senders are never taken for each other. It can only be had from
/// an authenticated tenant or operator.
#[derive(Clone, Debug)]
pub struct Requester {
    pub(super) owner: TenantId,
    pub(super) credential: String,
}

/// What an operator's requests are remembered under: no tenant has this identity.
const OPERATORS: TenantId = TenantId(0);

impl Requester {
    /// Creates the sender with this credential of a tenant.
    pub(in crate::service) const fn of_tenant(owner: TenantId, credential: String) -> Self {
        Self { owner, credential }
    }

    /// Creates the sender who is this operator.
    pub(in crate::service) const fn operator(name: String) -> Self {
        Self { owner: OPERATORS, credential: name }
    }
}
