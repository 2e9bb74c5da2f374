//! The request rates of tenants.

use std::sync::Arc;

use crate::domain::id::TenantId;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::policy::GrantedLimits;
use crate::domain::time::Clock;
use crate::service::parts::Parts;

use super::gauge::{Gauge, RateStanding};
use super::limiter::{Limiter, Rule, Subject};
use super::tenant_limits::TenantLimits;

/// The rate that a tenant's request is counted under.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::service) enum RateKind {
    /// A mint, or another request that makes the server send.
    Mint,
    /// A verification.
    Verify,
    /// A management request.
    Manage,
}

/// The rates of all tenants. If limits are switched off, every request passes.
pub(in crate::service) struct TenantRates {
    limits: Option<TenantLimits>,
    limiter: Arc<dyn Limiter>,
    clock: Arc<dyn Clock>,
}

impl TenantRates {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        let (limiter, clock) = (Arc::clone(&parts.limiter), Arc::clone(&parts.clock));
        Self { limits: parts.rules.tenant_limits, limiter, clock }
    }

    /// Counts a request of a tenant under its own rate, if it was granted one, or else the general
    /// one. Records the state of the rate in `gauge`.
    pub(in crate::service) fn count(
        &self,
        counted: RateKind,
        (tenant, granted): (TenantId, &GrantedLimits),
        gauge: &Gauge,
    ) -> Result<(), LimitHit> {
        let Some(limits) = &self.limits else { return Ok(()) };
        let (limit, general, own) = match counted {
            RateKind::Mint => (Limit::MintPerTenant, limits.mint, granted.mint_per_tenant),
            RateKind::Verify => (Limit::VerifyPerTenant, limits.verify, granted.verify_per_tenant),
            RateKind::Manage => (Limit::ManagePerTenant, limits.manage, granted.manage_per_tenant),
        };
        let rate = own.unwrap_or(general);
        let rule = Rule::refilling(limit, rate);
        let passed = self.limiter.count(rule, &Subject::Tenant(tenant), self.clock.now());
        gauge.note(RateStanding { limit, rate, remaining: *passed.as_ref().unwrap_or(&0) });
        passed.map(|_| ())
    }
}
