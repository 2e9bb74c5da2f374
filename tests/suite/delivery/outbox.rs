//! The outbox: started at once, recorded, retried, and never after the code expired.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use otpmint::delivery::outbox::{Outbox, OutboxSettings};
use otpmint::delivery::{
    Acceptance, Channel, Content, DeliveryStep, Job, Later, Ledger, Observer, Outgoing, RouteFailure,
    RouteToCheck, Routing,
};
use otpmint::domain::BoxFuture;
use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, Room, TryOutcome};
use otpmint::domain::deliveries::report::DeliveryReport;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::phone::settings::Countries;
use otpmint::domain::tenants::route::TransportKind;
use otpmint::domain::tenants::route_check::{CheckedStep, TestMessage};
use otpmint::domain::tenants::smtp::Security;
use otpmint::domain::time::Timestamp;
use tokio::sync::Semaphore;

use crate::delivery::support::{
    ManualClock, MemoryLedger, NOON, NoEntropy, catcher, job, routing, sender, sender_to, until,
};

const A: TenantId = TenantId(1);
const B: TenantId = TenantId(2);

/// A channel with given outcomes, whose sends to tenant A can be held up.
struct Puppet {
    outcomes: Mutex<VecDeque<TryOutcome>>,
    gate: Semaphore,
    begun: Mutex<Vec<TenantId>>,
}

impl Puppet {
    fn that(outcomes: impl IntoIterator<Item = TryOutcome>) -> Arc<Self> {
        Arc::new(Self {
            outcomes: Mutex::new(outcomes.into_iter().collect()),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            begun: Mutex::default(),
        })
    }

    /// Tenant A's server hangs until [`Puppet::let_go`].
    fn that_hangs() -> Arc<Self> {
        let puppet = Self::that([]);
        puppet.gate.forget_permits(Semaphore::MAX_PERMITS);
        puppet
    }

    fn let_go(&self) {
        self.gate.add_permits(1000);
    }

    fn begun(&self, tenant: TenantId) -> usize {
        self.begun.lock().unwrap().iter().filter(|of| **of == tenant).count()
    }
}

impl Channel for Puppet {
    fn transport(&self) -> TransportKind {
        TransportKind::Smtp
    }

    fn send<'a>(&'a self, outgoing: Outgoing<'a>) -> BoxFuture<'a, Result<Acceptance, RouteFailure>> {
        let tenant = outgoing.sender.tenant;
        self.begun.lock().unwrap().push(tenant);
        Box::pin(async move {
            if tenant == A {
                self.gate.acquire().await.unwrap().forget();
            }
            match self.outcomes.lock().unwrap().pop_front() {
                None | Some(TryOutcome::Accepted | TryOutcome::NotYet(_)) => Ok(Acceptance::default()),
                Some(TryOutcome::Unknown(class)) => {
                    Err(RouteFailure { later: Later::OnceMore, ..RouteFailure::passing(class) })
                }
                Some(TryOutcome::Retry(class)) => Err(RouteFailure::passing(class)),
                Some(TryOutcome::Refused(class)) => Err(RouteFailure::lasting(class)),
            }
        })
    }

    fn check<'a>(
        &'a self,
        _: RouteToCheck<'a>,
        _: Option<&'a TestMessage>,
        _: Duration,
    ) -> BoxFuture<'a, Vec<CheckedStep>> {
        unreachable!("nothing is checked here")
    }
}

struct Fixture {
    clock: Arc<ManualClock>,
    ledger: Arc<MemoryLedger>,
    outbox: Outbox,
}

fn fixture(channel: Arc<dyn Channel>) -> Fixture {
    fixture_with(channel, OutboxSettings::default())
}

fn fixture_with(channel: Arc<dyn Channel>, settings: OutboxSettings) -> Fixture {
    let clock = ManualClock::at_noon();
    fixture_by(routing_over(channel, clock.clone()), clock, settings)
}

/// Routing over this channel alone.
fn routing_over(channel: Arc<dyn Channel>, clock: Arc<ManualClock>) -> Arc<Routing> {
    Arc::new(Routing::new(vec![channel], Duration::from_secs(30), Countries::All, clock))
}

fn fixture_by(routing: Arc<Routing>, clock: Arc<ManualClock>, settings: OutboxSettings) -> Fixture {
    let ledger = Arc::new(MemoryLedger::default());
    let settings = OutboxSettings { poll_interval: Duration::from_millis(2), ..settings };
    let outbox = Outbox::new(settings, routing, ledger.clone(), clock.clone(), Arc::new(NoEntropy));
    let poller = outbox.clone();
    tokio::spawn(async move { poller.run(std::future::pending()).await });
    Fixture { clock, ledger, outbox }
}

fn job_of(tenant: TenantId, challenge: i64) -> Job {
    job(&sender_to(tenant.0, 25, Security::StartTls), challenge)
}

/// How many messages of these challenges were sent.
fn sent(ledger: &MemoryLedger, of: Range<i64>) -> usize {
    let is_sent = |(challenge, end): &&(ChallengeId, DeliveryEnd)| {
        of.contains(&challenge.0) && *end == DeliveryEnd::Sent
    };
    ledger.ends.lock().unwrap().iter().filter(is_sent).count()
}

const RETRY: TryOutcome = TryOutcome::Retry(DeliveryError::TimedOut);

#[tokio::test]
async fn a_mail_is_sent_told_and_recorded() {
    let catcher = catcher(Vec::new()).await;
    let Fixture { ledger, outbox, .. } =
        fixture_by(Arc::new(routing(&catcher)), ManualClock::at_noon(), OutboxSettings::default());
    let watch = outbox.reserve(A).unwrap().dispatch(job(&sender(&catcher), 7));
    assert_eq!(watch.end().await, Some(DeliveryEnd::Sent));
    assert_eq!(catcher.received(), 1);
    assert_eq!(outbox.drain(Duration::from_secs(5)).await, 0);
    assert_eq!(*ledger.ends.lock().unwrap(), [(ChallengeId(7), DeliveryEnd::Sent)]);
}

#[tokio::test]
async fn what_failed_for_now_is_tried_again_when_it_is_due_and_not_before() {
    let puppet = Puppet::that([RETRY, RETRY]);
    let Fixture { clock, ledger, outbox } = fixture(puppet.clone());
    let watch = outbox.reserve(A).unwrap().dispatch(job_of(A, 1));
    let first = NOON + Duration::from_millis(750);
    until("the first try is recorded", || ledger.ends().len() == 1).await;
    assert_eq!(ledger.ends(), [DeliveryEnd::RetryAt(first, DeliveryError::TimedOut)]);
    until("the job has left memory", || outbox.queue_depth() == 0).await;
    clock.pass(Duration::from_millis(749));
    ask_the_ledger_a_few_times().await;
    assert_eq!(puppet.begun(A), 1);
    clock.pass(Duration::from_millis(1));
    until("the second try is recorded", || ledger.ends().len() == 2).await;
    clock.pass(Duration::from_millis(1500));
    assert_eq!(watch.end().await, Some(DeliveryEnd::Sent));
    assert_eq!(puppet.begun(A), 3);
}

/// Records the steps of each challenge.
#[derive(Debug, Default)]
struct Memory(Mutex<Vec<(i64, u32, DeliveryStep)>>);

impl Observer for Memory {
    fn note(&self, job: &Job, step: DeliveryStep) {
        self.0.lock().unwrap().push((job.challenge.0, job.tries, step));
    }
}

#[tokio::test]
async fn an_observer_is_told_each_step_in_order() {
    let memory = Arc::new(Memory::default());
    let settings = OutboxSettings { observer: Some(memory.clone()), ..OutboxSettings::default() };
    let Fixture { clock, ledger, outbox } = fixture_with(Puppet::that([RETRY]), settings);
    let watch = outbox.reserve(A).unwrap().dispatch(job_of(A, 1));
    until("the first try is recorded", || ledger.ends().len() == 1).await;
    clock.pass(Duration::from_millis(750));
    assert_eq!(watch.end().await, Some(DeliveryEnd::Sent));
    let retry = DeliveryEnd::RetryAt(NOON + Duration::from_millis(750), DeliveryError::TimedOut);
    let steps = [
        (1, 0, DeliveryStep::Queued),
        (1, 0, DeliveryStep::Trying),
        (1, 0, DeliveryStep::Ended(retry)),
        (1, 1, DeliveryStep::Trying),
        (1, 1, DeliveryStep::Ended(DeliveryEnd::Sent)),
    ];
    assert_eq!(*memory.0.lock().unwrap(), steps);
}

/// Some polls: a forbidden event would happen in one of them.
async fn ask_the_ledger_a_few_times() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

#[tokio::test]
async fn what_is_refused_is_final_at_once() {
    let reason = DeliveryError::RecipientRefused;
    let Fixture { ledger, outbox, .. } = fixture(Puppet::that([TryOutcome::Refused(reason)]));
    let watch = outbox.reserve(A).unwrap().dispatch(job_of(A, 1));
    assert_eq!(watch.end().await, Some(DeliveryEnd::Failed(reason)));
    until("it is recorded", || ledger.ends() == [DeliveryEnd::Failed(reason)]).await;
}

#[tokio::test]
async fn nothing_is_sent_after_the_code_expired() {
    let puppet = Puppet::that([]);
    let Fixture { clock, ledger, outbox } = fixture(puppet.clone());
    clock.pass(Duration::from_secs(600));
    let watch = outbox.reserve(A).unwrap().dispatch(job_of(A, 1));
    let expired = DeliveryEnd::Failed(DeliveryError::Expired);
    assert_eq!(watch.end().await, Some(expired));
    until("it is recorded", || ledger.ends() == [expired]).await;
    assert_eq!(puppet.begun(A), 0);
}

#[tokio::test]
async fn no_retry_is_planned_for_after_the_code_expired() {
    let Fixture { clock, outbox, .. } = fixture(Puppet::that([RETRY]));
    clock.pass(Duration::from_millis(599_300));
    let watch = outbox.reserve(A).unwrap().dispatch(job_of(A, 1));
    assert_eq!(watch.end().await, Some(DeliveryEnd::Failed(DeliveryError::Expired)));
}

#[tokio::test]
async fn what_an_earlier_run_left_is_taken_up() {
    let puppet = Puppet::that([]);
    let Fixture { ledger, .. } = fixture(puppet.clone());
    for challenge in 0..300 {
        ledger.leave(NOON, job_of(B, challenge));
    }
    until("all are sent", || ledger.ends() == vec![DeliveryEnd::Sent; 300]).await;
    assert_eq!(puppet.begun(B), 300);
}

#[tokio::test]
async fn a_tenant_whose_server_hangs_delays_no_other() {
    let puppet = Puppet::that_hangs();
    let Fixture { outbox, .. } = fixture(puppet.clone());
    let hanging: Vec<_> =
        (0..100).map(|challenge| outbox.reserve(A).unwrap().dispatch(job_of(A, challenge))).collect();
    until("as many sends hang as may", || puppet.begun(A) == 8).await;
    for challenge in 100..120 {
        let watch = outbox.reserve(B).unwrap().dispatch(job_of(B, challenge));
        assert_eq!(watch.end().await, Some(DeliveryEnd::Sent));
    }
    assert_eq!(puppet.begun(A), 8, "no more than its share at once");
    puppet.let_go();
    for watch in hanging {
        assert_eq!(watch.end().await, Some(DeliveryEnd::Sent));
    }
}

#[tokio::test]
async fn a_backlog_waits_in_the_ledger_until_there_is_room_for_it_and_delays_no_other() {
    let settings = OutboxSettings { capacity: 20, ..OutboxSettings::default() };
    let puppet = Puppet::that_hangs();
    let Fixture { ledger, outbox, .. } = fixture_with(puppet.clone(), settings);
    for challenge in 0..100 {
        ledger.leave(NOON, job_of(A, challenge));
    }
    until("it holds more than is left", || outbox.queue_depth() == 11).await;
    for challenge in 100..105 {
        ledger.leave(NOON, job_of(B, challenge));
    }
    until("others are sent", || sent(&ledger, 100..105) == 5).await;
    ask_the_ledger_a_few_times().await;
    let claimed = ledger.claimed.lock().unwrap().len();
    assert!(claimed <= 25, "{claimed}: what has no room is not claimed again and again");
    puppet.let_go();
    until("all are sent", || sent(&ledger, 0..105) == 105).await;
}

#[tokio::test]
async fn whoever_has_more_than_a_batch_goes_on_after_all_others_had_their_turn() {
    let Fixture { ledger, .. } = fixture(Puppet::that_hangs());
    for challenge in 0..600 {
        ledger.leave(NOON, job_of(A, challenge));
    }
    for challenge in 600..605 {
        ledger.leave(NOON, job_of(B, challenge));
    }
    until("all are claimed", || ledger.claimed.lock().unwrap().len() == 605).await;
    let claimed = ledger.claimed.lock().unwrap();
    let before = claimed.iter().take_while(|tenant| **tenant == A).count();
    assert!(before <= 256, "{before} of one tenant came first");
}

#[tokio::test]
async fn a_full_queue_takes_nothing_and_a_dropped_slot_makes_room() {
    let settings = OutboxSettings { capacity: 2, ..OutboxSettings::default() };
    let Fixture { outbox, .. } = fixture_with(Puppet::that([]), settings);
    let (one, _two) = (outbox.reserve(A).unwrap(), outbox.reserve(B).unwrap());
    assert!(outbox.reserve(B).is_none());
    assert_eq!(outbox.queue_depth(), 2);
    drop(one);
    assert_eq!(outbox.queue_depth(), 1);
    assert!(outbox.reserve(B).is_some());
}

#[tokio::test]
async fn a_canceled_job_that_still_waits_is_not_sent() {
    let puppet = Puppet::that_hangs();
    let Fixture { ledger, outbox, .. } = fixture(puppet.clone());
    let watches: Vec<_> =
        (0..10).map(|challenge| outbox.reserve(A).unwrap().dispatch(job_of(A, challenge))).collect();
    until("eight are under way", || puppet.begun(A) == 8).await;
    outbox.cancel(ChallengeId(9));
    puppet.let_go();
    let mut ends = Vec::new();
    for watch in watches {
        ends.push(watch.end().await.unwrap());
    }
    assert_eq!(ends[9], DeliveryEnd::Failed(DeliveryError::Canceled));
    assert_eq!(ends[..9], [DeliveryEnd::Sent; 9]);
    until("all are recorded", || ledger.ends().len() == 10).await;
    assert_eq!(puppet.begun(A), 9);
}

#[tokio::test]
async fn draining_waits_for_what_was_taken_and_takes_nothing_more() {
    let puppet = Puppet::that_hangs();
    let Fixture { ledger, outbox, .. } = fixture(puppet.clone());
    let _watch = outbox.reserve(A).unwrap().dispatch(job_of(A, 1));
    until("it is under way", || puppet.begun(A) == 1).await;
    assert_eq!(outbox.drain(Duration::from_millis(10)).await, 1, "the time is up first");
    assert!(outbox.reserve(B).is_none());
    puppet.let_go();
    assert_eq!(outbox.drain(Duration::from_secs(5)).await, 0);
    assert_eq!(ledger.ends(), [DeliveryEnd::Sent]);
}

/// A ledger that never finishes recording.
struct StuckLedger;

impl Ledger for StuckLedger {
    fn claim(&self, _now: Timestamp, _room: Room) -> BoxFuture<'_, Vec<Job>> {
        Box::pin(async { Vec::new() })
    }

    fn keep<'a>(&'a self, _job: &'a Job, _content: Content, _now: Timestamp) -> BoxFuture<'a, bool> {
        Box::pin(std::future::pending())
    }

    fn settle<'a>(&'a self, _job: &'a Job, _now: Timestamp, _report: DeliveryReport) -> BoxFuture<'a, ()> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn the_lane_goes_on_before_an_end_is_recorded_and_its_caller_is_told_after() {
    let settings = OutboxSettings { at_once_per_tenant: 1, ..OutboxSettings::default() };
    let (clock, entropy) = (ManualClock::at_noon(), Arc::new(NoEntropy));
    let puppet = Puppet::that([]);
    let routing = routing_over(puppet.clone(), clock.clone());
    let outbox = Outbox::new(settings, routing, Arc::new(StuckLedger), clock, entropy);
    let dispatch = |challenge| outbox.reserve(B).unwrap().dispatch(job_of(B, challenge));
    let watches: Vec<_> = (0..20).map(dispatch).collect();
    until("all are sent", || puppet.begun.lock().unwrap().len() == 20).await;
    for watch in watches {
        // What is told cannot be taken back, so nothing is told that is not recorded.
        assert!(tokio::time::timeout(Duration::ZERO, watch.end()).await.is_err());
    }
    assert_eq!(outbox.queue_depth(), 20, "what is not recorded keeps its place");
}

/// A channel that fails in an unforeseen way.
struct Panicking;

impl Channel for Panicking {
    fn transport(&self) -> TransportKind {
        TransportKind::Smtp
    }

    fn send<'a>(&'a self, _: Outgoing<'a>) -> BoxFuture<'a, Result<Acceptance, RouteFailure>> {
        Box::pin(async { panic!("on purpose") })
    }

    fn check<'a>(
        &'a self,
        _: RouteToCheck<'a>,
        _: Option<&'a TestMessage>,
        _: Duration,
    ) -> BoxFuture<'a, Vec<CheckedStep>> {
        unreachable!("nothing is checked here")
    }
}

#[tokio::test]
async fn a_panic_ends_one_delivery_and_not_the_lane() {
    let Fixture { outbox, .. } = fixture(Arc::new(Panicking));
    for challenge in 0..20 {
        let watch = outbox.reserve(A).unwrap().dispatch(job_of(A, challenge));
        assert_eq!(watch.end().await, Some(DeliveryEnd::Failed(DeliveryError::MessageRefused)));
    }
}

#[tokio::test]
async fn a_caller_that_waits_for_a_retry_is_let_go_when_the_outbox_stops() {
    let Fixture { ledger, outbox, .. } = fixture(Puppet::that([RETRY]));
    let watch = outbox.reserve(A).unwrap().dispatch(job_of(A, 1));
    until("the first try is recorded", || ledger.ends().len() == 1).await;
    assert_eq!(outbox.drain(Duration::from_secs(5)).await, 0);
    assert_eq!(watch.end().await, None);
}
