//! What the server does beside answering: sending, seeding, sweeping, managing its keys.

use std::sync::Arc;
use std::time::Duration;

use crate::delivery::Outbox;
use crate::domain::steady_clock::SteadyClock;
use crate::http::DocumentLimit;
use crate::service::Services;

use super::timekeeping::Timekeeper;

/// Between two sweeps: well within the minute in which ended challenges must be erased.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// Between two looks at codes that follow over another channel. A person waits for them.
const FOLLOW_EVERY: Duration = Duration::from_secs(1);

/// Longer than the threads that serve need to start.
const SEED_AFTER: Duration = Duration::from_millis(100);

/// After the threads that serve have started: it takes a processor for as long as the whole start.
pub(super) async fn seed_generator() {
    tokio::time::sleep(SEED_AFTER).await;
    // A caller that needs it earlier seeds it, and waits.
    let _ = tokio::task::spawn_blocking(crate::crypto::seed_generator).await;
}

/// Sends what is committed, until the server stops.
pub(super) async fn deliver(outbox: Arc<Outbox>) {
    outbox.run(std::future::pending()).await;
}

/// Follows codes over their next channels, until the server stops.
pub(super) async fn follow(services: Arc<Services>) {
    let mut ticks = tokio::time::interval(FOLLOW_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(refusal) = services.fallbacks.run_due().await {
            tracing::warn!(?refusal, "codes could not follow over their next channels; this is tried again");
        }
    }
}

/// Keeps house every few seconds, until the server stops.
pub(super) async fn run_housekeeping(
    services: Arc<Services>,
    documents: DocumentLimit,
    clock: Arc<SteadyClock>,
) {
    let mut timekeeper = Timekeeper::new(clock);
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        timekeeper.look();
        services.admission.report_overload();
        documents.forget_quiet();
        if let Err(refusal) = services.sweep().await {
            tracing::warn!(?refusal, "sweeping failed and is tried again");
        }
        if let Err(refusal) = services.keys.maintain().await {
            tracing::warn!(?refusal, "the keys could not be looked after and are tried again");
        }
    }
}
