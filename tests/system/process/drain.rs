//! A requested stop: work in progress is finished, nothing new begins, and it ends soon.

use std::thread;
use std::time::{Duration, Instant};

use mail_catcher::{Fault, Stage};

use crate::process::app::{App, KEY, code_in, mint_at, verify_at};
use crate::support::client::{Wire, request};
use crate::support::eventually;

/// The promise.
const LIMIT: Duration = Duration::from_secs(10);

/// A mail server with this delay.
fn slow(delay: Duration) -> App {
    let app = App::start(&[]);
    app.catcher.set_faults(vec![Fault::Delay(Stage::EndOfData, delay).always()]);
    app
}

fn finishes_what_is_under_way_after(signal: &str) {
    let mut app = slow(Duration::from_secs(2));
    let address = app.server.address();
    let to = format!("under.way.{signal}@drain.example");
    // Opened before, like those of a reverse proxy.
    let mut kept = Wire::open(&address).unwrap();
    kept.send(request("GET", "/livez", &[], "")).unwrap();
    assert_eq!(kept.reply().unwrap().status, 200);

    let minting = thread::spawn({
        let (address, to) = (address.clone(), to.clone());
        move || mint_at(&address, KEY, &to)
    });
    app.wait_for_metric("otpmint_mints_total", 1.0);
    app.server.signal(signal);
    eventually(LIMIT, || (app.readiness() == Some(503)).then_some(())).expect("/readyz says that it drains");
    let refused = app.mint("too.late@drain.example").unwrap();
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.header("retry-after").is_some() && refused.body.contains("shutting down"));
    kept.send(request("GET", "/readyz", &[], "")).unwrap();
    assert_eq!(kept.reply().unwrap().status, 503);

    let minted = minting.join().unwrap().expect("the one under way gets its answer");
    assert_eq!(minted.status, 200, "{}", minted.body);
    let ended = app.server.wait(LIMIT).expect("it ends in time");
    assert_eq!(ended.code(), Some(0));
    assert_eq!(app.catcher.received(), 1);
    app.server.start_again();
    let code = code_in(&app.catcher, &to).unwrap();
    assert_eq!(verify_at(&address, &minted.body, &code).unwrap().status, 201);
}

#[test]
fn sigterm_lets_the_request_under_way_finish() {
    finishes_what_is_under_way_after("TERM");
}

#[test]
fn sigint_lets_the_request_under_way_finish() {
    finishes_what_is_under_way_after("INT");
}

#[test]
fn a_mail_server_that_never_answers_does_not_keep_the_server_beyond_its_ten_seconds() {
    let mut app = App::start(&[]);
    app.catcher.set_faults(vec![Fault::Stall(Stage::Rcpt).always()]);
    let address = app.server.address();
    let minting = thread::spawn(move || mint_at(&address, KEY, "stalled@drain.example"));
    app.wait_for_metric("otpmint_mints_total", 1.0);
    let asked = Instant::now();
    let ended = app.server.terminate(LIMIT).expect("it ends within ten seconds");
    assert_eq!(ended.code(), Some(0));
    assert!(asked.elapsed() < LIMIT);
    // Nothing was acknowledged, and the message is not lost either.
    let answer = minting.join().unwrap();
    assert!(answer.is_err() || answer.is_ok_and(|reply| reply.status >= 400));
}

#[test]
fn a_signal_to_an_idle_server_ends_it_at_once_whatever_connections_are_open() {
    let mut app = App::start(&[]);
    let address = app.server.address();
    let mut wires: Vec<Wire> = (0..50).map(|_| Wire::open(&address).unwrap()).collect();
    for wire in wires.iter_mut().take(25) {
        wire.send(request("GET", "/livez", &[], "")).unwrap();
        assert_eq!(wire.reply().unwrap().status, 200);
    }
    let ended = app.server.terminate(Duration::from_secs(5)).expect("nothing to wait for");
    assert_eq!(ended.code(), Some(0));
}
