//! Whoever waits for a delivery is told its end after that was recorded.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use otpmint::delivery::outbox::{Outbox, OutboxSettings};
use otpmint::delivery::{Content, Job, Ledger};
use otpmint::domain::BoxFuture;
use otpmint::domain::deliveries::delivery::{DeliveryEnd, Room};
use otpmint::domain::deliveries::report::DeliveryReport;
use otpmint::domain::id::TenantId;
use otpmint::domain::time::Timestamp;
use tokio::sync::Semaphore;

use crate::delivery::support::{ManualClock, NoEntropy, catcher, job, routing, sender, until};

/// Records nothing before it is let go.
struct Slow {
    has_begun: AtomicBool,
    gate: Semaphore,
}

impl Ledger for Slow {
    fn claim(&self, _: Timestamp, _: Room) -> BoxFuture<'_, Vec<Job>> {
        Box::pin(async { Vec::new() })
    }

    fn keep<'a>(&'a self, _: &'a Job, _: Content, _: Timestamp) -> BoxFuture<'a, bool> {
        Box::pin(async { true })
    }

    fn settle<'a>(&'a self, _: &'a Job, _: Timestamp, _: DeliveryReport) -> BoxFuture<'a, ()> {
        Box::pin(async {
            self.has_begun.store(true, Ordering::Relaxed);
            self.gate.acquire().await.unwrap().forget();
        })
    }
}

#[tokio::test]
async fn an_end_is_not_told_before_it_is_recorded() {
    let catcher = catcher(Vec::new()).await;
    let ledger = Arc::new(Slow { has_begun: AtomicBool::new(false), gate: Semaphore::new(0) });
    let (clock, routing) = (ManualClock::at_noon(), Arc::new(routing(&catcher)));
    let settings = OutboxSettings::default();
    let outbox = Outbox::new(settings, routing, ledger.clone(), clock, Arc::new(NoEntropy));
    let watch = outbox.reserve(TenantId(1)).unwrap().dispatch(job(&sender(&catcher), 7));
    let mut told = pin!(watch.end());
    until("its end is being recorded", || ledger.has_begun.load(Ordering::Relaxed)).await;
    assert!(tokio::time::timeout(Duration::ZERO, told.as_mut()).await.is_err());
    ledger.gate.add_permits(1);
    assert_eq!(told.await, Some(DeliveryEnd::Sent));
}
