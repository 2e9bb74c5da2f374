//! Admission: how many requests may wait for the store at the same time, in total and per tenant.
//!
//! Only requests that wait for the store are counted, not those that wait for a mail server: slow
//! mail must not keep others out.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::id::TenantId;

use super::refusal::Refusal;

/// The number of requests of one tenant that wait for the store.
#[derive(Clone, Default, Debug)]
pub struct Waiters(Arc<AtomicUsize>);

/// A request's place among those that wait. Dropping it releases the place.
#[derive(Debug)]
pub(super) struct Permit([Arc<AtomicUsize>; 2]);

impl Drop for Permit {
    fn drop(&mut self) {
        for count in &self.0 {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// The places for all requests that wait for the store.
#[derive(Debug)]
pub struct Admission {
    places: usize,
    taken: Arc<AtomicUsize>,
    waiters_by_tenant: Mutex<HashMap<TenantId, Waiters>>,
    /// The requests without a secret key. They share one number, since they cannot be told apart.
    nobody: Waiters,
    refused: AtomicU64,
}

impl Admission {
    pub(super) fn new(places: usize) -> Self {
        let (waiters_by_tenant, nobody, refused) = Default::default();
        Self { places, taken: Arc::default(), waiters_by_tenant, nobody, refused }
    }

    /// Returns the number of a tenant's waiting requests. It is looked up once a second, and cached
    /// with the tenant.
    pub(super) fn waiters(&self, tenant: TenantId) -> Waiters {
        self.waiters_by_tenant
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(tenant)
            .or_default()
            .clone()
    }

    /// Drops the numbers of tenants that are neither cached nor waiting.
    pub(super) fn forget_quiet(&self) {
        let mut waiters_by_tenant = self.waiters_by_tenant.lock().unwrap_or_else(PoisonError::into_inner);
        waiters_by_tenant.retain(|_, waiters| Arc::strong_count(&waiters.0) > 1);
    }

    /// Returns whether one more request may wait: a place must be free, and at least as many places
    /// must be free as the tenant has taken. So one tenant alone can take half of the places, and
    /// there is always room for another.
    fn has_room(&self, taken: usize, own: usize) -> bool {
        taken < self.places && own <= self.places - taken
    }

    /// Takes a place for a request of this tenant, or for one without a secret key.
    pub(super) fn admit(&self, waiters: Option<&Waiters>) -> Result<Permit, Refusal> {
        self.take(waiters.unwrap_or(&self.nobody))
    }

    /// Refuses if every place is taken. Call this before doing anything for a request.
    pub fn check_room(&self) -> Result<(), Refusal> {
        self.check(0)
    }

    /// Refuses if this tenant has taken its share of the places. Call this as soon as
    /// the tenant is known.
    pub fn check_share(&self, waiters: &Waiters) -> Result<(), Refusal> {
        self.check(waiters.0.load(Ordering::Relaxed))
    }

    /// Publishes how many requests wait for the store, and logs how many were refused since the last call, in
    /// a single line.
    pub fn report(&self) {
        metrics::gauge!("otpmint_store_waiting").set(self.taken.load(Ordering::Relaxed) as f64);
        let refused = self.refused.swap(0, Ordering::Relaxed);
        if refused > 0 {
            tracing::warn!(refused, "requests were refused: too many were waiting for the store");
        }
    }

    /// Takes a place, if one is free.
    fn take(&self, waiters: &Waiters) -> Result<Permit, Refusal> {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        let own = waiters.0.fetch_add(1, Ordering::Relaxed);
        let permit = Permit([Arc::clone(&self.taken), Arc::clone(&waiters.0)]);
        if self.has_room(taken, own) { Ok(permit) } else { Err(self.refuse()) }
    }

    /// Refuses if there is no place for one more request beside `own`.
    fn check(&self, own: usize) -> Result<(), Refusal> {
        let taken = self.taken.load(Ordering::Relaxed);
        if self.has_room(taken, own) { Ok(()) } else { Err(self.refuse()) }
    }

    fn refuse(&self) -> Refusal {
        self.refused.fetch_add(1, Ordering::Relaxed);
        Refusal::Overloaded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take_all(admission: &Admission, waiters: &Waiters) -> Vec<Permit> {
        std::iter::from_fn(|| admission.take(waiters).ok()).collect()
    }

    #[test]
    fn one_tenant_never_takes_the_last_places() {
        let admission = Admission::new(100);
        let (a, b) = (admission.waiters(TenantId(1)), admission.waiters(TenantId(2)));
        let held = take_all(&admission, &a);
        assert_eq!(held.len(), 51);
        assert_eq!(take_all(&admission, &b).len(), 25, "and neither does the next one");
        drop(held);
        assert_eq!(take_all(&admission, &b).len(), 51, "a place that is given back is free");
    }

    #[test]
    fn a_refusal_takes_no_place() {
        let admission = Admission::new(1);
        let (a, b) = (admission.waiters(TenantId(1)), admission.waiters(TenantId(2)));
        let held = admission.take(&a).unwrap();
        for waiters in [&a, &b] {
            assert_eq!(admission.take(waiters).unwrap_err(), Refusal::Overloaded);
        }
        drop(held);
        assert!(admission.take(&b).is_ok());
        assert_eq!(admission.refused.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_lane_is_kept_as_long_as_somebody_has_it() {
        let admission = Admission::new(100);
        let waiters = admission.waiters(TenantId(1));
        let held = take_all(&admission, &waiters);
        drop(waiters);
        admission.forget_quiet();
        assert!(admission.take(&admission.waiters(TenantId(1))).is_err(), "it still waits");
        drop(held);
        admission.forget_quiet();
        assert!(admission.waiters_by_tenant.lock().unwrap().is_empty());
    }
}
