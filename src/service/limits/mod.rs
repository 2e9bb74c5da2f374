//! Limits that live in memory: the rates of tenants, and what was refused.

pub(in crate::service) mod limit_hits;
pub(in crate::service) mod rates;

pub use limit_hits::LimitHits;
pub use rates::{Gauge, RateStanding, TenantLimits};
