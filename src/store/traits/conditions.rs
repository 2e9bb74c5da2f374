//! Changes under conditions.

use crate::domain::challenges::idempotency::{Once, RequestOutcome};
use crate::domain::conditions::Precondition;
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

/// The conditions of one change.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// What is expected of what it changes.
    pub precondition: Option<Precondition>,
    /// The request that it is carried out for, if that is carried out once.
    pub request: Option<OnceRequest>,
}

/// A request that is carried out once.
#[derive(Clone, Debug)]
pub struct OnceRequest {
    /// The tenant under which it is remembered.
    pub tenant: TenantId,
    /// How it is recognised.
    pub once: Once,
    /// What it makes, unless the verb decides about that.
    pub outcome: Option<RequestOutcome>,
    /// When it is carried out.
    pub now: Timestamp,
}
