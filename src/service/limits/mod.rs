//! Limits that are not kept in the store: rates, and a record of refusals.

mod bucket;
pub(in crate::service) mod gauge;
pub(in crate::service) mod limit_hits;
pub(in crate::service) mod limiter;
mod memory;
pub(in crate::service) mod rates;
pub(in crate::service) mod tenant_limits;

pub use gauge::{Gauge, RateStanding};
pub use limit_hits::LimitHits;
pub use limiter::{Limiter, Rule, Subject, Window};
pub use memory::MemoryLimiter;
pub use tenant_limits::TenantLimits;
