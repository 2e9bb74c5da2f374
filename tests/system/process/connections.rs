//! Slow, idle, oversized and malformed requests: bounded, answered, and never misinterpreted.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::process::app::{App, KEY};
use crate::support::client::{Wire, request};

/// Each timeout is one second here. On a busy machine the connection may be closed this much later.
const CUT_BY: Duration = Duration::from_secs(8);

fn impatient() -> App {
    App::start(&[
        ("SERVER__HEADER_TIMEOUT_SECONDS", "1"),
        ("SERVER__IDLE_TIMEOUT_SECONDS", "1"),
        ("SERVER__BODY_TIMEOUT_SECONDS", "1"),
        // The time from one answer to the next is the sum of them all.
        ("DELIVERY__WAIT_SECONDS", "1"),
    ])
}

/// Sends one byte after the other until the server closes; returns what it answered. `None` if it never
/// closes.
fn trickle(mut wire: Wire, bytes: &str) -> Option<String> {
    let from = Instant::now();
    for byte in bytes.bytes().cycle() {
        // A failed write means that the connection is gone.
        let _ = wire.send([byte]);
        if let Some(said) = wire.until_closed(Duration::from_millis(100)) {
            return Some(said);
        }
        if from.elapsed() > CUT_BY {
            break;
        }
    }
    None
}

fn kept_alive(app: &App) -> Wire {
    let mut wire = Wire::open(&app.server.address()).unwrap();
    wire.send(request("GET", "/livez", &[], "")).unwrap();
    assert_eq!(wire.reply().unwrap().status, 200);
    wire
}

#[test]
fn a_request_head_that_trickles_is_cut() {
    let app = impatient();
    let mut wire = Wire::open(&app.server.address()).unwrap();
    wire.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").unwrap();
    let said = trickle(wire, "a").expect("cut after the header timeout");
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
}

#[test]
fn a_later_request_head_that_trickles_is_cut_as_well() {
    let app = impatient();
    let mut wire = kept_alive(&app);
    wire.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").unwrap();
    trickle(wire, "a").expect("cut, like the first");
}

#[test]
fn a_body_that_nobody_reads_is_not_awaited_for_ever() {
    let app = impatient();
    let mut wire = Wire::open(&app.server.address()).unwrap();
    wire.send("POST /nothing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n").unwrap();
    let said = trickle(wire, "1\r\n \r\n").expect("cut, although it goes on sending");
    assert!(said.starts_with("HTTP/1.1 404"), "{said}");
}

#[test]
fn a_connection_that_says_nothing_or_nothing_more_is_cut() {
    let app = impatient();
    let mut silent = Wire::open(&app.server.address()).unwrap();
    let mut idle = kept_alive(&app);
    assert!(silent.until_closed(CUT_BY).is_some(), "a silent connection is kept");
    assert!(idle.until_closed(CUT_BY).is_some(), "an idle connection is kept");
}

#[test]
fn a_body_that_trickles_is_answered_with_408_and_cut() {
    let app = impatient();
    for coding in ["Content-Length: 9000", "Transfer-Encoding: chunked"] {
        let mut wire = Wire::open(&app.server.address()).unwrap();
        wire.send(format!("POST /otp HTTP/1.1\r\nHost: localhost\r\n{coding}\r\n\r\n")).unwrap();
        let said = trickle(wire, "1\r\n \r\n").expect("cut after the body timeout");
        assert!(
            said.starts_with("HTTP/1.1 408") && said.contains("did not arrive in time"),
            "{coding}: {said}"
        );
    }
}

#[test]
fn a_chunk_that_is_none_is_refused_and_ends_the_connection() {
    let app = impatient();
    for (path, authorization) in
        [("/otp", String::new()), ("/v1/challenges", format!("Authorization: Bearer {KEY}\r\n"))]
    {
        let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{authorization}");
        let body = format!("Transfer-Encoding: chunked\r\n\r\nno size\r\n0\r\n\r\n{HIDDEN}");
        let answers = all_answers(&app, &(head + &body));
        assert!(answers.starts_with("HTTP/1.1 400"), "{path}: {answers}");
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{path}: {answers}");
        assert_eq!(smuggled(&app), 0.0);
    }
}

/// A mint of exactly this many bytes.
fn body_of(size: usize) -> String {
    let body = json!({ "mail": "jane@size.example", "secretKey": KEY }).to_string();
    " ".repeat(size - body.len()) + &body
}

#[test]
fn a_body_may_have_16_kib_and_not_a_byte_more() {
    let app = App::start(&[]);
    let status = |bytes: String| {
        let mut wire = Wire::open(&app.server.address()).unwrap();
        // The answer may arrive, and the connection be closed, before everything is sent.
        let _ = wire.send(bytes);
        wire.reply().map(|reply| reply.status).unwrap()
    };
    let chunked = |body: &str| {
        let head = "POST /otp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
        let chunks: String = (0..body.len())
            .step_by(1000)
            .map(|at| &body[at..body.len().min(at + 1000)])
            .map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len()))
            .collect();
        format!("{head}{chunks}0\r\n\r\n")
    };
    assert_eq!(status(request("POST", "/otp", &[], &body_of(16 * 1024))), 200);
    assert_eq!(status(chunked(&body_of(16 * 1024))), 200);
    assert_eq!(status(request("POST", "/otp", &[], &body_of(16 * 1024 + 1))), 413);
    assert_eq!(status(chunked(&body_of(16 * 1024 + 1))), 413);
    let announced = "POST /otp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000000\r\n\r\n";
    assert_eq!(status(announced.to_owned()), 413, "it waits for a terabyte");
}

/// Sends everything and returns every answer until the server closes.
#[track_caller]
fn all_answers(app: &App, bytes: &str) -> String {
    let mut wire = Wire::open(&app.server.address()).unwrap();
    let _ = wire.send(bytes);
    wire.until_closed(CUT_BY).unwrap_or_else(|| panic!("it stays open after {bytes:?}"))
}

/// How often `/livez` was served, which no test requests by itself.
fn smuggled(app: &App) -> f64 {
    app.metric("otpmint_http_requests_total{route=\"/livez\",status=\"200\"}").unwrap_or(0.0)
}

const HIDDEN: &str = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[test]
fn what_is_left_of_a_refused_body_is_not_taken_for_a_request() {
    let app = impatient();
    let body = HIDDEN.repeat(500);
    let answers = all_answers(&app, &request("POST", "/otp", &[], &body));
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{answers}");
    assert!(answers.starts_with("HTTP/1.1 413"), "{answers}");
    assert_eq!(smuggled(&app), 0.0);
}

#[test]
fn requests_that_two_servers_could_read_differently_are_refused() {
    let app = impatient();
    for head in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Content-Length: 0\r\nContent-Length: 44",
        "Content-Length: 0, 44",
        "Content-Length: +0",
        "Content-Length: 0x0",
        "Content-Length: -1",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding : chunked",
        "Content-Length: 0\r\n folded: yes",
        "Content-Length: 0\r\nHost: other",
    ] {
        let bytes = format!("POST /otp HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n0\r\n\r\n{HIDDEN}");
        let answers = all_answers(&app, &bytes);
        assert!(answers.starts_with("HTTP/1.1 400"), "{head:?}: {answers}");
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{head:?}: {answers}");
    }
    let old = format!("POST /otp HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}");
    assert!(
        all_answers(&app, &old).starts_with("HTTP/1.1 400")
            || all_answers(&app, &old).starts_with("HTTP/1.0 400")
    );
    assert!(all_answers(&app, "GET /livez HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400"), "no Host");
    assert_eq!(smuggled(&app), 0.0);
}

#[test]
fn a_line_that_ends_without_a_carriage_return_is_refused() {
    let app = impatient();
    for bytes in [
        "GET /livez HTTP/1.1\nHost: localhost\r\n\r\n".to_owned(),
        "GET /livez HTTP/1.1\r\nHost: localhost\nX-Other: 1\r\n\r\n".to_owned(),
        "GET /livez HTTP/1.1\r\nHost: localhost\r\n\n".to_owned(),
        "GET /livez HTTP/1.1\nHost: localhost\n\n".to_owned(),
        format!(
            "POST /otp HTTP/1.1\r\nHost: localhost\r\nX: a\nContent-Length: {}\r\n\r\n{HIDDEN}",
            HIDDEN.len()
        ),
        // After requests that are answered, in the same packet.
        format!("{}{}", HIDDEN.replace("livez", "readyz"), HIDDEN.replace("localhost\r", "localhost")),
        format!(
            "POST /nothing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\n\r\n0\r\n\r\n{}",
            HIDDEN.replace("localhost\r", "localhost")
        ),
    ] {
        let answers = all_answers(&app, &bytes);
        let last = answers.rsplit("HTTP/1.1 ").next().unwrap_or_default();
        assert!(last.starts_with("400"), "{bytes:?}: {answers}");
    }
    assert_eq!(smuggled(&app), 0.0);
    // In a body it is a byte like any other.
    let body = json!({ "mail": "jane@lines.example", "secretKey": KEY }).to_string().replace(',', ",\n\n");
    let answers = all_answers(&app, &format!("{}{HIDDEN}", request("POST", "/otp", &[], &body)));
    let statuses: Vec<&str> = answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["200", "200"], "{answers}");
}

#[test]
fn pipelined_requests_are_answered_in_order_and_garbage_ends_the_connection() {
    let app = impatient();
    let bytes =
        [HIDDEN, &HIDDEN.replace("livez", "readyz"), "\x16\x03\x01 not HTTP\r\n\r\n", HIDDEN].concat();
    let answers = all_answers(&app, &bytes);
    let statuses: Vec<&str> = answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["200", "200", "400"], "{answers}");
    assert_eq!(smuggled(&app), 1.0);
}

#[test]
fn a_head_that_never_ends_is_refused_and_not_collected() {
    let app = impatient();
    let mut wire = Wire::open(&app.server.address()).unwrap();
    let _ = wire.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n");
    let writer = thread::spawn(move || {
        let line = format!("X-Filler: {}\r\n", "a".repeat(1000));
        // Up to 20 MB; if the server closes, writing fails long before.
        let sent = (0..20_000).take_while(|_| wire.send(&line).is_ok()).count();
        (sent, wire.until_closed(CUT_BY))
    });
    let (lines, said) = writer.join().unwrap();
    assert!(lines < 19_000 || said.is_some(), "it reads for ever");
    assert!(said.is_none_or(|said| said.is_empty() || said.starts_with("HTTP/1.1 4")));
    assert_eq!(app.challenge("after.the.flood@size.example").1.len(), 6);
}
