//! Fetching what is due: retries, and what an earlier run left behind.

use std::sync::Arc;

use super::slot::Pending;
use super::worker::Worker;
use crate::delivery::Job;
use crate::domain::delivery::DeliveryEnd;

/// The most deliveries that are claimed at once.
const BATCH: usize = 256;

impl Worker {
    /// Claims what is due, time and again, until the outbox closes.
    pub(super) async fn poll(self: &Arc<Self>) {
        while !self.is_closed() {
            let claimed = self.claim().await;
            self.parted().retain(|_, (_, teller)| !teller.is_closed());
            // A full batch means that there is more.
            if claimed < BATCH {
                tokio::time::sleep(self.settings.poll_interval).await;
            }
        }
    }

    async fn claim(self: &Arc<Self>) -> usize {
        let room = self.lanes().free().min(BATCH);
        if room == 0 {
            return 0;
        }
        let jobs = self.ledger.claim(self.clock.now(), room).await;
        let count = jobs.len();
        for job in jobs {
            self.take_up(job).await;
        }
        count
    }

    async fn take_up(self: &Arc<Self>, job: Job) {
        let teller = self.parted().remove(&job.message.id).map(|(_, teller)| teller);
        match self.reserve(job.sender.tenant) {
            Some(slot) => self.enqueue(Pending { job, slot, teller }),
            // One tenant's backlog must not fill the memory for all: what exceeds its share goes
            // back and comes again.
            None => {
                let now = self.clock.now();
                let later = now + self.settings.backoff.pause(0, self.entropy.as_ref());
                if let Some(teller) = teller {
                    self.part(&job, teller);
                }
                self.ledger.settle(&job, now, DeliveryEnd::Later(later)).await;
            }
        }
    }
}
