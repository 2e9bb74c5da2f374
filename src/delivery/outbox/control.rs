//! The outbox as the rest of the program has it.

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

/// The worker that sends. Clones are the same outbox.
#[derive(Clone)]
pub struct Outbox {
    worker: Arc<Worker>,
}

impl Outbox {
    /// An empty outbox that sends by `routing` and records in `ledger`.
    ///
    /// # Panics
    /// Outside a Tokio runtime: sends run on the one that this is called in, whichever thread
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
                parted: Mutex::default(),
                closed: AtomicBool::new(false),
            }),
        }
    }

    /// A place for one delivery of `tenant`. `None` when the queue is full, when the tenant's share
    /// of it is (it holds more places than are left), or when the outbox is draining.
    pub fn reserve(&self, tenant: TenantId) -> Option<Slot> {
        if self.worker.is_closed() {
            return None;
        }
        let place = self.worker.queue.reserve(tenant)?;
        Some(Slot { place, worker: Arc::clone(&self.worker) })
    }

    /// Deliveries in memory: reserved, waiting, being sent or being recorded.
    pub fn queue_depth(&self) -> usize {
        self.worker.queue.held()
    }

    /// Which way messages go.
    pub fn routing(&self) -> &Arc<Routing> {
        &self.worker.routing
    }

    /// How the servers do that it sends through.
    pub fn health(&self) -> Vec<ServerHealth> {
        self.worker.routing.health()
    }

    /// Gives up the deliveries of `challenge` that still wait in a lane; whoever waits for one is
    /// told [`DeliveryError::Canceled`]. One that is being sent is not stopped.
    pub fn cancel(&self, challenge: ChallengeId) {
        let end = DeliveryEnd::Failed(DeliveryError::Canceled);
        let waiting = self.worker.queue.remove(|pending| pending.job.challenge == challenge);
        for pending in waiting {
            self.worker.settle(pending, end, None);
        }
        let parted: Vec<_> = self.worker.parted().extract_if(|_, (of, _)| *of == challenge).collect();
        for (_, (_, teller)) in parted {
            // Nobody may be waiting any more.
            let _ = teller.send(end);
        }
    }

    /// Claims what is due from the ledger until `shutdown` is ready. Jobs that were dispatched go
    /// on; [`Outbox::drain`] waits for them.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        tokio::select! {
            () = shutdown => {}
            () = self.worker.poll() => {}
        }
    }

    /// Takes nothing more, and waits until everything in memory is sent and recorded, or for
    /// `limit`. Returns how many deliveries are left to the next run.
    pub async fn drain(&self, limit: Duration) -> usize {
        self.worker.closed.store(true, Ordering::Release);
        // Their next try is another run's.
        self.worker.parted().clear();
        // Only the time is up; the deliveries are safe in the ledger.
        let _ = tokio::time::timeout(limit, self.worker.queue.emptied()).await;
        self.queue_depth()
    }
}
