//! The request rates of tenants.

use std::sync::Arc;

use crate::domain::id::TenantId;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rule::{Rule, Subject};
use crate::domain::policy::GrantedLimits;
use crate::domain::time::Clock;
use crate::service::parts::Parts;

use super::gauge::{Gauge, RateStanding};
use super::limiter::{Limiter, Passed};
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
    limiter: Arc<Limiter>,
    clock: Arc<dyn Clock>,
}

impl TenantRates {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        let (limiter, clock) = (Arc::clone(&parts.limiter), Arc::clone(&parts.clock));
        Self { limits: parts.rules.tenant_limits, limiter, clock }
    }

    /// Returns whether a rate may be counted by all nodes together, so that it should be asked for
    /// as soon as the tenant is known.
    pub(in crate::service) fn are_shared(&self) -> bool {
        self.limits.is_some() && self.limiter.is_shared()
    }

    /// Counts a request of a tenant under its own rate, if it was granted one, or else the general
    /// one. Records the state of the rate in `gauge`.
    pub(in crate::service) async fn count(
        &self,
        counted: RateKind,
        (tenant, granted): (TenantId, &GrantedLimits),
        gauge: &Gauge,
    ) -> Result<(), LimitHit> {
        let Some(rule) = self.rule(counted, granted) else { return Ok(()) };
        let passed = self.limiter.count(rule, &Subject::Tenant(tenant), self.clock.now()).await;
        note(rule, passed, gauge)
    }

    /// Counts a request under this node's share of the rate, in the middle of a transaction.
    pub(in crate::service) fn count_here(
        &self,
        counted: RateKind,
        (tenant, granted): (TenantId, &GrantedLimits),
        gauge: &Gauge,
    ) -> Result<(), LimitHit> {
        let Some(rule) = self.rule(counted, granted) else { return Ok(()) };
        note(rule, self.limiter.count_here(rule, &Subject::Tenant(tenant), self.clock.now()), gauge)
    }

    fn rule(&self, counted: RateKind, granted: &GrantedLimits) -> Option<Rule> {
        let limits = self.limits.as_ref()?;
        let (limit, general, own) = match counted {
            RateKind::Mint => (Limit::MintPerTenant, limits.mint, granted.mint_per_tenant),
            RateKind::Verify => (Limit::VerifyPerTenant, limits.verify, granted.verify_per_tenant),
            RateKind::Manage => (Limit::ManagePerTenant, limits.manage, granted.manage_per_tenant),
        };
        Some(Rule::refilling(limit, own.unwrap_or(general)))
    }
}

fn note(rule: Rule, passed: Result<Passed, LimitHit>, gauge: &Gauge) -> Result<(), LimitHit> {
    let (rate, remaining) = passed.as_ref().map_or((rule.rate, 0), |passed| (passed.rate, passed.remaining));
    gauge.note(RateStanding { limit: rule.limit, rate, remaining });
    passed.map(|_| ())
}
