//! The public interface of the outbox.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;

use super::lanes::Bounds;
use super::queue::Queue;
use super::settings::OutboxSettings;
use super::slot::Slot;
use super::worker::Worker;
use crate::delivery::ports::ledger::Ledger;
use crate::delivery::routing::Routing;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use crate::domain::deliveries::server_health::ServerHealth;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::random::Entropy;
use crate::domain::time::Clock;

/// A handle to the worker that sends. Clones share the same outbox.
#[derive(Clone)]
pub struct Outbox {
    worker: Arc<Worker>,
}

impl Outbox {
    /// Creates an empty outbox that sends by `routing` and records in `ledger`.
    ///
    /// # Panics
    /// If called outside a Tokio runtime. Sends run on the runtime of this call, whichever thread
    /// dispatches them.
    pub fn new(
        settings: OutboxSettings,
        routing: Arc<Routing>,
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let queue = Queue::new(Bounds {
            capacity: settings.capacity,
            at_once: settings.at_once,
            at_once_per_tenant: settings.at_once_per_tenant,
        });
        Self {
            worker: Arc::new(Worker {
                settings,
                routing,
                ledger,
                clock,
                entropy,
                runtime: Handle::current(),
                queue,
                parked: Mutex::default(),
                closed: AtomicBool::new(false),
            }),
        }
    }

    /// Reserves a place for one delivery of `tenant`. Returns `None` if the queue is full, if the
    /// tenant already holds more places than are left, or if the outbox is draining.
    pub fn reserve(&self, tenant: TenantId) -> Option<Slot> {
        if self.worker.is_closed() {
            return None;
        }
        let place = self.worker.queue.reserve(tenant)?;
        Some(Slot { place, worker: Arc::clone(&self.worker) })
    }

    /// Returns the number of deliveries in memory: reserved, waiting, being sent or being recorded.
    pub fn queue_depth(&self) -> usize {
        self.worker.queue.held()
    }

    /// Returns the routing.
    pub fn routing(&self) -> &Arc<Routing> {
        &self.worker.routing
    }

    /// Returns the health of the servers that messages were sent through.
    pub fn health(&self) -> Vec<ServerHealth> {
        self.worker.routing.health()
    }

    /// Cancels the deliveries of `challenge` that are still waiting in a lane; those who wait for
    /// one receive [`DeliveryError::Canceled`]. A delivery that is being sent is not stopped.
    pub fn cancel(&self, challenge: ChallengeId) {
        let end = DeliveryEnd::Failed(DeliveryError::Canceled);
        let waiting = self.worker.queue.remove(|pending| pending.job.challenge == challenge);
        for pending in waiting {
            self.worker.settle(pending, end, None);
        }
        let parked: Vec<_> = self.worker.parked().extract_if(|_, (of, _)| *of == challenge).collect();
        for (_, (_, waiter)) in parked {
            // The receiver may be gone.
            let _ = waiter.send(end);
        }
    }

    /// Claims due deliveries from the ledger until `shutdown` is ready. Jobs that were dispatched
    /// continue; [`Outbox::drain`] waits for them.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        tokio::select! {
            () = shutdown => {}
            () = self.worker.poll() => {}
        }
    }

    /// Stops accepting deliveries, and waits until everything in memory is sent and recorded, or
    /// until `limit` has passed. Returns how many deliveries are left to the next run.
    pub async fn drain(&self, limit: Duration) -> usize {
        self.worker.closed.store(true, Ordering::Release);
        // Their next try is made by a later run.
        self.worker.parked().clear();
        // A timeout is harmless, because the deliveries are safe in the ledger.
        let _ = tokio::time::timeout(limit, self.worker.queue.wait_until_empty()).await;
        self.worker.routing.close().await;
        self.queue_depth()
    }
}
