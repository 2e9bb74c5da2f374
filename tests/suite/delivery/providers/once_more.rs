//! A message that may have left is sent at most once more, and one tenant's provider delays nobody else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use otpmint::delivery::outbox::{Outbox, OutboxSettings};
use otpmint::delivery::{Job, Sender};
use otpmint::domain::deliveries::delivery::DeliveryEnd::{self, Failed, RetryAt, Sent};
use otpmint::domain::deliveries::delivery::DeliveryError;
use otpmint::domain::id::{self, ChallengeId};

use super::server::{Provider, Reply};
use super::{ManualClock, routing, sender, taken, text};
use crate::delivery::support::{MemoryLedger, NOON, NoEntropy, until};

struct Fixture {
    clock: Arc<ManualClock>,
    ledger: Arc<MemoryLedger>,
    outbox: Outbox,
}

fn fixture(providers: &[&Provider], total: Duration) -> Fixture {
    let (clock, ledger) = (ManualClock::at_noon(), Arc::new(MemoryLedger::default()));
    let routing = Arc::new(routing(providers, total, Arc::clone(&clock)));
    let settings = OutboxSettings { poll_interval: Duration::from_millis(5), ..OutboxSettings::default() };
    let outbox = Outbox::new(settings, routing, ledger.clone(), clock.clone(), Arc::new(NoEntropy));
    Fixture { clock, ledger, outbox }
}

/// A text whose code was minted at noon and lives for ten minutes.
fn job(sender: &Arc<Sender>, unconfirmed: u32) -> Job {
    let challenge = ChallengeId(id::first_at(NOON) + 1);
    Job { challenge, sender: Arc::clone(sender), message: text(), tries: unconfirmed, unconfirmed }
}

fn unconfirmed() -> DeliveryEnd {
    Failed(DeliveryError::Unconfirmed)
}

/// Plays a delivery: after each end, the clock moves on by the next of `pauses`, in seconds. Returns
/// all ends, and how many requests the provider heard.
async fn played(replies: Vec<Reply>, pauses: &[u64], before: u32) -> (Vec<DeliveryEnd>, usize) {
    let provider = Provider::start(replies).await;
    let Fixture { clock, ledger, outbox } = fixture(&[&provider], Duration::from_secs(5));
    let sender = sender(1, &[&provider]);
    let slot = outbox.reserve(sender.tenant).unwrap();
    let watch = slot.dispatch(job(&sender, before));
    let run = outbox.run(std::future::pending());
    let play = async {
        for (number, pause) in pauses.iter().enumerate() {
            until("the try has ended", || ledger.ends().len() > number).await;
            clock.pass(Duration::from_secs(*pause));
        }
        tokio::time::timeout(Duration::from_secs(20), watch.end()).await.unwrap()
    };
    tokio::select! {
        _ = run => unreachable!(),
        _ = play => (ledger.ends(), provider.heard().len()),
    }
}

fn empty() -> Reply {
    Reply::Json(200, "{}".to_owned())
}

#[tokio::test]
async fn a_message_of_unknown_fate_is_sent_once_more_and_never_a_third_time() {
    let (ends, heard) = played(vec![empty()], &[100], 0).await;
    assert!(
        matches!(ends[..], [RetryAt(_, DeliveryError::ProtocolViolated), end] if end == unconfirmed()),
        "{ends:?}"
    );
    assert_eq!(heard, 2);
    let (ends, heard) = played(vec![empty(), taken("SM1")], &[100], 0).await;
    assert!(matches!(ends[..], [RetryAt(..), Sent]), "{ends:?}");
    assert_eq!(heard, 2);
}

#[tokio::test]
async fn it_is_not_sent_again_in_the_second_half_of_its_codes_life() {
    let (ends, heard) = played(vec![empty(), taken("SM1")], &[301], 0).await;
    assert!(matches!(ends[..], [RetryAt(..), end] if end == unconfirmed()), "{ends:?}");
    assert_eq!(heard, 1);
}

#[tokio::test]
async fn what_earlier_runs_left_unconfirmed_counts() {
    let (ends, heard) = played(vec![empty()], &[], 1).await;
    assert_eq!((ends, heard), (vec![unconfirmed()], 1));
    let (ends, heard) = played(vec![taken("SM1")], &[], 2).await;
    assert_eq!((ends, heard), (vec![unconfirmed()], 0), "two may have left already");
}

#[tokio::test]
async fn certain_failures_do_not_use_up_the_one_more_try() {
    let busy = Reply::Json(503, String::new());
    let (ends, heard) = played(vec![busy, empty(), taken("SM1")], &[60, 60], 0).await;
    assert!(matches!(ends[..], [RetryAt(..), RetryAt(..), Sent]), "{ends:?}");
    assert_eq!(heard, 3);
}

#[tokio::test]
async fn a_hanging_provider_of_one_tenant_delays_no_other() {
    let (hanging, working) = (Provider::start([Reply::Silence]).await, Provider::start([taken("SM1")]).await);
    let Fixture { outbox, .. } = fixture(&[&hanging, &working], Duration::from_secs(20));
    let (stuck, quick) = (sender(1, &[&hanging]), sender(2, &[&working]));
    for _ in 0..50 {
        let _ = outbox.reserve(stuck.tenant).unwrap().dispatch(job(&stuck, 0));
    }
    until("the provider hangs", || !hanging.heard().is_empty()).await;
    let begun = Instant::now();
    for _ in 0..20 {
        let watch = outbox.reserve(quick.tenant).unwrap().dispatch(job(&quick, 0));
        assert_eq!(watch.end().await, Some(Sent));
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
