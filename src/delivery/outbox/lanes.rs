//! Fair scheduling: a lane for each tenant, and the places that they share.

use std::collections::{HashMap, VecDeque};

use crate::domain::deliveries::delivery::share;
use crate::domain::id::TenantId;

/// The limits on deliveries in memory and on concurrent sends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) capacity: usize,
    pub(super) at_once: usize,
    pub(super) at_once_per_tenant: usize,
}

/// The lanes and their places. Scarce resources are shared so that one tenant always leaves some to
/// the others, however much it requests and however slow its server is.
pub(super) struct Lanes<J> {
    bounds: Bounds,
    lanes: HashMap<TenantId, Lane<J>>,
    /// The tenants that have waiting jobs, in turn.
    turns: VecDeque<TenantId>,
    held: usize,
    active: usize,
}

struct Lane<J> {
    held: usize,
    active: usize,
    waiting: VecDeque<J>,
}

impl<J> Default for Lane<J> {
    fn default() -> Self {
        Self { held: 0, active: 0, waiting: VecDeque::new() }
    }
}

impl<J> Lanes<J> {
    /// Creates empty lanes.
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, lanes: HashMap::new(), turns: VecDeque::new(), held: 0, active: 0 }
    }

    /// Returns the number of places taken: reserved, waiting, being sent or being recorded.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// Returns the number of free places.
    pub(super) fn free(&self) -> usize {
        self.bounds.capacity.saturating_sub(self.held)
    }

    /// Returns the number of places taken, by tenant.
    pub(super) fn held_by_tenant(&self) -> HashMap<TenantId, usize> {
        self.lanes.iter().map(|(tenant, lane)| (*tenant, lane.held)).collect()
    }

    /// Takes a place, unless none is left or this tenant already holds more than are left.
    pub(super) fn reserve(&mut self, tenant: TenantId) -> Option<()> {
        let free = self.free();
        let mine = self.lanes.get(&tenant).map_or(0, |lane| lane.held);
        (share(free, mine) > 0).then(|| {
            self.lanes.entry(tenant).or_default().held += 1;
            self.held += 1;
        })
    }

    /// Releases a place.
    pub(super) fn release(&mut self, tenant: TenantId) {
        if let Some(lane) = self.lanes.get_mut(&tenant) {
            lane.held -= 1;
            self.held -= 1;
            self.tidy(tenant);
        }
    }

    /// Queues a job in its lane, on a place that its tenant has reserved.
    pub(super) fn push(&mut self, tenant: TenantId, job: J) {
        let lane = self.lanes.entry(tenant).or_default();
        if lane.waiting.is_empty() {
            self.turns.push_back(tenant);
        }
        lane.waiting.push_back(job);
    }

    /// Returns the next job that may be sent now. [`Lanes::finish`] must follow.
    pub(super) fn start(&mut self) -> Option<J> {
        let allowance = self.allowance()?;
        // The tenants that are skipped are already sending, so there are never many of them.
        let may = |tenant: &TenantId| self.lanes.get(tenant).is_some_and(|lane| lane.active < allowance);
        let turn = self.turns.iter().position(may)?;
        let tenant = self.turns.remove(turn)?;
        let lane = self.lanes.get_mut(&tenant)?;
        let job = lane.waiting.pop_front()?;
        lane.active += 1;
        self.active += 1;
        if !lane.waiting.is_empty() {
            self.turns.push_back(tenant);
        }
        Some(job)
    }

    /// Records that a started job is no longer being sent. Its place is still taken.
    pub(super) fn finish(&mut self, tenant: TenantId) {
        if let Some(lane) = self.lanes.get_mut(&tenant) {
            lane.active -= 1;
            self.active -= 1;
            self.tidy(tenant);
        }
    }

    /// Drops an unused lane. A place may be released before its send has finished, so both must be over.
    fn tidy(&mut self, tenant: TenantId) {
        if self.lanes.get(&tenant).is_some_and(|lane| lane.held == 0 && lane.active == 0) {
            self.lanes.remove(&tenant);
        }
    }

    /// Removes the waiting jobs that match.
    pub(super) fn remove(&mut self, matches: impl Fn(&J) -> bool) -> Vec<J> {
        let mut removed = Vec::new();
        for lane in self.lanes.values_mut() {
            if lane.waiting.iter().any(&matches) {
                let (out, stay) = std::mem::take(&mut lane.waiting).into_iter().partition(&matches);
                lane.waiting = stay;
                let out: VecDeque<J> = out;
                removed.extend(out);
            }
        }
        let lanes = &self.lanes;
        self.turns.retain(|tenant| lanes.get(tenant).is_some_and(|lane| !lane.waiting.is_empty()));
        removed
    }

    /// Returns how many concurrent sends one tenant may have at the moment. The number falls as
    /// free sends get scarce, so that many slow tenants together still leave room for another one.
    fn allowance(&self) -> Option<usize> {
        let free = self.bounds.at_once.checked_sub(self.active).filter(|free| *free > 0)?;
        Some((free / 4).clamp(1, self.bounds.at_once_per_tenant.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: TenantId = TenantId(1);
    const B: TenantId = TenantId(2);

    fn lanes(capacity: usize, at_once: usize, at_once_per_tenant: usize) -> Lanes<u32> {
        Lanes::new(Bounds { capacity, at_once, at_once_per_tenant })
    }

    fn push(lanes: &mut Lanes<u32>, tenant: TenantId, jobs: impl IntoIterator<Item = u32>) {
        for job in jobs {
            lanes.reserve(tenant).unwrap();
            lanes.push(tenant, job);
        }
    }

    fn start_all(lanes: &mut Lanes<u32>) -> Vec<u32> {
        std::iter::from_fn(|| lanes.start()).collect()
    }

    #[test]
    fn a_lane_keeps_its_order_and_its_limit() {
        let mut lanes = lanes(100, 100, 2);
        push(&mut lanes, A, 0..5);
        assert_eq!(start_all(&mut lanes), [0, 1]);
        lanes.finish(A);
        assert_eq!(start_all(&mut lanes), [2]);
    }

    #[test]
    fn lanes_take_turns() {
        let mut lanes = lanes(100, 100, 2);
        push(&mut lanes, A, 0..5);
        push(&mut lanes, B, 10..15);
        assert_eq!(start_all(&mut lanes), [0, 10, 1, 11]);
    }

    #[test]
    fn slow_tenants_together_leave_a_send_to_the_next_one() {
        let mut lanes = lanes(10_000, 16, 8);
        for tenant in 0..12 {
            push(&mut lanes, TenantId(tenant), 0..8);
        }
        assert_eq!(start_all(&mut lanes).len(), 12, "a quarter of what is free is left each time");
        push(&mut lanes, B, []);
        push(&mut lanes, TenantId(99), [7]);
        assert_eq!(lanes.start(), Some(7));
    }

    #[test]
    fn one_tenant_never_takes_the_last_places() {
        let mut lanes = lanes(100, 1, 1);
        let taken = (0..100).map_while(|_| lanes.reserve(A)).count();
        assert_eq!(taken, 51);
        assert!(lanes.reserve(B).is_some());
        lanes.release(A);
        assert!(lanes.reserve(A).is_none(), "B has taken the place");
    }

    #[test]
    fn a_small_queue_is_full_when_it_is_full() {
        let mut lanes = lanes(1, 1, 1);
        assert!(lanes.reserve(A).is_some());
        assert!(lanes.reserve(A).is_none());
        assert!(lanes.reserve(B).is_none());
        lanes.release(A);
        assert!(lanes.reserve(B).is_some());
        assert_eq!((lanes.held(), lanes.free()), (1, 0));
    }

    #[test]
    fn a_send_counts_until_it_is_finished_even_when_its_place_is_free_already() {
        let mut lanes = lanes(100, 1, 1);
        push(&mut lanes, A, [1]);
        assert_eq!(lanes.start(), Some(1));
        lanes.release(A);
        push(&mut lanes, B, [2]);
        assert_eq!(lanes.start(), None);
        lanes.finish(A);
        assert_eq!(lanes.start(), Some(2));
    }

    #[test]
    fn removed_jobs_are_not_started() {
        let mut lanes = lanes(100, 100, 8);
        push(&mut lanes, A, 0..3);
        push(&mut lanes, B, [9]);
        let mut removed = lanes.remove(|job| *job == 1 || *job == 9);
        removed.sort_unstable();
        assert_eq!(removed, [1, 9]);
        assert_eq!(start_all(&mut lanes), [0, 2]);
    }
}
