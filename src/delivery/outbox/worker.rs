//! The worker: sends jobs, records their outcomes, and notifies those who wait.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;
use tracing::Instrument;

use super::backoff::Course;
use super::queue::{Pending, Queue, Waiter};
use super::settings::OutboxSettings;
use crate::delivery::channels::sandbox;
use crate::delivery::measure;
use crate::delivery::ports::job::Job;
use crate::delivery::ports::ledger::Ledger;
use crate::delivery::ports::observer::DeliveryStep;
use crate::delivery::routing::Routing;
use crate::domain::BoxFuture;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, TryOutcome};
use crate::domain::deliveries::report::{DeliveryReport, TriedRoute, TryResult};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::random::Entropy;
use crate::domain::time::Clock;
use crate::domain::trace::TraceContext;
use crate::telemetry::traces::{self, DeliverySpan};

/// How often is looked whether this process may send again.
const STAND_ASIDE: Duration = Duration::from_millis(100);

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
    pub(super) parked: Mutex<HashMap<String, (ChallengeId, Waiter)>>,
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
            let Job { message, tries, .. } = &pending.job;
            let span = DeliverySpan::begin(message.trace_context, message.channel.as_str(), *tries);
            let log = log_span(message.trace_context);
            let result = span.span().around(self.send(&pending.job)).instrument(log.clone()).await;
            span.ended(&result);
            // The next message of the lane must not wait for the recording.
            log.in_scope(|| span.span().enter(|| self.conclude(pending, result)));
            drop(active);
            next = self.queue.next();
            self.start();
        }
    }

    async fn send(&self, job: &Job) -> TryResult {
        self.wait_until_current().await;
        self.note(job, DeliveryStep::Trying);
        let now = self.clock.now();
        if now >= job.message.expires_at {
            return TryResult::without_route(TryOutcome::Refused(DeliveryError::Expired));
        }
        if !job.may_be_sent(now) && !job.sender.is_sandbox {
            return TryResult::without_route(TryOutcome::Refused(DeliveryError::Unconfirmed));
        }
        // This comes before the choice of a route, because a sandbox has none.
        if job.sender.is_sandbox {
            let kept = sandbox::deliver(self.ledger.as_ref(), job, now);
            return catch_panic(Box::pin(async { TryResult::without_route(kept.await) })).await;
        }
        let result = catch_panic(Box::pin(self.routing.send(&job.sender, &job.message))).await;
        measure::tried(result.outcome);
        result
    }

    /// Waits until this process may send. If it may not, others may be about to take the message over: then it
    /// never may again.
    async fn wait_until_current(&self) {
        while !self.settings.membership.is_current() {
            tokio::time::sleep(STAND_ASIDE).await;
        }
    }

    /// Decides how the delivery continues, and has that recorded.
    fn conclude(self: &Arc<Self>, pending: Pending, result: TryResult) {
        let now = self.clock.now();
        let message = &pending.job.message;
        let course =
            Course { tries: pending.job.tries, unconfirmed: pending.job.unconfirmed(), pause: result.pause };
        let end = self.settings.backoff.decide(result.outcome, &course, now, self.entropy.as_ref());
        if !pending.job.sender.is_sandbox {
            measure::ended(message.channel, end, now.since(message.created_at));
        }
        self.settle(pending, end, result.tried);
    }

    /// Records the end in a separate task, which keeps the job's place until then, and then
    /// notifies the caller that waits. Callers see only what is recorded, so a later query cannot
    /// contradict it.
    pub(super) fn settle(self: &Arc<Self>, pending: Pending, end: DeliveryEnd, tried: Option<TriedRoute>) {
        let Pending { job, place, mut waiter } = pending;
        self.note(&job, DeliveryStep::Ended(end));
        let goes_on = matches!(end, DeliveryEnd::RetryAt(..) | DeliveryEnd::Later(_));
        // This comes before the recording: from then on the next try may start at any time.
        if let Some(waiter) = waiter.take_if(|_| goes_on) {
            self.park(&job, waiter);
        }
        let now = self.clock.now();
        let ledger = Arc::clone(&self.ledger);
        self.runtime.spawn(traces::carry(async move {
            let report = DeliveryReport { end, channel: job.message.channel, tried };
            ledger.settle(&job, now, report).await;
            if let Some(waiter) = waiter {
                // The receiver may be gone.
                let _ = waiter.send(end);
            }
            drop(place);
        }));
    }

    /// Parks the caller that waits for a job which leaves memory until its next try.
    pub(super) fn park(&self, job: &Job, waiter: Waiter) {
        // Once the outbox is closed, there is no next try to wait for.
        if !waiter.is_closed() && !self.is_closed() {
            self.parked().insert(job.message.id.clone(), (job.challenge, waiter));
        }
    }

    pub(super) fn note(&self, job: &Job, step: DeliveryStep) {
        if let Some(observer) = &self.settings.observer {
            observer.note(job, step);
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(super) fn parked(&self) -> MutexGuard<'_, HashMap<String, (ChallengeId, Waiter)>> {
        // Every change under the lock is complete in itself, so a poisoned lock is harmless.
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
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

/// What the log says of a try: the trace to which it belongs, if there is one.
fn log_span(cause: Option<TraceContext>) -> tracing::Span {
    match cause {
        Some(cause) => tracing::info_span!("delivery", trace_id = %format_args!("{:032x}", cause.trace)),
        None => tracing::Span::none(),
    }
}

/// Treats a panic in a channel as a refusal of the message, so that the lane survives it.
async fn catch_panic(mut result: BoxFuture<'_, TryResult>) -> TryResult {
    std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| result.as_mut().poll(cx))) {
        Ok(poll) => poll,
        Err(_) => {
            tracing::error!("a channel panicked; its message is given up");
            Poll::Ready(TryResult::without_route(TryOutcome::Refused(DeliveryError::MessageRefused)))
        }
    })
    .await
}
