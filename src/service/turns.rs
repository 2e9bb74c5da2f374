//! Admission: how many requests may wait for the store at the same time, in all and of one tenant.
//!
//! Counted is what waits for the store, and not what waits for a mail server: slow mail must not
//! keep others out.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::id::TenantId;

use super::{AuthenticatedTenant, Refusal, Services};

/// How many requests of one tenant wait for the store.
#[derive(Clone, Default, Debug)]
pub(super) struct Lane(Arc<AtomicUsize>);

/// A request's place among those that wait. Given back when dropped.
#[derive(Debug)]
pub(super) struct Turn([Arc<AtomicUsize>; 2]);

impl Drop for Turn {
    fn drop(&mut self) {
        for count in &self.0 {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// The places of all.
#[derive(Debug)]
pub(super) struct Turns {
    places: usize,
    taken: Arc<AtomicUsize>,
    lanes: Mutex<HashMap<TenantId, Lane>>,
    /// Whoever shows no secret key: one lane for them together, since nobody can be told apart.
    nobody: Lane,
    refused: AtomicU64,
}

impl Turns {
    pub(super) fn new(places: usize) -> Self {
        let (lanes, nobody, refused) = Default::default();
        Self { places, taken: Arc::default(), lanes, nobody, refused }
    }

    /// The lane of a tenant. Asked for once a second, and then remembered with it.
    pub(super) fn lane(&self, tenant: TenantId) -> Lane {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner).entry(tenant).or_default().clone()
    }

    /// Forgets tenants that are neither remembered nor waiting.
    pub(super) fn forget_quiet(&self) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.retain(|_, lane| Arc::strong_count(&lane.0) > 1);
    }

    /// Whether one more may wait beside those that do: a place has to be free, and the lane has to
    /// leave as many as it has. So one tenant alone takes half of them, and there is always room for
    /// another.
    fn has_room(&self, taken: usize, own: usize) -> bool {
        taken < self.places && own <= self.places - taken
    }

    /// Takes a place, if there is one.
    fn take(&self, lane: &Lane) -> Result<Turn, Refusal> {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        let own = lane.0.fetch_add(1, Ordering::Relaxed);
        let turn = Turn([Arc::clone(&self.taken), Arc::clone(&lane.0)]);
        if self.has_room(taken, own) { Ok(turn) } else { Err(self.refuse()) }
    }

    /// Refuses when there is no place for one more beside `own`.
    fn check(&self, own: usize) -> Result<(), Refusal> {
        let taken = self.taken.load(Ordering::Relaxed);
        if self.has_room(taken, own) { Ok(()) } else { Err(self.refuse()) }
    }

    fn refuse(&self) -> Refusal {
        self.refused.fetch_add(1, Ordering::Relaxed);
        Refusal::Overloaded
    }
}

impl Services {
    /// Refuses while every place is taken: to be asked before anything is done for a request.
    pub fn check_room(&self) -> Result<(), Refusal> {
        self.turns.check(0)
    }

    /// Refuses while this tenant has its share of the places: to be asked as soon as it is known.
    pub fn check_share(&self, tenant: &AuthenticatedTenant) -> Result<(), Refusal> {
        self.turns.check(tenant.lane().0.load(Ordering::Relaxed))
    }

    /// A place for what is about to ask the store for `tenant`, or for whoever shows no key.
    pub(super) fn turn(&self, tenant: Option<&AuthenticatedTenant>) -> Result<Turn, Refusal> {
        self.turns.take(tenant.map_or(&self.turns.nobody, AuthenticatedTenant::lane))
    }

    /// Says in the log how many were refused since the last time: one line, however many they are.
    pub fn report_overload(&self) {
        let refused = self.turns.refused.swap(0, Ordering::Relaxed);
        if refused > 0 {
            tracing::warn!(refused, "requests were refused: too many were waiting for the store");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take_all(turns: &Turns, lane: &Lane) -> Vec<Turn> {
        std::iter::from_fn(|| turns.take(lane).ok()).collect()
    }

    #[test]
    fn one_tenant_never_takes_the_last_places() {
        let turns = Turns::new(100);
        let (a, b) = (turns.lane(TenantId(1)), turns.lane(TenantId(2)));
        let held = take_all(&turns, &a);
        assert_eq!(held.len(), 51);
        assert_eq!(take_all(&turns, &b).len(), 25, "and neither does the next one");
        drop(held);
        assert_eq!(take_all(&turns, &b).len(), 51, "a place that is given back is free");
    }

    #[test]
    fn a_refusal_takes_no_place() {
        let turns = Turns::new(1);
        let (a, b) = (turns.lane(TenantId(1)), turns.lane(TenantId(2)));
        let held = turns.take(&a).unwrap();
        for lane in [&a, &b] {
            assert_eq!(turns.take(lane).unwrap_err(), Refusal::Overloaded);
        }
        drop(held);
        assert!(turns.take(&b).is_ok());
        assert_eq!(turns.refused.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_lane_is_kept_as_long_as_somebody_has_it() {
        let turns = Turns::new(100);
        let lane = turns.lane(TenantId(1));
        let held = take_all(&turns, &lane);
        drop(lane);
        turns.forget_quiet();
        assert!(turns.take(&turns.lane(TenantId(1))).is_err(), "it still waits");
        drop(held);
        turns.forget_quiet();
        assert!(turns.lanes.lock().unwrap().is_empty());
    }
}
