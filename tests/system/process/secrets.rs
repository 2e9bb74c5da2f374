//! Where secrets must not be: the database, its WAL, the log at its most verbose level, the metrics, the traces.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_catcher::Fault;
use serde_json::json;

use crate::process::app::{App, KEY, PASSWORD, SENDER, mint_at, verify_at};
use crate::support::otlp::{Collector, Manner};

const RECIPIENTS: [&str; 3] =
    ["jane.doe@recipients.example", "refused.login@recipients.example", "joe.bloggs@recipients.example"];

/// The address at which browsers reach the server.
const PUBLIC_URL: &str = "https://otp.example";

/// Codes long enough that no timestamp looks like one.
const CODES: [(&str, &str); 2] = [("CODES__ALPHABET", "unambiguous"), ("CODES__LENGTH", "10")];

/// Everything that succeeds and fails with a challenge; returns the codes.
fn exercise(app: &mut App) -> Vec<String> {
    let address = app.server.address();
    let (key, code) = app.challenge(RECIPIENTS[0]);
    assert_eq!(verify_at(&address, &key, "ABCDEFGH23").unwrap().status, 403);
    assert_eq!(verify_at(&address, &key, &code).unwrap().status, 201);
    // An invalid body that contains secrets.
    let broken = format!("{{\"mail\":\"{}\",\"secretKey\":\"{KEY}\",", RECIPIENTS[0]);
    let mut wire = crate::support::client::Wire::open(&address).unwrap();
    wire.send(crate::support::client::request("POST", "/otp", &[], &broken)).unwrap();
    assert_eq!(wire.reply().unwrap().status, 400);
    // A secret in the wrong place.
    let _ = crate::support::client::get(&address, &format!("/otp?secretKey={KEY}&otp={code}"));
    assert_eq!(app.register(KEY, PASSWORD).status, 400);
    app.catcher.set_faults(vec![Fault::AuthRefused.always()]);
    // New connections, so that the fault strikes.
    app.server.terminate(std::time::Duration::from_secs(10)).expect("it ends");
    app.server.start_again();
    assert_eq!(mint_at(&address, KEY, RECIPIENTS[1]).unwrap().status, 400);
    app.catcher.set_faults(Vec::new());
    let (_, pending) = app.challenge(RECIPIENTS[2]);
    let mut codes = vec![code, pending];
    codes.extend(exercise_sandbox(&address));
    codes.extend(exercise_page(&address));
    codes
}

/// A test key, a code that its tenant delivers, a code read from the sandbox's outbox, and the secret of a
/// webhook.
fn exercise_sandbox(address: &str) -> Vec<String> {
    let post = |key: &str, path: &str, body: serde_json::Value| -> serde_json::Value {
        let header = format!("Authorization: Bearer {key}");
        let reply =
            crate::support::client::post(address, path, &[&header, "Prefer: wait=10"], &body).unwrap();
        assert_eq!(reply.status, 201, "{}", reply.body);
        serde_json::from_str(&reply.body).unwrap()
    };
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let key = text(&post(KEY, "/v1/tenant/sandbox/keys", json!({ "scopes": ["mint", "reveal"] }))["secret"]);
    let hook = json!({ "url": "https://hooks.example.com/otp" });
    let signing = text(&post(KEY, "/v1/tenant/webhooks", hook)["secret"]);
    let signing = signing.trim_start_matches("whsec_").to_owned();
    let told = post(&key, "/v1/challenges", json!({ "to": RECIPIENTS[0], "channel": "none" }));
    post(&key, "/v1/challenges", json!({ "to": RECIPIENTS[0] }));
    let header = format!("Authorization: Bearer {key}");
    let mut wire = crate::support::client::Wire::open(address).unwrap();
    wire.send(crate::support::client::request("GET", "/v1/sandbox/outbox", &[&header], "")).unwrap();
    let outbox: serde_json::Value = serde_json::from_str(&wire.reply().unwrap().body).unwrap();
    vec![text(&told["code"]), text(&outbox["data"][0]["code"]), key, signing]
}

/// A hosted page whose code is typed: the key of the page, the code, and the result.
fn exercise_page(address: &str) -> Vec<String> {
    let send = |method: &str, path: &str, headers: &[&str], body: &str| {
        let mut wire = crate::support::client::Wire::open(address).unwrap();
        let headers = [&["Connection: close"], headers].concat();
        wire.send(crate::support::client::request(method, path, &headers, body)).unwrap();
        wire.reply().unwrap()
    };
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let json = "Content-Type: application/json";
    let live = format!("Authorization: Bearer {KEY}");
    let scopes = json!({ "scopes": ["mint", "reveal", "manage", "verify"] }).to_string();
    let made = send("POST", "/v1/tenant/sandbox/keys", &[&live, json], &scopes);
    let made: serde_json::Value = serde_json::from_str(&made.body).unwrap();
    let key = format!("Authorization: Bearer {}", text(&made["secret"]));
    let patch = json!({ "return_urls": ["https://app.example/"] }).to_string();
    assert_eq!(send("PATCH", "/v1/tenant", &[&key, json], &patch).status, 200);
    let mint = json!({ "to": RECIPIENTS[0], "channel": "none", "return_url": "https://app.example/" });
    let told = send("POST", "/v1/challenges", &[&key, json], &mint.to_string());
    let told: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    let (code, page) = (text(&told["code"]), text(&told["page_url"]));
    let path = page.strip_prefix(PUBLIC_URL).expect("the public URL");
    assert_eq!(send("GET", path, &[], "").status, 200);
    let own = format!("Origin: {PUBLIC_URL}");
    let answered = send("POST", &format!("{path}/verify"), &[&own], &format!("code={code}"));
    let result = answered.header("refresh").and_then(|there| there.split_once("otpmint_result="));
    let result = result.expect("a result").1.to_owned();
    let fetched = send("POST", "/v1/results", &[&key, json], &json!({ "result": result }).to_string());
    assert_eq!(fetched.status, 200, "{}", fetched.body);
    vec![path.replace("/c/", ""), code, result]
}

fn database_and_wal(app: &App) -> Vec<u8> {
    let read = |name: &str| fs::read(app.server.data().join(name)).unwrap_or_default();
    [read("otpmint.db"), read("otpmint.db-wal")].concat()
}

fn contains(hay: &[u8], needle: &str) -> bool {
    hay.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

fn holds_no_secret_in_format(format: &str) {
    let [alphabet, length] = CODES;
    let public = ("SERVER__PUBLIC_URL", PUBLIC_URL);
    let collector = Collector::start(Manner::Takes);
    let (endpoint, log) = (collector.endpoint(), [("LOG__LEVEL", "trace"), ("LOG__FORMAT", format)]);
    let settings =
        [alphabet, length, public, log[0], log[1], ("TELEMETRY__OTLP_ENDPOINT", endpoint.as_str())];
    let mut app = App::start(&settings);
    let mut needles = exercise(&mut app);
    let plain = STANDARD.encode(format!("\0{SENDER}\0{PASSWORD}"));
    needles.extend([KEY.to_owned(), PASSWORD.to_owned(), STANDARD.encode(PASSWORD), plain]);
    needles.extend(RECIPIENTS.map(str::to_owned));
    // A login alone is not a secret in the log, but with its password it is half of one.
    needles.push(STANDARD.encode(SENDER));

    let log = app.server.output().into_bytes();
    let metrics = app.metrics().into_bytes();
    let database = database_and_wal(&app);
    app.server.terminate(std::time::Duration::from_secs(10)).expect("it ends");
    let traces = collector.bytes();
    let places =
        [("the database", database), ("the log", log), ("the metrics", metrics), ("the traces", traces)];
    for (place, bytes) in &places {
        for needle in &needles {
            assert!(!contains(bytes, needle), "{needle} is in {place}");
        }
    }
    // So the search does find what is there.
    assert!(contains(&places[0].1, "j***@r***.example"), "the masked recipient is not in the database");
    assert!(contains(&places[1].1, "a tenant was registered"), "the log is empty");
    assert!(contains(&places[3].1, "POST /c/{key}/verify"), "a page was not traced");
    assert!(contains(&places[1].1, "trace"), "the log is not as talkative as it was asked to be");
}

#[test]
fn no_secret_is_in_the_database_the_wal_the_metrics_the_traces_or_the_text_log() {
    holds_no_secret_in_format("text");
}

#[test]
fn no_secret_is_in_the_database_the_wal_the_metrics_the_traces_or_the_json_log() {
    holds_no_secret_in_format("json");
}

#[test]
fn an_operator_token_that_was_sent_is_not_logged() {
    let app = App::start_empty(&[("LOG__LEVEL", "trace"), ("REGISTRATION__MODE", "operator")], |s| s);
    let body = json!({ "secretKey": KEY, "smtp_host": "localhost", "smtp_port": 25, "smtp_mail": SENDER,
        "smtp_password": PASSWORD });
    let token = fs::read_to_string(app.server.data().join("operator.token")).unwrap().trim().to_owned();
    let header = format!("Authorization: Bearer {token}");
    let reply =
        crate::support::client::post(&app.server.address(), "/reg_secretkey", &[&header], &body).unwrap();
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(!app.server.log().contains(&token));
}

#[test]
fn a_crash_leaves_no_core_file() {
    let app = App::start(&[]);
    let limits = fs::read_to_string(format!("/proc/{}/limits", app.server.pid())).unwrap();
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().collect::<Vec<_>>(), ["0", "0", "bytes"]);
}
