//! The metrics page: everything that an operator needs is there, counts, and is well-formed.

use std::collections::HashSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::process::app::{App, wrong};
use crate::support::lab::need_command;

fn busy() -> App {
    let app = App::start(&[]);
    let (key, code) = app.challenge("jane@metrics.example");
    assert_eq!(app.verify(&key, &wrong(&code)).unwrap().status, 403);
    assert_eq!(app.verify(&key, &code).unwrap().status, 201);
    assert_eq!(app.verify(&key, &code).unwrap().status, 400);
    assert_eq!(app.verify("nosuchkeynosuchkey", &code).unwrap().status, 400);
    app.wait_for_metric("otpmint_deliveries_total{channel=\"email\",outcome=\"sent\"}", 1.0);
    app
}

#[test]
fn the_metrics_count_requests_mints_verifications_deliveries_and_commits() {
    let app = busy();
    let page = app.metrics();
    for (sample, value) in [
        ("otpmint_mints_total", 1.0),
        ("otpmint_verifications_total{outcome=\"verified\"}", 1.0),
        ("otpmint_verifications_total{outcome=\"mismatched\"}", 1.0),
        ("otpmint_verifications_total{outcome=\"ended\"}", 1.0),
        ("otpmint_verifications_total{outcome=\"unknown\"}", 1.0),
        ("otpmint_http_requests_total{route=\"/otp\",status=\"200\"}", 1.0),
        ("otpmint_http_requests_total{route=\"/verify-otp\",status=\"201\"}", 1.0),
        ("otpmint_delivery_seconds_count", 1.0),
        ("otpmint_delivery_queue_depth", 0.0),
    ] {
        assert_eq!(app.metric(sample), Some(value), "{sample}\n{page}");
    }
    assert!(app.metric("otpmint_commits_total").unwrap() >= 4.0);
    let groups = app.metric("otpmint_commit_group_size_count").unwrap();
    assert!(groups >= 4.0 && app.metric("otpmint_commit_group_size_sum").unwrap() >= groups);
    assert!(page.contains("otpmint_http_request_seconds_bucket{route=\"/otp\",le=\"0.1\"}"), "{page}");
    assert!(!page.contains("metrics.example"), "a recipient's domain is in a label");
}

#[test]
fn every_metric_is_described_and_typed_before_its_samples() {
    let page = busy().metrics();
    let mut described = HashSet::new();
    let mut typed = HashSet::new();
    for line in page.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split([' ', '{']);
        match (words.next(), words.next()) {
            (Some("#"), Some("HELP")) => described.insert(words.next().unwrap().to_owned()),
            (Some("#"), Some("TYPE")) => typed.insert(words.next().unwrap().to_owned()),
            (Some(sample), _) => {
                let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| sample.strip_suffix(end));
                let is_known = |name: &str| described.contains(name) && typed.contains(name);
                assert!(is_known(sample) || family.is_some_and(is_known), "{line}\n{page}");
                let value = line.rsplit(' ').next().unwrap();
                assert!(value.parse::<f64>().is_ok(), "{line}");
                false
            }
            other => panic!("{other:?}"),
        };
    }
    check_with_promtool(&page);
}

/// A second opinion, if the tool is installed.
fn check_with_promtool(page: &str) {
    if need_command("promtool").is_err() {
        let _ = writeln!(std::io::stderr(), "promtool is not installed: its opinion is not asked");
        return;
    }
    let mut tool = Command::new("promtool");
    let mut tool = tool.args(["check", "metrics"]).stdin(Stdio::piped()).spawn().unwrap();
    tool.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
    assert!(tool.wait().unwrap().success(), "promtool finds fault with the page:\n{page}");
}
