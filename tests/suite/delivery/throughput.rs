//! Messages per second: `cargo test --release --test suite throughput -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use mail_catcher::{Keep, MailCatcher, Options, TlsMode};
use otpmint::delivery::Routing;
use otpmint::delivery::outbox::{Outbox, OutboxSettings};
use otpmint::domain::id::TenantId;
use otpmint::domain::tenants::smtp::Security;

use crate::delivery::support::{
    ManualClock, MemoryLedger, NoEntropy, Patience, catcher_with, clear_routing, job, routing, sender_to,
};

const MESSAGES: u64 = 40_000;

async fn messages_per_second(catcher: &MailCatcher, routing: Arc<Routing>) -> f64 {
    let ledger = Arc::new(MemoryLedger::default());
    let settings = OutboxSettings { capacity: 4_000, ..OutboxSettings::default() };
    let (clock, entropy) = (ManualClock::at_noon(), Arc::new(NoEntropy));
    let outbox = Outbox::new(settings, routing, ledger.clone(), clock, entropy);
    let sender = sender_to(1, catcher.address().port(), Security::StartTls);
    let begun = Instant::now();
    let mut sent = 0;
    while sent < MESSAGES {
        match outbox.reserve(TenantId(1)) {
            Some(slot) => {
                drop(slot.dispatch(job(&sender, i64::try_from(sent).unwrap())));
                sent += 1;
            }
            None => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
    assert_eq!(outbox.drain(Duration::from_secs(120)).await, 0);
    let took = begun.elapsed().as_secs_f64();
    assert_eq!(catcher.received(), MESSAGES);
    assert!(catcher.connections() <= 8, "{} connections", catcher.connections());
    MESSAGES as f64 / took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
#[expect(clippy::print_stderr, reason = "what it measures is what it is for")]
async fn messages_per_second_over_eight_kept_sessions() {
    let catcher = catcher_with(Options { keep: Keep::Nothing, ..Options::default() }).await;
    let tls = messages_per_second(&catcher, Arc::new(routing(&catcher))).await;
    let options = Options { keep: Keep::Nothing, tls: TlsMode::Plain, ..Options::default() };
    let catcher = MailCatcher::start(options, || SystemTime::UNIX_EPOCH).await.unwrap();
    let clear = messages_per_second(&catcher, Arc::new(clear_routing(Patience::default()))).await;
    eprintln!("TLS and login: {tls:.0} messages/s; in clear: {clear:.0} messages/s");
}
