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
                self.take_up(job).await;
            }
            self.parted().retain(|_, (_, teller)| !teller.is_closed());
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

    async fn take_up(self: &Arc<Self>, job: Job) {
        let teller = self.parted().remove(&job.message.id).map(|(_, teller)| teller);
        match self.queue.reserve(job.sender.tenant) {
            Some(place) => self.enqueue(Pending { job, place, teller }),
            // All places were taken meanwhile. The delivery is returned to the ledger, and claimed
            // again when there is room.
            None => {
                let now = self.clock.now();
                if let Some(teller) = teller {
                    self.part(&job, teller);
                }
                let (end, channel) = (DeliveryEnd::Later(now), job.message.channel);
                self.ledger.settle(&job, now, DeliveryReport { end, channel, tried: None }).await;
            }
        }
    }
}
