//! Mail servers that are down, slow, silent or come and go: minting stays fast, other tenants' mail is not
//! delayed, and every queued message ends.

use std::io::Write as _;
use std::time::{Duration, Instant};

use mail_catcher::{Fault, MailCatcher, Options, Stage};
use otpmint::config::Settings;
use serde_json::json;
use tokio::net::TcpListener;

use crate::api::harness::{Tenant, TestApp, eventually, mail_server};
use crate::api::v1::Backend;

/// Messages for each mail server.
const EACH: usize = 5;
/// Messages of the tenant whose mail server works.
const WELL: usize = 40;
/// A mint writes to the disk once; the limit is for a machine that is busy with other tests.
const FAST: Duration = Duration::from_secs(2);

/// What mail servers can do to a waiting client. From this side, a connection that was cut silently looks
/// like one that stays silent.
fn troubles() -> Vec<Fault> {
    let stages = [
        Stage::Banner,
        Stage::Ehlo,
        Stage::StartTls,
        Stage::Handshake,
        Stage::Auth,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::EndOfData,
    ];
    let slow = [
        Fault::Delay(Stage::Ehlo, Duration::from_millis(700)),
        Fault::Drip(Duration::from_millis(30)),
        Fault::EndlessLines(Stage::Ehlo),
        Fault::Close(Stage::Banner),
        Fault::Reply(Stage::Mail, 421),
    ];
    stages.map(Fault::Stall).into_iter().chain(slow).collect()
}

/// Two seconds per try, and no limits.
fn hurried(settings: &mut Settings) {
    settings.limits.enabled = false;
    settings.delivery.timeout_seconds = 2;
}

/// Mints without waiting for the mail; returns how long that took.
async fn mint(backend: &Backend, to: &str) -> Duration {
    let begun = Instant::now();
    let answer = backend.mint(&json!({ "to": to })).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    begun.elapsed()
}

fn percentile(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_with_mail_servers_mints_are_fast_others_are_not_delayed_and_everything_ends() {
    let mut servers = Vec::new();
    for fault in troubles() {
        servers.push(mail_server(Options { faults: vec![fault.always()], ..Options::default() }).await);
    }
    let app = TestApp::with(|settings| {
        hurried(settings);
        let mut trusted = std::fs::OpenOptions::new().append(true).open(&settings.outbound.ca_file).unwrap();
        servers.iter().for_each(|server| writeln!(trusted, "{}", server.ca_pem()).unwrap());
    })
    .await;
    // It accepts connections and never says a word.
    let half_open = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut ports: Vec<u16> = servers.iter().map(|server: &MailCatcher| server.address().port()).collect();
    ports.push(half_open.local_addr().unwrap().port());
    // Nobody listens there.
    ports.push(1);
    let mut sick = Vec::new();
    for port in ports {
        let mut body = app.registration();
        body["smtp_port"] = port.into();
        sick.push(Backend::of(&app, &app.register(&body).await));
    }
    let tenant = app.tenant().await;
    let well = Backend::of(&app, &tenant);

    let mut minted = Vec::new();
    for n in 0..EACH {
        for (at, backend) in sick.iter().enumerate() {
            minted.push(mint(backend, &format!("r{at}.{n}@recipient.example")).await);
        }
    }
    let slowest = percentile(minted, 99);
    let mut delivered = Vec::new();
    for n in 0..WELL {
        let to = format!("well{n}@recipient.example");
        let begun = Instant::now();
        mint(&well, &to).await;
        app.mail.wait_for(&to).await.expect("the mail");
        delivered.push(begun.elapsed());
    }
    let latest = percentile(delivered, 99);
    let _ = writeln!(
        std::io::stderr(),
        "{} mail servers in trouble: a mint p99 {slowest:.0?}; another tenant's mail, from the request to the mailbox, \
         p99 {latest:.0?}",
        sick.len()
    );
    assert!(slowest < FAST, "{slowest:?}");
    assert!(latest < FAST, "{latest:?}");
    everything_ends(&app).await;
    let sent = "SELECT count(*) FROM challenges WHERE delivery = 'sent'";
    assert!(app.database().number(sent) >= WELL as i64);
}

/// When the codes have expired, nothing is left to send, and every delivery has ended.
async fn everything_ends(app: &TestApp) {
    app.clock.pass_seconds(601);
    let queued =
        "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM challenges WHERE delivery = 'queued')";
    app.sweep().await;
    eventually("the end of all deliveries", || (app.database().number(queued) == 0).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_comes_and_goes_gets_every_message_once() {
    let app = TestApp::with(hurried).await;
    let tenant: Tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let mut minted = Vec::new();
    for n in 0..30 {
        // Down and up in turns, while mail comes in; every break comes before the content.
        let down = [Fault::Close(Stage::Banner), Fault::Reset(Stage::Mail), Fault::Reply(Stage::Rcpt, 421)];
        let faults = if n % 4 < 2 { vec![down[n % 3].clone().always()] } else { Vec::new() };
        app.mail.set_faults(faults);
        minted.push(mint(&backend, &format!("f{n}@recipient.example")).await);
        app.clock.pass_millis(500);
    }
    assert!(percentile(minted.clone(), 99) < FAST, "{minted:?}");
    app.mail.set_faults(Vec::new());
    let all_sent = || {
        // The breaker and the pauses between tries use the clock.
        app.clock.pass_millis(500);
        (app.mail.received() >= 30).then_some(())
    };
    eventually("every message", all_sent).await;
    let recorded = "SELECT count(*) FROM challenges WHERE delivery = 'sent'";
    eventually("every record", || (app.database().number(recorded) == 30).then_some(())).await;
    for n in 0..30 {
        assert_eq!(app.mails_to(&format!("f{n}@recipient.example")), 1, "f{n}");
    }
}
