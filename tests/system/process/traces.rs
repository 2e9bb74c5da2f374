//! Traces: they continue those of callers, reach providers' tries and webhooks, and get in nobody's way.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use mail_catcher::{Fault, Stage};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use serde_json::json;

use crate::process::app::{App, KEY, wrong};
use crate::support::client::{self, Wire};
use crate::support::otlp::{Collector, Manner, attribute, hex};

/// The trace of the standard's example, and the span of the caller in it.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

fn recorded(trace: &str) -> String {
    format!("traceparent: 00-{trace}-{CALLER}-01")
}

fn traced(collector: &Collector, settings: &[(&str, &str)]) -> App {
    let endpoint = collector.endpoint();
    App::start(&[&[("TELEMETRY__OTLP_ENDPOINT", endpoint.as_str())], settings].concat())
}

fn mint(app: &App, headers: &[&str], to: &str) -> client::Reply {
    let bearer = format!("Authorization: Bearer {KEY}");
    let headers = [&[bearer.as_str()], headers].concat();
    let reply = client::post(&app.server.address(), "/v1/challenges", &headers, &json!({ "to": to }));
    reply.expect("an answer")
}

#[track_caller]
fn is_below(span: &Span, parent: &Span) {
    assert_eq!(hex(&span.parent_span_id), hex(&parent.span_id), "{} is not below {}", span.name, parent.name);
}

fn lasted(span: &Span) -> std::ops::RangeInclusive<u64> {
    span.start_time_unix_nano..=span.end_time_unix_nano
}

#[test]
fn a_mint_is_traced_from_its_caller_through_the_store_to_the_mail_server() {
    let collector = Collector::start(Manner::Takes);
    let app =
        traced(&collector, &[("TELEMETRY__SERVICE_NAME", "codes"), ("TELEMETRY__SERVICE_INSTANCE", "left")]);
    assert_eq!(mint(&app, &[&recorded(TRACE)], "jane@trace.example").status, 201);
    let sent = collector.wait_for(TRACE, "deliver email");
    let request = collector.wait_for(TRACE, "POST /v1/challenges");
    assert_eq!((hex(&request.parent_span_id).as_str(), request.kind), (CALLER, SpanKind::Server as i32));
    assert_eq!(attribute(&request.attributes, "http.request.method").as_deref(), Some("POST"));
    assert_eq!(attribute(&request.attributes, "http.route").as_deref(), Some("/v1/challenges"));
    assert_eq!(attribute(&request.attributes, "http.response.status_code").as_deref(), Some("201"));
    let verb = collector.wait_for(TRACE, "issue");
    is_below(&verb, &request);
    assert_eq!(attribute(&verb.attributes, "db.system.name").as_deref(), Some("sqlite"));
    let phases: Vec<_> =
        collector.trace(TRACE).into_iter().filter(|span| span.parent_span_id == verb.span_id).collect();
    let named = |name| phases.iter().find(|span| span.name == name).unwrap();
    let (wait, commit) = (named("wait"), named("commit"));
    assert!(wait.end_time_unix_nano <= commit.start_time_unix_nano, "{wait:?} {commit:?}");
    assert!(
        lasted(&verb).contains(&commit.start_time_unix_nano)
            && lasted(&request).contains(&verb.end_time_unix_nano)
    );
    is_below(&sent, &request);
    assert_eq!(attribute(&sent.attributes, "otpmint.channel").as_deref(), Some("email"));
    assert_eq!(attribute(&sent.attributes, "otpmint.delivery.try").as_deref(), Some("1"));
    assert!(attribute(&sent.attributes, "otpmint.route").unwrap().starts_with("smtp_"));
    is_below(&collector.wait_for(TRACE, "settle_delivery"), &sent);
    let resource = collector.resource().attributes;
    for (key, value) in [("service.name", "codes"), ("service.instance.id", "left")] {
        assert_eq!(attribute(&resource, key).as_deref(), Some(value));
    }
}

#[test]
fn the_headers_for_the_collector_are_sent_with_each_request() {
    let collector = Collector::start(Manner::Takes);
    let app =
        traced(&collector, &[("TELEMETRY__OTLP_HEADERS", "authorization=Bearer%20s3cret, x-scope=a%2Cb")]);
    app.challenge("jane@trace.example");
    app.wait_for_metric("otpmint_trace_spans_total{outcome=\"sent\"}", 1.0);
    let head = &collector.requests()[0].head;
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
    for line in ["authorization: Bearer s3cret", "x-scope: a,b", "content-type: application/x-protobuf"] {
        assert!(head.to_ascii_lowercase().contains(&line.to_ascii_lowercase()), "{line} is not in {head}");
    }
    assert!(!app.server.output().contains("s3cret"));
}

#[test]
fn a_message_that_is_tried_again_after_kill_9_stays_in_the_trace_of_its_mint() {
    let collector = Collector::start(Manner::Takes);
    let mut app = traced(&collector, &[]);
    app.catcher.set_faults(vec![Fault::Reply(Stage::Rcpt, 451).always()]);
    assert_eq!(mint(&app, &[&recorded(TRACE)], "jane@trace.example").status, 201);
    let first = collector.wait_for(TRACE, "deliver email");
    assert_eq!(first.status.as_ref().unwrap().code, StatusCode::Error as i32);
    let request = collector.wait_for(TRACE, "POST /v1/challenges");
    app.server.kill();
    app.catcher.set_faults(Vec::new());
    app.server.start_again();
    let mut tries = Vec::new();
    let second = crate::support::eventually(Duration::from_secs(20), || {
        tries = collector.trace(TRACE).into_iter().filter(|span| span.name == "deliver email").collect();
        tries.iter().find(|span| span.status.as_ref().unwrap().code != StatusCode::Error as i32).cloned()
    });
    is_below(&second.unwrap_or_else(|| panic!("{tries:?}")), &request);
}

#[test]
fn a_tenants_webhook_is_told_the_trace_and_a_provider_of_messages_is_not() {
    let collector = Collector::start(Manner::Takes);
    let app =
        traced(&collector, &[("OUTBOUND__PLAINTEXT_HOSTS", "127.0.0.1"), ("OUTBOUND__WEBHOOK_PORTS", "any")]);
    let (webhook, provider) =
        (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let url = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
    let bearer = format!("Authorization: Bearer {KEY}");
    let add = |path, body| {
        let reply = client::post(&app.server.address(), path, &[&bearer], &body).unwrap();
        assert_eq!(reply.status, 201, "{}", reply.body);
    };
    let settings =
        json!({ "preset": "vonage", "account": "acme", "from": "Acme", "base_url": url(&provider) });
    add("/v1/tenant/webhooks", json!({ "url": url(&webhook), "events": ["delivery.sent"] }));
    add(
        "/v1/tenant/routes",
        json!({ "transport": "http", "secret": "of-the-provider", "settings": settings }),
    );
    let countries = json!({ "phone": { "countries": ["DE"] } }).to_string();
    let mut wire = Wire::open(&app.server.address()).unwrap();
    wire.send(client::request(
        "PATCH",
        "/v1/tenant",
        &[&bearer, "Content-Type: application/json"],
        &countries,
    ))
    .unwrap();
    assert_eq!(wire.reply().unwrap().status, 200);

    let body = json!({ "to": "+4915112345678", "channel": "sms" });
    let minted =
        client::post(&app.server.address(), "/v1/challenges", &[&bearer, &recorded(TRACE)], &body).unwrap();
    assert_eq!(minted.status, 201, "{}", minted.body);
    let asked = answer(&provider, r#"{"messages":[{"status":"0","message-id":"m1"}]}"#);
    assert!(!asked.to_ascii_lowercase().contains("traceparent") && !asked.contains(TRACE), "{asked}");
    let told = answer(&webhook, "");
    let post = collector.wait_for(TRACE, "POST");
    let sent = format!("traceparent: 00-{TRACE}-{}-01", hex(&post.span_id));
    assert!(told.contains(&sent), "{sent} is not in {told}");
    assert_eq!(attribute(&post.attributes, "server.address").as_deref(), Some("127.0.0.1"));
    is_below(&post, &collector.wait_for(TRACE, "settle_delivery"));
}

/// Reads the next request to `listener` and answers it.
fn answer(listener: &TcpListener, body: &str) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let mut read = Vec::new();
    // The end is where nothing more comes: the other side waits for the answer.
    let _ = stream.read_to_end(&mut read);
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    String::from_utf8_lossy(&read).into_owned()
}

#[test]
fn the_log_has_the_trace_with_and_without_a_collector() {
    let collector = Collector::start(Manner::Takes);
    let log = [("LOG__LEVEL", "debug"), ("LOG__FORMAT", "json")];
    for app in [traced(&collector, &log), App::start(&log)] {
        app.catcher.set_faults(vec![Fault::Reply(Stage::Rcpt, 550).always()]);
        assert_eq!(mint(&app, &[&recorded(TRACE)], "jane@trace.example").status, 201);
        let answered = format!("\"trace_id\":\"{TRACE}\"");
        let found = crate::support::eventually(Duration::from_secs(10), || {
            let log = app.server.log();
            log.lines()
                .find(|line| line.contains("\"answered\"") && line.contains(&answered))
                .map(str::to_owned)
        });
        assert!(found.is_some(), "{}", app.server.log());
    }
}

#[test]
fn a_try_that_fails_is_logged_with_its_trace() {
    let collector = Collector::start(Manner::Takes);
    let app = traced(&collector, &[]);
    app.catcher.set_faults(vec![Fault::Reply(Stage::Rcpt, 550).always()]);
    assert_eq!(mint(&app, &[&recorded(TRACE)], "jane@trace.example").status, 201);
    let found = crate::support::eventually(Duration::from_secs(10), || {
        let failed = |line: &&str| line.contains("a try at delivering a mail failed") && line.contains(TRACE);
        app.server.log().lines().find(failed).map(str::to_owned)
    });
    assert!(found.is_some(), "{}", app.server.log());
    let failed = collector.wait_for(TRACE, "deliver email");
    assert_eq!(attribute(&failed.attributes, "error.type").as_deref(), Some("recipient_refused"));
}

#[test]
fn callers_decide_about_their_traces_and_the_ratio_about_others() {
    let collector = Collector::start(Manner::Takes);
    let app = traced(&collector, &[("TELEMETRY__SAMPLE_RATIO", "0")]);
    let other = TRACE.replace("4bf9", "ffff");
    assert_eq!(mint(&app, &[&recorded(TRACE).replace("-01", "-00")], "jane@trace.example").status, 201);
    assert_eq!(mint(&app, &[&recorded(TRACE), &recorded(TRACE)], "joe@trace.example").status, 201);
    assert_eq!(mint(&app, &["traceparent: 00-broken-01"], "jim@trace.example").status, 201);
    assert_eq!(mint(&app, &[&recorded(&other)], "ann@trace.example").status, 201);
    collector.wait_for(&other, "deliver email");
    collector.wait_for(&other, "POST /v1/challenges");
    assert!(collector.spans().iter().all(|span| hex(&span.trace_id) == other));
}

#[test]
fn a_wrong_code_is_no_error_of_the_server_and_a_full_request_names_no_path() {
    let collector = Collector::start(Manner::Takes);
    let app = traced(&collector, &[]);
    let (key, code) = app.challenge("jane@trace.example");
    let path = format!("/v1/challenges/{key}/verify?code={code}");
    let reply =
        client::post(&app.server.address(), &path, &[&recorded(TRACE)], &json!({ "code": wrong(&code) }))
            .unwrap();
    assert_eq!(reply.status, 403, "{}", reply.body);
    let span = collector.wait_for(TRACE, "POST /v1/challenges/{key}/verify");
    assert_ne!(span.status.as_ref().unwrap().code, StatusCode::Error as i32);
    let nowhere = client::get(&app.server.address(), &format!("/{key}/{code}")).unwrap();
    assert_eq!(nowhere.status, 404);
    app.wait_for_metric("otpmint_trace_spans_total{outcome=\"sent\"}", 10.0);
    let bytes = String::from_utf8_lossy(&collector.bytes()).into_owned();
    assert!(!bytes.contains(&key) && !bytes.contains(&code), "a path is in a span");
}

#[test]
fn the_last_spans_leave_before_the_end() {
    let collector = Collector::start(Manner::Takes);
    let mut app = traced(&collector, &[]);
    assert_eq!(mint(&app, &[&recorded(TRACE)], "jane@trace.example").status, 201);
    assert_eq!(app.server.terminate(Duration::from_secs(10)).unwrap().code(), Some(0));
    let names: Vec<_> = collector.trace(TRACE).into_iter().map(|span| span.name).collect();
    for name in ["POST /v1/challenges", "issue", "deliver email", "settle_delivery"] {
        assert!(names.iter().any(|known| known == name), "{name} is not in {names:?}");
    }
}

#[test]
fn a_collector_that_does_not_answer_holds_up_no_request_and_not_the_end() {
    let collector = Collector::start(Manner::Silent);
    let mut app = traced(&collector, &[]);
    app.challenge("jane@trace.example");
    let mut wire = Wire::open(&app.server.address()).unwrap();
    // More than may wait, batch and all.
    for _ in 0..9_500 {
        wire.send(client::request("GET", "/livez", &[], "")).unwrap();
        assert_eq!(wire.reply().unwrap().status, 200);
    }
    app.wait_for_metric("otpmint_trace_spans_total{outcome=\"dropped\"}", 100.0);
    app.challenge("joe@trace.example");
    let asked = Instant::now();
    assert_eq!(app.server.terminate(Duration::from_secs(10)).unwrap().code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
}

#[test]
fn spans_wait_for_a_collector_that_is_away_and_one_that_refuses_them_is_told_once() {
    let collector = Collector::start(Manner::Refuses(503));
    let app = traced(&collector, &[]);
    assert_eq!(mint(&app, &[&recorded(TRACE)], "jane@trace.example").status, 201);
    app.wait_for_metric("otpmint_delivery_tries_total{outcome=\"accepted\"}", 1.0);
    collector.set_manner(Manner::Takes);
    collector.wait_for(TRACE, "POST /v1/challenges");
    collector.set_manner(Manner::Refuses(400));
    for _ in 0..2 {
        let before = app.metric("otpmint_trace_spans_total{outcome=\"failed\"}").unwrap_or(0.0);
        assert_eq!(client::get(&app.server.address(), "/livez").unwrap().status, 200);
        app.wait_for_metric("otpmint_trace_spans_total{outcome=\"failed\"}", before + 1.0);
    }
    let told = app.server.log().matches("the collector does not take traces").count();
    assert_eq!(told, 1, "{}", app.server.log());
}
