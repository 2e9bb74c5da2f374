//! `otpmint bench`, in a second: that it runs, and that its JSON has everything.

use std::process::Command;

use serde_json::Value;

const OF_THE_RUN: [&str; 10] = [
    "version",
    "profile",
    "processors",
    "rows",
    "rate",
    "smtp",
    "limits",
    "resident_bytes_at_rest",
    "resident_bytes_after",
    "cases",
];
const OF_A_CASE: [&str; 14] = [
    "case",
    "connections",
    "seconds",
    "requests",
    "errors",
    "unsent",
    "per_second",
    "latency_ms",
    "server_cpu_us",
    "client_cpu_us",
    "operations_per_commit",
    "mails_per_second",
    "throughput_to_noop",
    "cpu_to_noop",
];

#[track_caller]
fn assert_fields(value: &Value, expected: &[&str]) {
    let mut found: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = expected.to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

fn bench(options: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("bench.json");
    let output = Command::new(env!("CARGO_BIN_EXE_otpmint"))
        .args(["bench", "--seconds", "1", "--connections", "8", "--rows", "1000", "--data-dir"])
        .arg(folder.path())
        .arg("--json")
        .arg(&json)
        .args(options)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("case"));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, std::slice::from_ref(&json), "the data folder is gone");
    serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap()
}

#[test]
fn a_run_measures_every_case_and_says_how() {
    let report = bench(&["--smtp-tls"]);
    assert_fields(&report, &OF_THE_RUN);
    assert_eq!((&report["rows"], &report["smtp"]), (&Value::from(1_000), &Value::from("starttls")));
    assert!(report["resident_bytes_at_rest"].as_u64().unwrap() > 1 << 20);
    let cases = report["cases"].as_array().unwrap();
    let names: Vec<_> = cases.iter().map(|case| case["case"].as_str().unwrap()).collect();
    assert_eq!(names, ["noop", "mint", "verify_wrong", "verify_right"]);
    for case in cases {
        assert_fields(case, &OF_A_CASE);
        assert_fields(&case["latency_ms"], &["p50", "p90", "p99", "p99.9", "max"]);
        assert_eq!(case["errors"], 0, "{case}");
        assert!(case["per_second"].as_f64().unwrap() > 0.0, "{case}");
    }
    assert_eq!(cases[0]["cpu_to_noop"], 1.0);
    assert!(cases[1]["mails_per_second"].as_f64().unwrap() > 0.0, "{}", cases[1]);
    assert!(cases[3]["operations_per_commit"].as_f64().unwrap() >= 1.0, "{}", cases[3]);
}

#[test]
fn a_fixed_rate_is_kept_and_what_could_not_be_sent_is_said() {
    let report = bench(&["--rate", "200", "--cases", "noop,verify_right"]);
    assert_eq!(report["rate"], 200);
    for case in report["cases"].as_array().unwrap() {
        assert_eq!((&case["requests"], &case["unsent"]), (&Value::from(200), &Value::from(0)), "{case}");
    }
    // More than any machine does in a second: what is late counts from when it was due.
    let report = bench(&["--rate", "1000000", "--cases", "noop"]);
    let noop = &report["cases"][0];
    assert!(noop["unsent"].as_u64().unwrap() > 0, "{noop}");
    assert!(noop["latency_ms"]["p50"].as_f64().unwrap() > 100.0, "{noop}");
}
