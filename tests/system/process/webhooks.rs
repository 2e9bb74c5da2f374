//! `kill -9` between a change and the posting of its event.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use serde_json::json;

use crate::process::app::{App, KEY};
use crate::support::client;

#[test]
fn an_event_that_was_not_taken_before_kill_9_is_told_after_with_the_same_id() {
    let mut app =
        App::start(&[("OUTBOUND__PLAINTEXT_HOSTS", "127.0.0.1"), ("OUTBOUND__WEBHOOK_PORTS", "any")]);
    let receiver = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", receiver.local_addr().expect("bound"));
    let bearer = format!("Authorization: Bearer {KEY}");
    let body = json!({ "url": url, "events": ["challenge.verified"] });
    let added = client::post(&app.server.address(), "/v1/tenant/webhooks", &[&bearer], &body);
    assert_eq!(added.expect("an answer").status, 201);
    let (key, code) = app.challenge("jane@load.example");
    assert_eq!(app.verify(&key, &code).expect("an answer").status, 201);
    let (unanswered, first) = next(&receiver);
    app.server.kill();
    drop(unanswered);
    app.server.start_again();
    let (mut answered, second) = next(&receiver);
    answered.write_all(b"HTTP/1.1 204 OK\r\n\r\n").expect("it waits");
    assert_eq!(id(&first), id(&second));
    assert!(first.contains(&key) && !first.contains(&code), "{first}");
    app.wait_for_metric("otpmint_webhooks_total{outcome=\"sent\"}", 1.0);
}

/// The next request, complete.
fn next(receiver: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = receiver.accept().expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a setting");
    let mut read = Vec::new();
    let mut piece = [0; 4096];
    while !read.ends_with(b"}}") {
        let count = stream.read(&mut piece).expect("the rest");
        assert!(count > 0, "it ended early");
        read.extend(&piece[..count]);
    }
    (stream, String::from_utf8(read).expect("a text"))
}

fn id(request: &str) -> &str {
    let line = request.lines().find_map(|line| line.strip_prefix("webhook-id: "));
    line.expect("every request has one")
}
