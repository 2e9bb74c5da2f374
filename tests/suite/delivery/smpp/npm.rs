//! Against the message centre of the npm package `smpp`, which throttles, drops connections, answers in
//! another order, and reports in both forms: each code arrives exactly once.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use otpmint::delivery::{Routing, Sender};
use otpmint::domain::deliveries::delivery::TryOutcome;
use otpmint::domain::deliveries::provider_report::Fate;
use serde_json::Value;

use super::{CLEAR, Recorded, channel, id, route, routing_over, sender, short, text_to};
use crate::delivery::support::until;
use crate::support::lab::{Missing, need, need_command};

const MESSAGES: usize = 200;

/// The program, stopped when dropped.
struct NpmCentre {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    port: u16,
}

impl NpmCentre {
    fn start() -> Result<Self, Missing> {
        need_command("node")?;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/smpp");
        if !folder.join("node_modules/smpp").is_dir() {
            return Err(Missing("no Node package smpp (./check installs it)".to_owned()));
        }
        let child = Command::new("node")
            .arg(folder.join("centre.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.expect("node starts");
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut centre = Self { child, input, output: BufReader::new(output), port: 0 };
        centre.port = centre.line().trim().parse().expect("a port");
        Ok(centre)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    fn seen(&mut self) -> Value {
        writeln!(self.input, "seen").unwrap();
        serde_json::from_str(&self.line()).unwrap()
    }
}

impl Drop for NpmCentre {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends until the message is accepted, as the outbox does. Returns its id.
async fn deliver(routing: &Routing, sender: &Sender, number: &str) -> String {
    let (message, mut unknown) = (text_to(number), 0);
    loop {
        let result = routing.send(sender, &message).await;
        match result.outcome {
            TryOutcome::Accepted => return id(&result).unwrap().to_owned(),
            TryOutcome::Unknown(_) => unknown += 1,
            TryOutcome::Retry(_) => tokio::time::sleep(Duration::from_millis(30)).await,
            other => panic!("{number}: {other:?}"),
        }
        assert!(unknown <= 1, "{number} is sent at most once more");
    }
}

async fn each_arrives_once(mode: &str) {
    let Some(mut centre) = need(NpmCentre::start()) else { return };
    let reports = Arc::new(Recorded::default());
    let routing = Arc::new(routing_over(channel(short(), reports.clone())));
    let sender = Arc::new(sender(vec![route(2, centre.port, &format!("{CLEAR},{mode}"))]));
    let next = Arc::new(AtomicUsize::new(0));
    // As many at once as the outbox sends for a tenant.
    let senders: Vec<_> = (0..8)
        .map(|_| {
            let (routing, sender, next) = (Arc::clone(&routing), Arc::clone(&sender), Arc::clone(&next));
            tokio::spawn(async move {
                let mut ids = Vec::new();
                while let at @ 0..MESSAGES = next.fetch_add(1, Ordering::Relaxed) {
                    ids.push(deliver(&routing, &sender, &format!("+4915123456{at:03}")).await);
                }
                ids
            })
        })
        .collect();
    let mut ids = BTreeSet::new();
    for sender in senders {
        ids.extend(sender.await.unwrap());
    }
    assert_eq!(ids.len(), MESSAGES);
    let reported = || reports.all().into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>();
    until("a report on each", || reported().len() >= MESSAGES).await;
    assert_eq!(reported(), ids, "every report is on the message that it is for");
    assert!(reports.all().iter().all(|(_, fate)| *fate == Fate::Delivered));
    let seen = centre.seen();
    let arrived = seen["arrived"].as_object().unwrap();
    assert_eq!(arrived.len(), MESSAGES);
    assert!(arrived.values().all(|times| times == 1), "{seen}");
    for what in ["throttled", "dropped", "before", "after"] {
        assert!(seen[what].as_u64().unwrap() > 2, "{what}: {seen}");
    }
    assert_eq!(seen["open"], 0, "every receipt was answered");
}

#[tokio::test]
async fn every_code_arrives_exactly_once_over_a_transceiver() {
    each_arrives_once(r#""bind":"transceiver""#).await;
}

#[tokio::test]
async fn every_code_arrives_exactly_once_over_a_transmitter_and_a_receiver() {
    each_arrives_once(r#""bind":"separate","window":3"#).await;
}
