//! The general rate limits of tenants.

use crate::domain::limits::rate::Rate;

/// The rate limits of a tenant.
#[derive(Clone, Copy, Debug)]
pub struct TenantLimits {
    /// Mints.
    pub mint: Rate,
    /// Verifications.
    pub verify: Rate,
    /// Management requests.
    pub manage: Rate,
}
