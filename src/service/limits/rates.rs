//! How fast each tenant goes. In memory: a restart forgives at most one second's worth.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{NotUntil, Quota, RateLimiter};

use crate::domain::id::TenantId;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::domain::time::{Clock, Timestamp};

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

type Limiter = RateLimiter<TenantId, DashMapStateStore<TenantId>, Ticks, StateInformationMiddleware>;

/// How a tenant's rate stood when a request was counted under it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateStanding {
    /// The rule.
    pub limit: Limit,
    /// Its rate.
    pub rate: Rate,
    /// How many more requests would pass at once.
    pub remaining: u32,
}

impl RateStanding {
    /// How long until the whole rate may be used again.
    pub fn full_after(&self) -> Duration {
        self.rate.per * self.rate.max.saturating_sub(self.remaining) / self.rate.max.max(1)
    }
}

/// Where a request notes under which rate it was counted, for its answer: the place at which it is
/// counted may be in the middle of a decision, on another thread.
#[derive(Clone, Default, Debug)]
pub struct Gauge(Arc<OnceLock<RateStanding>>);

impl Gauge {
    /// What was noted, if the request was counted at all.
    pub fn read(&self) -> Option<RateStanding> {
        self.0.get().copied()
    }
}

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

/// The rates of all tenants. When limits are switched off, everything passes.
pub struct TenantRates(Option<Buckets>);

struct Buckets {
    mint: (Limit, Rate, Limiter),
    verify: (Limit, Rate, Limiter),
    manage: (Limit, Rate, Limiter),
    /// Those of tenants that have a rate of their own: one limiter for each such rate.
    own: RwLock<HashMap<(Limit, Rate), Limiter>>,
    clock: Ticks,
}

impl TenantRates {
    pub(in crate::service) fn new(limits: Option<TenantLimits>, clock: Arc<dyn Clock>) -> Self {
        Self(limits.map(|limits| Buckets::new(limits, clock)))
    }

    /// Counts a mint of a tenant, under its own rate if it has one.
    pub(in crate::service) fn check_mint(
        &self,
        tenant: TenantId,
        own: Option<Rate>,
        gauge: &Gauge,
    ) -> Result<(), LimitHit> {
        self.0.as_ref().map_or(Ok(()), |buckets| buckets.check_either(&buckets.mint, tenant, own, gauge))
    }

    /// Counts a verification, in the same way.
    pub(in crate::service) fn check_verify(
        &self,
        tenant: TenantId,
        own: Option<Rate>,
        gauge: &Gauge,
    ) -> Result<(), LimitHit> {
        self.0.as_ref().map_or(Ok(()), |buckets| buckets.check_either(&buckets.verify, tenant, own, gauge))
    }

    /// Counts a request that looks after the tenant, in the same way.
    pub(in crate::service) fn check_manage(
        &self,
        tenant: TenantId,
        own: Option<Rate>,
        gauge: &Gauge,
    ) -> Result<(), LimitHit> {
        self.0.as_ref().map_or(Ok(()), |buckets| buckets.check_either(&buckets.manage, tenant, own, gauge))
    }

    /// Forgets tenants that have been quiet, so that memory follows the active ones.
    pub(in crate::service) fn forget_quiet(&self) {
        if let Some(buckets) = &self.0 {
            buckets.forget_quiet();
        }
    }
}

impl Buckets {
    fn new(limits: TenantLimits, clock: Arc<dyn Clock>) -> Self {
        let clock = Ticks::of(clock);
        Self {
            mint: (Limit::MintPerTenant, limits.mint, limiter_of(limits.mint, &clock)),
            verify: (Limit::VerifyPerTenant, limits.verify, limiter_of(limits.verify, &clock)),
            manage: (Limit::ManagePerTenant, limits.manage, limiter_of(limits.manage, &clock)),
            own: RwLock::default(),
            clock,
        }
    }

    fn forget_quiet(&self) {
        for (_, _, limiter) in [&self.mint, &self.verify, &self.manage] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        self.own.write().unwrap_or_else(PoisonError::into_inner).retain(|_, limiter| {
            limiter.retain_recent();
            limiter.shrink_to_fit();
            !limiter.is_empty()
        });
    }

    fn check_either(
        &self,
        general: &(Limit, Rate, Limiter),
        tenant: TenantId,
        own: Option<Rate>,
        gauge: &Gauge,
    ) -> Result<(), LimitHit> {
        let (limit, rate, limiter) = general;
        let Some(own) = own else { return self.check((*limit, *rate), limiter, tenant, gauge) };
        let rule = (*limit, own);
        // Counted while the map is held, so that no limiter is forgotten in between.
        let known = self.own.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(limiter) = known.get(&rule) {
            return self.check(rule, limiter, tenant, gauge);
        }
        drop(known);
        let mut known = self.own.write().unwrap_or_else(PoisonError::into_inner);
        let limiter = known.entry(rule).or_insert_with(|| limiter_of(own, &self.clock));
        self.check(rule, limiter, tenant, gauge)
    }

    fn check(
        &self,
        (limit, rate): (Limit, Rate),
        limiter: &Limiter,
        tenant: TenantId,
        gauge: &Gauge,
    ) -> Result<(), LimitHit> {
        let checked = limiter.check_key(&tenant);
        let remaining = checked.as_ref().map_or(0, |left| left.remaining_burst_capacity());
        // The first one counts: a decision that is run again is not counted again.
        let _ = gauge.0.set(RateStanding { limit, rate, remaining });
        let late = |until: NotUntil<Nanos>| until.wait_time_from(self.clock.now());
        checked.map(|_| ()).map_err(|until| LimitHit { limit, retry_after: late(until) })
    }
}

fn limiter_of(rate: Rate, clock: &Ticks) -> Limiter {
    Limiter::new(quota(rate), DashMapStateStore::default(), clock.clone())
}

/// A bucket that holds `rate.max` and fills evenly within `rate.per`.
pub(in crate::service) fn quota(rate: Rate) -> Quota {
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

    fn limits(mint: &str) -> TenantLimits {
        let rate = |text: &str| text.parse().unwrap();
        TenantLimits { mint: rate(mint), verify: rate("5/1s"), manage: rate("5/1s") }
    }

    #[test]
    fn each_tenant_has_its_own_bucket_and_it_fills_with_time() {
        let clock = Arc::new(Manual(AtomicI64::new(1_000_000)));
        let rates = TenantRates::new(Some(limits("2/1s")), clock.clone());
        let (one, other) = (TenantId(1), TenantId(2));
        assert!(
            rates.check_mint(one, None, &Gauge::default()).is_ok()
                && rates.check_mint(one, None, &Gauge::default()).is_ok()
        );
        let hit = rates.check_mint(one, None, &Gauge::default()).unwrap_err();
        assert_eq!((hit.limit, hit.retry_after), (Limit::MintPerTenant, Duration::from_millis(500)));
        assert!(
            rates.check_mint(other, None, &Gauge::default()).is_ok()
                && rates.check_verify(one, None, &Gauge::default()).is_ok()
        );
        clock.0.fetch_add(500, Ordering::Relaxed);
        assert!(
            rates.check_mint(one, None, &Gauge::default()).is_ok()
                && rates.check_mint(one, None, &Gauge::default()).is_err()
        );
    }

    #[test]
    fn a_clock_that_jumps_ahead_and_back_refuses_nobody_for_long() {
        let clock = Arc::new(Manual(AtomicI64::new(1_000_000)));
        let rates = TenantRates::new(Some(limits("1/1s")), clock.clone());
        let years = 400_000_000_000;
        clock.0.fetch_add(years, Ordering::Relaxed);
        assert!(rates.check_mint(TenantId(1), None, &Gauge::default()).is_ok());
        clock.0.fetch_sub(years, Ordering::Relaxed);
        assert!(
            rates.check_mint(TenantId(1), None, &Gauge::default()).unwrap_err().retry_after
                <= Duration::from_secs(1)
        );
        clock.0.fetch_add(1_000, Ordering::Relaxed);
        assert!(rates.check_mint(TenantId(1), None, &Gauge::default()).is_ok());
    }
}
