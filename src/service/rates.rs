//! How fast each tenant goes. In memory: a restart forgives at most one second's worth.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::domain::id::TenantId;
use crate::domain::limit::{Limit, LimitHit, Rate};
use crate::domain::time::{Clock, Timestamp};

use super::TenantLimits;

/// Our clock, as the rate limiter wants it: it only goes forward. A clock that is set back stands
/// still here instead, or a tenant would be refused for as long as the step was.
#[derive(Clone)]
struct Ticks {
    clock: Arc<dyn Clock>,
    /// The last moment that was read, and the time that has passed until then.
    read: Arc<Mutex<(Timestamp, Duration)>>,
}

impl Ticks {
    fn of(clock: Arc<dyn Clock>) -> Self {
        let read = Arc::new(Mutex::new((clock.now(), Duration::ZERO)));
        Self { clock, read }
    }
}

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let now = self.clock.now();
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = read.1 + now.since(read.0);
        *read = (now, passed);
        Nanos::from(passed)
    }
}

type Limiter = RateLimiter<
    TenantId,
    DashMapStateStore<TenantId>,
    Ticks,
    NoOpMiddleware<<Ticks as GovernorClock>::Instant>,
>;

/// The rates of all tenants.
pub(super) struct TenantRates {
    mint: Limiter,
    verify: Limiter,
    clock: Ticks,
}

impl TenantRates {
    pub(super) fn new(limits: TenantLimits, clock: Arc<dyn Clock>) -> Self {
        let clock = Ticks::of(clock);
        let limiter = |rate: Rate| RateLimiter::new(quota(rate), DashMapStateStore::default(), clock.clone());
        Self { mint: limiter(limits.mint), verify: limiter(limits.verify), clock: clock.clone() }
    }

    /// Counts a mint.
    pub(super) fn check_mint(&self, tenant: TenantId) -> Result<(), LimitHit> {
        self.check(&self.mint, tenant, Limit::MintPerTenant)
    }

    /// Counts a verification.
    pub(super) fn check_verify(&self, tenant: TenantId) -> Result<(), LimitHit> {
        self.check(&self.verify, tenant, Limit::VerifyPerTenant)
    }

    /// Forgets tenants that have been quiet, so that memory follows the active ones.
    pub(super) fn forget_quiet(&self) {
        for limiter in [&self.mint, &self.verify] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    fn check(&self, limiter: &Limiter, tenant: TenantId, limit: Limit) -> Result<(), LimitHit> {
        limiter
            .check_key(&tenant)
            .map_err(|until| LimitHit { limit, retry_after: until.wait_time_from(self.clock.now()) })
    }
}

/// A bucket that holds `rate.max` and fills evenly within `rate.per`.
pub(super) fn quota(rate: Rate) -> Quota {
    let burst = std::num::NonZeroU32::new(rate.max).unwrap_or(std::num::NonZeroU32::MIN);
    let period = rate.per.checked_div(burst.get()).filter(|period| !period.is_zero());
    match period.and_then(Quota::with_period) {
        Some(quota) => quota.allow_burst(burst),
        None => Quota::per_second(burst),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    struct Manual(AtomicI64);

    impl Clock for Manual {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn each_tenant_has_its_own_bucket_and_it_fills_with_time() {
        let clock = Arc::new(Manual(AtomicI64::new(1_000_000)));
        let limits = TenantLimits { mint: "2/1s".parse().unwrap(), verify: "5/1s".parse().unwrap() };
        let rates = TenantRates::new(limits, clock.clone());
        let (one, other) = (TenantId(1), TenantId(2));
        assert!(rates.check_mint(one).is_ok() && rates.check_mint(one).is_ok());
        let hit = rates.check_mint(one).unwrap_err();
        assert_eq!((hit.limit, hit.retry_after), (Limit::MintPerTenant, Duration::from_millis(500)));
        assert!(rates.check_mint(other).is_ok() && rates.check_verify(one).is_ok());
        clock.0.fetch_add(500, Ordering::Relaxed);
        assert!(rates.check_mint(one).is_ok() && rates.check_mint(one).is_err());
    }

    #[test]
    fn a_clock_that_jumps_ahead_and_back_refuses_nobody_for_long() {
        let clock = Arc::new(Manual(AtomicI64::new(1_000_000)));
        let limits = TenantLimits { mint: "1/1s".parse().unwrap(), verify: "5/1s".parse().unwrap() };
        let rates = TenantRates::new(limits, clock.clone());
        let years = 400_000_000_000;
        clock.0.fetch_add(years, Ordering::Relaxed);
        assert!(rates.check_mint(TenantId(1)).is_ok());
        clock.0.fetch_sub(years, Ordering::Relaxed);
        assert!(rates.check_mint(TenantId(1)).unwrap_err().retry_after <= Duration::from_secs(1));
        clock.0.fetch_add(1_000, Ordering::Relaxed);
        assert!(rates.check_mint(TenantId(1)).is_ok());
    }
}
