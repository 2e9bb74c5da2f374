//! The queue: places that are taken and released, and the jobs that occupy them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot};

use super::lanes::{Bounds, Lanes};
use crate::delivery::measure;
use crate::delivery::ports::job::Job;
use crate::domain::deliveries::delivery::DeliveryEnd;
use crate::domain::id::TenantId;

/// The lanes of all tenants.
pub(super) struct Queue {
    lanes: Mutex<Lanes<Pending>>,
    /// Notified whenever a place is released.
    freed: Notify,
}

/// A place in the queue. Dropping it releases the place.
pub(super) struct QueuePlace {
    queue: Arc<Queue>,
    pub(super) tenant: TenantId,
}

/// A job on its place, with the caller that waits for it.
pub(super) struct Pending {
    pub(super) job: Job,
    pub(super) place: QueuePlace,
    pub(super) waiter: Option<Waiter>,
}

pub(super) type Waiter = oneshot::Sender<DeliveryEnd>;

impl Queue {
    /// Creates an empty queue.
    pub(super) fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self { lanes: Mutex::new(Lanes::new(bounds)), freed: Notify::new() })
    }

    /// Reserves a place for a job of `tenant`; `None` if there is none left for it.
    pub(super) fn reserve(self: &Arc<Self>, tenant: TenantId) -> Option<QueuePlace> {
        let mut lanes = self.lanes();
        lanes.reserve(tenant)?;
        measure::depth(lanes.held());
        Some(QueuePlace { queue: Arc::clone(self), tenant })
    }

    /// Queues a job in its lane.
    pub(super) fn push(&self, pending: Pending) {
        self.lanes().push(pending.place.tenant, pending);
    }

    /// Returns the next job that may be sent now. [`Queue::finish`] must follow.
    pub(super) fn next(&self) -> Option<Pending> {
        self.lanes().start()
    }

    /// Records that a send of `tenant` is over.
    pub(super) fn finish(&self, tenant: TenantId) {
        self.lanes().finish(tenant);
    }

    /// Removes the waiting jobs that match.
    pub(super) fn remove(&self, matches: impl Fn(&Pending) -> bool) -> Vec<Pending> {
        self.lanes().remove(matches)
    }

    /// Returns the number of places taken.
    pub(super) fn held(&self) -> usize {
        self.lanes().held()
    }

    /// Returns the number of free places, and of those taken, by tenant.
    pub(super) fn room(&self) -> (usize, HashMap<TenantId, usize>) {
        let lanes = self.lanes();
        (lanes.free(), lanes.held_by_tenant())
    }

    /// Waits until no place is taken.
    pub(super) async fn wait_until_empty(&self) {
        loop {
            let freed = self.freed.notified();
            tokio::pin!(freed);
            freed.as_mut().enable();
            if self.held() == 0 {
                return;
            }
            freed.await;
        }
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes<Pending>> {
        // Every change under the lock is complete in itself, so a poisoned lock is harmless.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for QueuePlace {
    fn drop(&mut self) {
        let mut lanes = self.queue.lanes();
        lanes.release(self.tenant);
        measure::depth(lanes.held());
        drop(lanes);
        self.queue.freed.notify_waiters();
    }
}
