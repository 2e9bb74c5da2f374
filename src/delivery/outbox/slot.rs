//! A place in the queue, and the view of a delivery that its caller keeps.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::queue::{Pending, Place};
use super::worker::Worker;
use crate::delivery::ports::job::Job;
use crate::delivery::ports::observer::Step;
use crate::domain::deliveries::delivery::DeliveryEnd;

/// A place in the queue, taken before the challenge is committed so that what was acknowledged
/// also has room. Dropping it gives the place back.
#[must_use = "a slot that is dropped sends nothing"]
pub struct Slot {
    pub(super) place: Place,
    pub(super) worker: Arc<Worker>,
}

impl Slot {
    /// Puts a job, whose challenge is committed, into its tenant's lane. The job must be of the
    /// tenant that the slot was reserved for.
    pub fn dispatch(self, job: Job) -> Watch {
        let (teller, watch) = oneshot::channel();
        let Self { place, worker } = self;
        worker.note(&job, Step::Queued);
        worker.enqueue(Pending { job, place, teller: Some(teller) });
        Watch(watch)
    }
}

/// A caller's view of one delivery. Dropping it changes nothing about the delivery.
#[must_use = "nobody waits for a delivery whose watch is dropped"]
pub struct Watch(oneshot::Receiver<DeliveryEnd>);

impl Watch {
    /// The final end of the delivery, retries included: [`DeliveryEnd::Sent`] or
    /// [`DeliveryEnd::Failed`]. It has been recorded then. `None` when the outbox stopped
    /// before; a later run goes on with the delivery then. May take until the code expires.
    pub async fn end(self) -> Option<DeliveryEnd> {
        self.0.await.ok()
    }
}
