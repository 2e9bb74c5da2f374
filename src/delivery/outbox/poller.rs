//! Claiming due deliveries: retries, and what an earlier run left behind.

use std::sync::Arc;

use super::queue::Pending;
use super::worker::Worker;
use crate::delivery::ports::job::Job;
use crate::domain::deliveries::delivery::{DeliveryEnd, Room};
use crate::domain::deliveries::report::DeliveryReport;
use crate::domain::id::TenantId;

/// The maximum number of deliveries in one claim.
const BATCH: usize = 256;

/// Comes before every tenant.
const FIRST: TenantId = TenantId(0);

impl Worker {
    /// Claims due deliveries repeatedly, until the outbox closes.
    pub(super) async fn poll(self: &Arc<Self>) {
        let mut after = FIRST;
        while !self.is_closed() {
            let jobs = self.ledger.claim(self.clock.now(), self.room(after)).await;
            // A full batch means that more are due, from the tenants whose turn is next.
            let last = jobs.get(BATCH - 1).map(|job| job.sender.tenant);
            for job in jobs {
                self.resume(job).await;
            }
            self.parked().retain(|_, (_, waiter)| !waiter.is_closed());
            if last.is_none() && after == FIRST {
                tokio::time::sleep(self.settings.poll_interval).await;
            }
            after = last.unwrap_or(FIRST);
        }
    }

    fn room(&self, after: TenantId) -> Room {
        let (free, held) = self.queue.room();
        Room { limit: free.min(BATCH), free, held, after }
    }

    async fn resume(self: &Arc<Self>, job: Job) {
        let waiter = self.parked().remove(&job.message.id).map(|(_, waiter)| waiter);
        match self.queue.reserve(job.sender.tenant) {
            Some(place) => self.enqueue(Pending { job, place, waiter }),
            // All places were taken meanwhile. The delivery is returned to the ledger, and claimed
            // again when there is room.
            None => {
                let now = self.clock.now();
                if let Some(waiter) = waiter {
                    self.park(&job, waiter);
                }
                let (end, channel) = (DeliveryEnd::Later(now), job.message.channel);
                self.ledger.settle(&job, now, DeliveryReport { end, channel, tried: None }).await;
            }
        }
    }
}
