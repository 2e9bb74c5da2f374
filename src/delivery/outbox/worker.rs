//! The worker: sends jobs, records their outcomes, and notifies those who wait.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::runtime::Handle;

use super::queue::{Pending, Queue, Teller};
use super::settings::OutboxSettings;
use crate::delivery::channels::sandbox;
use crate::delivery::measure;
use crate::delivery::ports::job::Job;
use crate::delivery::ports::ledger::Ledger;
use crate::delivery::ports::observer::Step;
use crate::delivery::routing::Routing;
use crate::domain::BoxFuture;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, SendOutcome};
use crate::domain::deliveries::report::{Attempt, DeliveryReport, TriedRoute};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::random::Entropy;
use crate::domain::time::Clock;

/// The state that all parts of the outbox share.
pub(super) struct Worker {
    pub(super) settings: OutboxSettings,
    pub(super) routing: Arc<Routing>,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    /// The runtime of the sends, whichever thread dispatched them: a session must not be tied to
    /// the runtime of the request that opened it.
    pub(super) runtime: Handle,
    pub(super) queue: Arc<Queue>,
    /// Callers that wait for deliveries which are between two tries and therefore not in memory, by
    /// message.
    pub(super) parted: Mutex<HashMap<String, (ChallengeId, Teller)>>,
    pub(super) closed: AtomicBool,
}

impl Worker {
    /// Queues a job in its lane, and starts all jobs that may start.
    pub(super) fn enqueue(self: &Arc<Self>, pending: Pending) {
        self.queue.push(pending);
        self.start();
    }

    fn start(self: &Arc<Self>) {
        while let Some(pending) = self.queue.next() {
            self.runtime.spawn(Arc::clone(self).work(pending));
        }
    }

    /// Sends a job, and then the next ones, as long as there are any.
    async fn work(self: Arc<Self>, first: Pending) {
        let mut next = Some(first);
        while let Some(pending) = next {
            let active = Active { queue: &self.queue, tenant: pending.place.tenant };
            let attempt = self.attempt(&pending.job).await;
            // The next message of the lane must not wait for the recording.
            self.conclude(pending, attempt);
            drop(active);
            next = self.queue.next();
            self.start();
        }
    }

    async fn attempt(&self, job: &Job) -> Attempt {
        self.note(job, Step::Trying);
        let now = self.clock.now();
        if now >= job.message.expires_at {
            return Attempt::without_route(SendOutcome::Refused(DeliveryError::Expired));
        }
        // This comes before the choice of a route, because a sandbox has none.
        if job.sender.is_sandbox {
            let kept = sandbox::deliver(self.ledger.as_ref(), job, now);
            return unpanicking(Box::pin(async { Attempt::without_route(kept.await) })).await;
        }
        let attempt = unpanicking(Box::pin(self.routing.send(&job.sender, &job.message))).await;
        measure::tried(attempt.outcome);
        attempt
    }

    /// Decides how the delivery continues, and has that recorded.
    fn conclude(self: &Arc<Self>, pending: Pending, attempt: Attempt) {
        let now = self.clock.now();
        let message = &pending.job.message;
        let end = self.settings.backoff.decide(
            attempt.outcome,
            pending.job.tries,
            message.expires_at,
            now,
            self.entropy.as_ref(),
        );
        if !pending.job.sender.is_sandbox {
            measure::ended(message.channel, end, now.since(message.created_at));
        }
        self.settle(pending, end, attempt.tried);
    }

    /// Records the end in a separate task, which keeps the job's place until then, and then
    /// notifies the caller that waits. Callers see only what is recorded, so a later query cannot
    /// contradict it.
    pub(super) fn settle(self: &Arc<Self>, pending: Pending, end: DeliveryEnd, tried: Option<TriedRoute>) {
        let Pending { job, place, mut teller } = pending;
        self.note(&job, Step::Ended(end));
        let goes_on = matches!(end, DeliveryEnd::RetryAt(..) | DeliveryEnd::Later(_));
        // This comes before the recording: from then on the next try may start at any time.
        if let Some(teller) = teller.take_if(|_| goes_on) {
            self.part(&job, teller);
        }
        let now = self.clock.now();
        let ledger = Arc::clone(&self.ledger);
        self.runtime.spawn(async move {
            let report = DeliveryReport { end, channel: job.message.channel, tried };
            ledger.settle(&job, now, report).await;
            if let Some(teller) = teller {
                // The receiver may be gone.
                let _ = teller.send(end);
            }
            drop(place);
        });
    }

    /// Stores the caller that waits for a job which leaves memory until its next try.
    pub(super) fn part(&self, job: &Job, teller: Teller) {
        // Once the outbox is closed, there is no next try to wait for.
        if !teller.is_closed() && !self.is_closed() {
            self.parted().insert(job.message.id.clone(), (job.challenge, teller));
        }
    }

    pub(super) fn note(&self, job: &Job, step: Step) {
        if let Some(observer) = &self.settings.observer {
            observer.note(job, step);
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(super) fn parted(&self) -> MutexGuard<'_, HashMap<String, (ChallengeId, Teller)>> {
        // Every change under the lock is complete in itself, so a poisoned lock is harmless.
        self.parted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A send that is under way. Dropping it finishes the send, however it ended.
struct Active<'a> {
    queue: &'a Queue,
    tenant: TenantId,
}

impl Drop for Active<'_> {
    fn drop(&mut self) {
        self.queue.finish(self.tenant);
    }
}

/// Treats a panic in a channel as a refusal of the message, so that the lane survives it.
async fn unpanicking(mut attempt: BoxFuture<'_, Attempt>) -> Attempt {
    std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| attempt.as_mut().poll(cx))) {
        Ok(poll) => poll,
        Err(_) => {
            tracing::error!("a channel panicked; its message is given up");
            Poll::Ready(Attempt::without_route(SendOutcome::Refused(DeliveryError::MessageRefused)))
        }
    })
    .await
}
