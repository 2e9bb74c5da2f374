//! What the server does beside answering: sending, seeding, sweeping, managing its keys.

use std::sync::Arc;
use std::time::Duration;

use crate::delivery::Outbox;
use crate::domain::steady_clock::SteadyClock;
use crate::http::DocumentLimit;
use crate::service::{Refusal, Services};

use super::timekeeping::Timekeeper;

/// Between two sweeps: well within the minute in which ended challenges must be erased.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

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
pub(super) async fn follow(services: Arc<Services>, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(refusal) = services.fallbacks.run_due().await {
            tracing::warn!(?refusal, "codes could not follow over their next channels; this is tried again");
        }
    }
}

/// Keeps the place reachable where all nodes count together, until the server stops.
pub(super) async fn count_together(services: Arc<Services>) {
    services.limiter.keep_reaching().await;
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
        services.admission.report();
        documents.forget_quiet();
        services.forget_quiet();
        services.report_node();
        if let Err(refusal) = services.record_key_uses().await {
            tracing::warn!(?refusal, "the uses of secret keys could not be recorded");
        }
        if let Err(refusal) = services.keys.follow().await {
            tracing::warn!(?refusal, "the keys could not be looked after and are tried again");
        }
        if services.nodes.membership().keeps_house()
            && let Err((step, refusal)) = keep_house_for_all(&services).await
        {
            tracing::warn!(step, ?refusal, "housekeeping failed and is tried again");
        }
    }
}

/// What one node does for all. A failure ends the round, and names its step.
async fn keep_house_for_all(services: &Services) -> Result<(), (&'static str, Refusal)> {
    let at = |step| move |refusal| (step, refusal);
    services.sweep().await.map_err(at("sweeping"))?;
    services.keys.reseal().await.map_err(at("resealing"))?;
    services.seal_audit().await.map_err(at("sealing the audit trail"))?;
    services.fold_counts().await.map_err(at("folding counts"))?;
    services.migrate_on().await.map_err(at("migrating"))
}
