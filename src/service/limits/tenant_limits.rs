//! The general rates of tenants.

use crate::domain::limits::rate::Rate;

/// How fast one tenant may go.
#[derive(Clone, Copy, Debug)]
pub struct TenantLimits {
    /// Mints.
    pub mint: Rate,
    /// Verifications.
    pub verify: Rate,
    /// Requests that look after the tenant.
    pub manage: Rate,
}
