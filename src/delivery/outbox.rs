//! The outbox: sends what is committed, again until the code expires, each tenant on its own lane.
//!
//! A delivery row commits together with its challenge. The caller has reserved a [`Slot`] before,
//! and dispatches the job after. From then on the job waits in its tenant's lane, is sent, and its
//! end is recorded in the ledger. A job that is to be tried again leaves memory; [`Outbox::run`]
//! claims it from the ledger when it is due, as it does with what an earlier run left behind.

mod backoff;
mod lanes;
mod poller;
mod slot;
mod worker;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Notify;

pub use backoff::Backoff;
pub use slot::{Slot, Watch};

use self::lanes::{Bounds, Lanes};
use self::worker::Worker;
use super::{Channel, Ledger, Observer};
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use crate::domain::deliveries::server_health::ServerHealth;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::random::Entropy;
use crate::domain::time::Clock;

/// The outbox's bounds.
#[derive(Clone, Debug)]
pub struct OutboxSettings {
    /// Deliveries in memory at most: reserved, waiting, being sent or being recorded.
    pub capacity: usize,
    /// Sends under way at once at most.
    pub at_once: usize,
    /// Sends under way at once of one tenant at most, and never more than a quarter of what is left
    /// of `at_once`: small numbers there are small shares here.
    pub at_once_per_tenant: usize,
    /// The pauses between tries.
    pub backoff: Backoff,
    /// How often the ledger is asked for what is due.
    pub poll_interval: Duration,
    /// Who is told of each step of a message.
    pub observer: Option<Arc<dyn Observer>>,
}

impl Default for OutboxSettings {
    fn default() -> Self {
        Self {
            capacity: 10_000,
            at_once: 128,
            at_once_per_tenant: 8,
            backoff: Backoff::default(),
            poll_interval: Duration::from_millis(200),
            observer: None,
        }
    }
}

/// The worker that sends. Clones are the same outbox.
#[derive(Clone)]
pub struct Outbox {
    worker: Arc<Worker>,
}

impl Outbox {
    /// An empty outbox that sends over `channels` and records in `ledger`.
    ///
    /// # Panics
    /// Outside a Tokio runtime: sends run on the one that this is called in, whichever thread
    /// dispatches them.
    pub fn new(
        settings: OutboxSettings,
        channels: Vec<Arc<dyn Channel>>,
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let bounds = Bounds {
            capacity: settings.capacity,
            at_once: settings.at_once,
            at_once_per_tenant: settings.at_once_per_tenant,
        };
        let channels = channels.into_iter().map(|channel| (channel.kind(), channel)).collect();
        Self {
            worker: Arc::new(Worker {
                settings,
                channels,
                ledger,
                clock,
                entropy,
                runtime: Handle::current(),
                lanes: Mutex::new(Lanes::new(bounds)),
                parted: Mutex::default(),
                freed: Notify::new(),
                closed: AtomicBool::new(false),
            }),
        }
    }

    /// A place for one delivery of `tenant`. `None` when the queue is full, when the tenant's share
    /// of it is (it holds more places than are left), or when the outbox is draining.
    pub fn reserve(&self, tenant: TenantId) -> Option<Slot> {
        if self.worker.is_closed() { None } else { self.worker.reserve(tenant) }
    }

    /// Deliveries in memory: reserved, waiting, being sent or being recorded.
    pub fn queue_depth(&self) -> usize {
        self.worker.lanes().held()
    }

    /// How the servers do that it sends through.
    pub fn health(&self) -> Vec<ServerHealth> {
        self.worker.channels.values().flat_map(|channel| channel.health()).collect()
    }

    /// Gives up the deliveries of `challenge` that still wait in a lane; whoever waits for one is
    /// told [`DeliveryError::Canceled`]. One that is being sent is not stopped.
    pub fn cancel(&self, challenge: ChallengeId) {
        let end = DeliveryEnd::Failed(DeliveryError::Canceled);
        let waiting = self.worker.lanes().remove(|pending| pending.job.challenge == challenge);
        for pending in waiting {
            self.worker.settle(pending, end);
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
        let _ = tokio::time::timeout(limit, self.emptied()).await;
        self.queue_depth()
    }

    async fn emptied(&self) {
        loop {
            let freed = self.worker.freed.notified();
            tokio::pin!(freed);
            freed.as_mut().enable();
            if self.queue_depth() == 0 {
                return;
            }
            freed.await;
        }
    }
}
