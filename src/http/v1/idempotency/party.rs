//! Who sends a request that is carried out once.

use std::sync::Arc;

use crate::domain::challenges::idempotency::Once;
use crate::service::{AuthenticatedTenant, Operator, RequestConditions, Requester};

/// The authenticated sender.
#[derive(Clone)]
pub(super) enum Party {
    Tenant(AuthenticatedTenant),
    Operator(Operator),
}

impl Party {
    pub(super) fn requester(&self) -> Requester {
        match self {
            Self::Tenant(tenant) => tenant.requester(),
            Self::Operator(operator) => operator.requester(),
        }
    }
}

/// The same conditions, of a request that may be carried out once.
pub(super) fn carrying(
    conditions: RequestConditions,
    requester: Requester,
    once: Option<Once>,
) -> RequestConditions {
    RequestConditions { once: once.map(|once| Arc::new((requester, once))), ..conditions }
}
