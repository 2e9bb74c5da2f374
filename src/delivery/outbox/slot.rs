//! Slots in the queue, and the caller's view of a delivery.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::queue::{Pending, QueuePlace};
use super::worker::Worker;
use crate::delivery::ports::job::Job;
use crate::delivery::ports::observer::DeliveryStep;
use crate::domain::deliveries::delivery::DeliveryEnd;

/// A place in the queue, reserved before the challenge is committed so that every acknowledged
/// delivery has room. Dropping it releases the place.
#[must_use = "a slot that is dropped sends nothing"]
pub struct Slot {
    pub(super) place: QueuePlace,
    pub(super) worker: Arc<Worker>,
}

impl Slot {
    /// Queues a job, whose challenge is committed, in its tenant's lane. The job must belong to the
    /// tenant that the slot was reserved for.
    pub fn dispatch(self, job: Job) -> Watch {
        let (waiter, watch) = oneshot::channel();
        let Self { place, worker } = self;
        worker.note(&job, DeliveryStep::Queued);
        worker.enqueue(Pending { job, place, waiter: Some(waiter) });
        Watch(watch)
    }
}

/// A caller's view of one delivery. Dropping it has no effect on the delivery.
#[must_use = "nobody waits for a delivery whose watch is dropped"]
pub struct Watch(oneshot::Receiver<DeliveryEnd>);

impl Watch {
    /// Waits for the final end of the delivery, retries included: [`DeliveryEnd::Sent`] or
    /// [`DeliveryEnd::Failed`]. It is already recorded by then. Returns `None` if the outbox stops
    /// first; a later run continues the delivery. This may take until the code expires.
    pub async fn end(self) -> Option<DeliveryEnd> {
        self.0.await.ok()
    }
}
