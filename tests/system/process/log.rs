//! The log in JSON, and the id that finds a request in it.

use serde_json::Value;

use crate::process::app::App;
use crate::support::client::{Reply, Wire, post, request};
use crate::support::eventually;
use std::time::Duration;

fn talkative() -> App {
    App::start(&[("LOG__LEVEL", "otpmint=debug"), ("LOG__FORMAT", "json")])
}

/// The lines about the request with that id; every line of the log must be a JSON object.
fn lines_about(app: &App, id: &str) -> Vec<Value> {
    let log = app.server.log();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .inspect(|line: &Value| assert!(line.is_object(), "{line}"))
        .collect();
    lines.into_iter().filter(|line| line["span"]["id"] == id).collect()
}

#[track_caller]
fn assert_logged(app: &App, reply: &Reply) {
    let id = reply.header("x-request-id").expect("every answer has one");
    let found = eventually(Duration::from_secs(5), || Some(lines_about(app, id)).filter(|l| !l.is_empty()));
    let found = found.unwrap_or_else(|| panic!("{id} is not in the log:\n{}", app.server.log()));
    let answered = found.iter().find(|line| line["message"] == "answered").expect("how it was answered");
    assert_eq!(answered["status"], reply.status);
    assert!(answered["route"].is_string() && answered["seconds"].is_number(), "{answered}");
}

#[test]
fn every_line_of_the_json_log_is_one_object_and_every_answer_is_found_by_its_id() {
    let app = talkative();
    let minted = app.mint("jane@log.example").unwrap();
    assert_eq!(minted.status, 200);
    for reply in [
        minted,
        app.mint("not an address").unwrap(),
        app.verify("nosuchkeynosuchkey", "123456").unwrap(),
        crate::support::client::get(&app.server.address(), "/no/such/\"route\n")
            .unwrap_or_else(|_| no_such_route(&app)),
        no_such_route(&app),
    ] {
        // A request that cannot be parsed never got an id.
        if reply.header("x-request-id").is_some() {
            assert_logged(&app, &reply);
        }
    }
}

fn no_such_route(app: &App) -> Reply {
    let reply = crate::support::client::get(&app.server.address(), "/no/such/route").unwrap();
    assert_eq!(reply.status, 404);
    assert!(reply.header("x-request-id").is_some());
    reply
}

#[test]
fn a_well_formed_id_that_was_sent_is_kept_and_any_other_is_replaced() {
    let app = talkative();
    let address = app.server.address();
    let body = serde_json::json!({});
    let answer = |id: &str| post(&address, "/otp", &[&format!("X-Request-Id: {id}")], &body).unwrap();
    let kept = answer("trace-0123_abcDEF");
    assert_eq!(kept.header("x-request-id"), Some("trace-0123_abcDEF"));
    assert_logged(&app, &kept);
    for bad in ["short", "has space", "quote\"inside", "new%0aline", &"a".repeat(65)] {
        let replaced = answer(bad);
        let id = replaced.header("x-request-id").unwrap();
        assert!(id != bad && id.len() == 16, "{id}");
        assert_logged(&app, &replaced);
    }
}

#[test]
fn the_text_log_has_no_colours_where_nobody_sees_them() {
    let app = App::start(&[("LOG__LEVEL", "debug")]);
    assert_eq!(app.mint("jane@colours.example").unwrap().status, 200);
    let log = app.server.log();
    assert!(log.contains("a tenant was registered") && !log.contains('\u{1b}'), "{log}");
}

#[test]
fn what_is_no_http_is_not_in_the_log() {
    let app = App::start(&[("LOG__LEVEL", "info")]);
    for sent in ["\u{1}\u{2}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nno header\r\n\r\n"] {
        let mut wire = Wire::open(&app.server.address()).unwrap();
        wire.send(sent.as_bytes()).unwrap();
        assert_eq!(wire.reply().unwrap().status, 400, "{sent:?}");
    }
    // Log lines about them would come before this one.
    assert_eq!(app.mint("not an address").unwrap().status, 400);
    let log = app.server.log();
    assert!(!log.contains("ERROR") && log.contains("a tenant was registered"), "{log}");
}

#[test]
fn two_requests_never_share_an_id_of_ours() {
    let app = talkative();
    let mut wire = Wire::open(&app.server.address()).unwrap();
    let mut ids = std::collections::HashSet::new();
    for _ in 0..50 {
        wire.send(request("GET", "/livez", &[], "")).unwrap();
        ids.insert(wire.reply().unwrap().header("x-request-id").unwrap().to_owned());
    }
    assert_eq!(ids.len(), 50);
}
