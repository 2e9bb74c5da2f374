//! The messages of a sandbox: they behave as their recipients require, and reach no server.

use std::sync::Arc;
use std::time::Duration;

use mail_catcher::MailCatcher;
use otpmint::delivery::outbox::{Outbox, OutboxSettings};
use otpmint::delivery::{Job, Look, Message, Sender};
use otpmint::domain::address::Address;
use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use otpmint::domain::phone::settings::Countries;

use crate::delivery::support::{
    ManualClock, MemoryLedger, NOON, NoEntropy, catcher, job, routing, sender, until,
};

struct Sandbox {
    clock: Arc<ManualClock>,
    ledger: Arc<MemoryLedger>,
    outbox: Outbox,
    catcher: MailCatcher,
}

/// An outbox whose channel works, and could send.
async fn sandbox() -> Sandbox {
    let catcher = catcher(Vec::new()).await;
    let (clock, ledger) = (ManualClock::at_noon(), Arc::new(MemoryLedger::default()));
    let settings = OutboxSettings { poll_interval: Duration::from_millis(2), ..OutboxSettings::default() };
    let routing = Arc::new(routing(&catcher));
    let outbox = Outbox::new(settings, routing, ledger.clone(), clock.clone(), Arc::new(NoEntropy));
    let poller = outbox.clone();
    tokio::spawn(async move { poller.run(std::future::pending()).await });
    Sandbox { clock, ledger, outbox, catcher }
}

impl Sandbox {
    /// A job to this recipient, whose sender has an account nevertheless.
    fn job(&self, to: &str, challenge: i64) -> Job {
        let live = sender(&self.catcher);
        let sender = Sender {
            tenant: live.tenant,
            revision: 1,
            name: live.name.clone(),
            routes: live.routes.clone(),
            look: Look::default(),
            countries: Countries::default(),
            is_sandbox: true,
        };
        let job = job(&Arc::new(sender), challenge);
        let message = Message { recipient: Address::parse(to).unwrap(), ..job.message };
        Job { message, ..job }
    }

    async fn end_of(&self, to: &str) -> Option<DeliveryEnd> {
        let job = self.job(to, 1);
        self.outbox.reserve(job.sender.tenant).unwrap().dispatch(job).end().await
    }
}

#[tokio::test]
async fn what_a_sandbox_sends_is_kept_and_reaches_no_server_even_with_an_account_at_hand() {
    let sandbox = sandbox().await;
    for to in
        ["jane@example.com", "delivered@otpmint.test", "delivered+7@otpmint.test", "expired@otpmint.test"]
    {
        assert_eq!(sandbox.end_of(to).await, Some(DeliveryEnd::Sent), "{to}");
    }
    assert_eq!(sandbox.ledger.kept.lock().unwrap().len(), 4);
    assert_eq!((sandbox.catcher.received(), sandbox.catcher.connections()), (0, 0));
}

#[tokio::test]
async fn the_one_that_fails_is_not_kept() {
    let sandbox = sandbox().await;
    let failed = DeliveryEnd::Failed(DeliveryError::RecipientRefused);
    assert_eq!(sandbox.end_of("failed+x@otpmint.test").await, Some(failed));
    assert!(sandbox.ledger.kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_slow_one_is_sent_after_five_seconds_and_not_before() {
    let sandbox = sandbox().await;
    let job = sandbox.job("slow@otpmint.test", 1);
    let watch = sandbox.outbox.reserve(job.sender.tenant).unwrap().dispatch(job);
    until("it is put off", || sandbox.ledger.ends().len() == 1).await;
    assert_eq!(sandbox.ledger.ends(), [DeliveryEnd::Later(NOON + Duration::from_secs(5))]);
    until("it has left memory", || sandbox.outbox.queue_depth() == 0).await;
    sandbox.clock.pass(Duration::from_millis(4_999));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(sandbox.ledger.kept.lock().unwrap().is_empty());
    sandbox.clock.pass(Duration::from_millis(1));
    assert_eq!(watch.end().await, Some(DeliveryEnd::Sent));
}

#[tokio::test]
async fn the_one_that_needs_a_second_try_gets_it() {
    let sandbox = sandbox().await;
    let job = sandbox.job("retry@otpmint.test", 1);
    let watch = sandbox.outbox.reserve(job.sender.tenant).unwrap().dispatch(job);
    until("the first try failed", || sandbox.ledger.ends().len() == 1).await;
    let first = sandbox.ledger.ends()[0];
    assert!(matches!(first, DeliveryEnd::RetryAt(_, DeliveryError::ConnectionFailed)), "{first:?}");
    sandbox.clock.pass(Duration::from_secs(1));
    assert_eq!(watch.end().await, Some(DeliveryEnd::Sent));
}
