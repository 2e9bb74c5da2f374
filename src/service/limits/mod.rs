//! Limits that are not kept in the store: rates, and a record of refusals.

mod bucket;
pub(in crate::service) mod bulk;
pub(in crate::service) mod gauge;
pub(in crate::service) mod limit_hits;
pub(in crate::service) mod limiter;
mod memory;
pub(in crate::service) mod one_at_a_time;
pub(in crate::service) mod rates;
mod refusals;
mod shards;
pub(in crate::service) mod tenant_limits;
mod together;

pub use gauge::{Gauge, RateStanding};
pub use limit_hits::LimitHits;
pub use limiter::{Counting, Limiter, Passed};
pub use tenant_limits::TenantLimits;
pub use together::Together;
