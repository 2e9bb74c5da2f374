//! `otpmint-bench`, in a second: that it runs, and that its JSON is complete.

use std::process::Command;

use serde_json::Value;

const OF_THE_RUN: [&str; 8] =
    ["version", "profile", "processors", "rate", "smtp", "limits", "stores", "cases"];
const OF_A_STORE: [&str; 9] = [
    "rows",
    "commit",
    "preload_seconds",
    "first_ready_ms",
    "ready_ms",
    "resident_bytes_at_rest",
    "resident_bytes_after",
    "store_bytes_at_rest",
    "store_bytes_after",
];
const OF_A_CASE: [&str; 20] = [
    "rows",
    "commit",
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
    "fsyncs",
    "disk_bytes",
    "written_bytes",
    "mails_per_second",
    "throughput_to_noop",
    "cpu_to_noop",
    "throughput_to_naive",
];
const CASES: [&str; 7] =
    ["noop", "status", "verify_wrong", "verify_right", "mint_none", "mint_queued", "mint"];

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
    let output = Command::new(env!("CARGO_BIN_EXE_otpmint-bench"))
        .args(["--seconds", "1", "--connections", "8", "--data-dir"])
        .arg(folder.path())
        .arg("--json")
        .arg(&json)
        .args(options)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("x no-op"));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, std::slice::from_ref(&json), "the data folder is gone");
    serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap()
}

#[test]
fn a_run_measures_every_case_and_says_how() {
    let report = bench(&["--smtp-tls"]);
    assert_fields(&report, &OF_THE_RUN);
    assert_eq!(report["smtp"], "starttls");
    let [store] = report["stores"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_fields(store, &OF_A_STORE);
    assert_eq!((&store["rows"], &store["commit"]), (&Value::from(1_000), &Value::from("grouped")));
    for field in ["resident_bytes_at_rest", "resident_bytes_after", "store_bytes_after"] {
        assert!(store[field].as_u64().unwrap() > 1 << 18, "{field}: {store}");
    }
    for field in ["first_ready_ms", "ready_ms"] {
        assert!(store[field].as_f64().unwrap() > 1.0, "{field}: {store}");
    }
    let cases = report["cases"].as_array().unwrap();
    let names: Vec<_> = cases.iter().map(|case| case["case"].as_str().unwrap()).collect();
    assert_eq!(names, CASES);
    for case in cases {
        assert_fields(case, &OF_A_CASE);
        assert_fields(&case["latency_ms"], &["p50", "p90", "p99", "p99.9", "max"]);
        assert_eq!(case["errors"], 0, "{case}");
        assert!(case["per_second"].as_f64().unwrap() > 0.0, "{case}");
    }
    assert_eq!(cases[0]["cpu_to_noop"], 1.0);
    // A request that only reads writes almost nothing; one that decides writes in a transaction.
    for (case, name) in cases.iter().zip(CASES) {
        let writes = !matches!(name, "noop" | "status");
        assert_eq!(case["written_bytes"].as_f64().unwrap() > 400.0, writes, "{case}");
        assert_eq!(case["fsyncs"].as_f64().unwrap() > 0.01, writes, "{case}");
        assert_eq!(
            case["mails_per_second"].as_f64().unwrap() > 0.0,
            name.ends_with("queued") || name == "mint"
        );
    }
}

#[test]
fn challenges_are_replaced_so_that_few_are_enough() {
    let report = bench(&["--cases", "verify_wrong,verify_right"]);
    for case in report["cases"].as_array().unwrap() {
        assert_eq!(case["errors"], 0, "{case}");
        assert!(case["seconds"].as_f64().unwrap() > 0.9, "{case}");
    }
}

#[test]
fn group_commit_is_compared_with_a_transaction_for_each_request() {
    let report = bench(&["--naive", "--cases", "noop,mint_none"]);
    let cases: Vec<_> = report["cases"].as_array().unwrap().iter().collect();
    let told: Vec<_> = cases.iter().map(|case| (&case["commit"], &case["case"])).collect();
    let text = ["each", "grouped", "mint_none", "noop"].map(Value::from);
    let [each, grouped, mint_none, noop] = &text;
    assert_eq!(told, [(each, mint_none), (grouped, noop), (grouped, mint_none)]);
    assert_eq!((&cases[0]["errors"], &cases[0]["operations_per_commit"]), (&0.into(), &1.0.into()));
    assert!(cases[0]["fsyncs"].as_f64().unwrap() >= 1.0, "{}", cases[0]);
    assert!(cases[2]["fsyncs"].as_f64().unwrap() < 0.9, "{}", cases[2]);
    assert!(cases[2]["throughput_to_naive"].as_f64().unwrap() > 0.0, "{}", cases[2]);
}

#[test]
fn the_server_that_is_measured_is_the_product_and_knows_nothing_of_a_naive_one() {
    let serve = |option: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_otpmint-bench"));
        command.args(["serve", option]).output().unwrap()
    };
    let help = String::from_utf8(serve("--help").stdout).unwrap();
    assert!(help.contains("--config") && !help.contains("--naive"), "{help}");
    assert_eq!(serve("--naive").status.code(), Some(2));
}

#[test]
fn a_fixed_rate_is_kept_and_what_could_not_be_sent_is_said() {
    let report = bench(&["--rate", "200", "--cases", "noop,verify_right"]);
    assert_eq!(report["rate"], 200);
    for case in report["cases"].as_array().unwrap() {
        assert_eq!((&case["requests"], &case["unsent"]), (&Value::from(200), &Value::from(0)), "{case}");
    }
    // More than any machine does in a second: the latency of a late request counts from when it was due.
    let report = bench(&["--rate", "1000000", "--cases", "noop"]);
    let noop = &report["cases"][0];
    assert!(noop["unsent"].as_u64().unwrap() > 0, "{noop}");
    assert!(noop["latency_ms"]["p50"].as_f64().unwrap() > 100.0, "{noop}");
}

/// The report of another measurement.
fn measurement(options: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("bench.json");
    let output = Command::new(env!("CARGO_BIN_EXE_otpmint-bench"))
        .args(options)
        .arg("--data-dir")
        .arg(folder.path())
        .arg("--json")
        .arg(&json)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, std::slice::from_ref(&json), "the data folder is gone");
    serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap()
}

#[test]
fn the_files_stop_growing_when_the_first_audit_rows_go() {
    let report = measurement(&["growth", "--rows", "0", "--cycles", "10240", "--days", "365"]);
    let samples = report["years"]["samples"].as_array().unwrap();
    let size = |sample: &Value| sample["file_bytes"].as_u64().unwrap();
    let full = samples.iter().find(|sample| sample["day"].as_u64().unwrap() > 100).unwrap();
    let last = samples.last().unwrap();
    assert_eq!(last["cycles"], 10_240);
    assert!(size(last) <= size(full) * 11 / 10, "{report}");
    let sweeping = &report["years"]["sweeping"];
    assert!(sweeping["expired"].as_u64().unwrap() >= 10_240 / 5, "{sweeping}");
    assert!(sweeping["longest_stall_ms"].as_f64().unwrap() > 0.0, "{sweeping}");
    let vacuum = &report["years"]["vacuum"];
    assert!(vacuum["bytes_after"].as_u64() < vacuum["bytes_before"].as_u64(), "{vacuum}");
}

#[test]
fn an_answer_is_measured_in_stores_of_every_size() {
    let report = measurement(&["growth", "--rows", "64,1128", "--rounds", "1", "--cycles", "0"]);
    let answers = report["answers"].as_array().unwrap();
    let kinds: Vec<_> = answers
        .iter()
        .map(|each| [&each["rows"], &each["answer"], &each["of"]].map(Value::to_string))
        .collect();
    let of_fresh = [["64", "\"wrong\"", "\"fresh\""], ["64", "\"right\"", "\"fresh\""]];
    assert_eq!(kinds[..2], of_fresh, "the smaller store has no others");
    assert_eq!((kinds.len(), kinds[5][2].as_str()), (6, "\"any\""));
    assert!(answers.iter().all(|each| each["wall_us"].as_f64().unwrap() > 0.0), "{report}");
}

#[test]
fn queued_mails_are_drained_over_tls_too() {
    let contests = ["--contests", "plain,tls", "--mails", "1000", "--rounds", "1", "--sessions", "4"];
    let report = measurement(&[&["delivery"][..], &contests].concat());
    let contests = report["contests"].as_array().unwrap();
    assert_eq!(contests.len(), 2);
    for contest in contests {
        assert!(contest["median"].as_f64().unwrap() > 0.0, "{contest}");
        assert_eq!(contest["to_source"], Value::Null, "there is nothing to hold it against");
    }
}

#[test]
fn texts_are_drained_to_a_provider_and_over_a_session() {
    let contests = ["--contests", "http,smpp", "--mails", "600", "--rounds", "1"];
    let report = measurement(&[&["delivery"][..], &contests].concat());
    let contests = report["contests"].as_array().unwrap();
    assert_eq!(contests.len(), 2, "{report}");
    assert!(contests.iter().all(|contest| contest["median"].as_f64().unwrap() > 0.0), "{report}");
}

#[test]
fn texts_are_measured_beside_a_provider_that_hangs() {
    let report = measurement(&["neighbour", "--seconds", "1", "--rounds", "1"]);
    let round = &report["rounds"][0];
    for part in ["alone", "beside_answered", "beside_hanging"] {
        assert!(round[part]["p99"].as_f64().unwrap() > 0.0, "{report}");
    }
}

#[test]
fn tls_is_measured_over_kept_connections_and_with_handshakes() {
    let report = measurement(&["tls", "--seconds", "1", "--rounds", "1", "--clients", "2"]);
    let rows = report.as_array().unwrap();
    let ways: Vec<_> = rows.iter().map(|row| row["way"].as_str().unwrap()).collect();
    let tls = ["TLS 1.3, kept", "TLS 1.3, resumed", "TLS 1.3, full"];
    assert_eq!(ways, [&["plain, kept", "plain, new"][..], &tls].concat());
    for row in rows {
        assert!(row["per_second"][0].as_f64().unwrap() > 0.0, "{report}");
        assert!(row["server_us"][0].as_f64().unwrap() > 0.0, "{report}");
    }
}

/// Runs another measurement in its own folder, which keeps the report.
fn run(folder: &std::path::Path, options: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_otpmint-bench"));
    let output = command.args(options).arg("--data-dir").arg(folder).current_dir(folder).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_overload_is_refused_with_a_moment_to_come_again_and_costs_others_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options =
        ["overload", "--seconds", "1", "--rest", "0", "--connections", "1000", "--json", "overload.json"];
    run(folder.path(), &[&options[..], &["--idle", "40", "--slow", "20"]].concat());
    let json = std::fs::read(folder.path().join("overload.json")).unwrap();
    let report: Value = serde_json::from_slice(&json).unwrap();
    let flood = &report["flood"];
    assert!(flood["done_per_second"].as_f64().unwrap() > 0.0, "{report}");
    assert!(flood["refused"].as_u64().unwrap() > 0, "1 000 connections do not fit: {report}");
    assert_eq!(flood["refused"], flood["refused_with_retry_after"], "{report}");
    assert_eq!(flood["failed"], 0, "{report}");
    let modest = report["modest"].as_array().unwrap();
    assert_eq!(modest.len(), 5);
    assert!(modest.iter().all(|modest| modest["refused_or_failed"] == 0), "{report}");
    assert!(report["crowd"]["open"].as_u64().unwrap() >= 58, "{report}");
}

#[test]
fn a_soak_leaves_a_row_for_each_moment_and_its_curves() {
    let folder = tempfile::tempdir().unwrap();
    let told = run(
        folder.path(),
        &[
            "soak",
            "--minutes",
            "0.05",
            "--every",
            "1",
            "--rate",
            "50",
            "--csv",
            "soak.csv",
            "--svg",
            "soak.svg",
        ],
    );
    assert!(told.contains("errors 0, not sent 0"), "{told}");
    let csv = std::fs::read_to_string(folder.path().join("soak.csv")).unwrap();
    let rows: Vec<Vec<f64>> =
        csv.lines().skip(1).map(|row| row.split(',').map(|value| value.parse().unwrap()).collect()).collect();
    assert_eq!(csv.lines().next().unwrap().split(',').count(), 10);
    assert_eq!(rows.len(), 3, "{csv}");
    assert!(rows.iter().all(|row| row.len() == 10 && row[1] > 1e6 && row[5] > 0.0 && row[9] == 0.0), "{csv}");
    let svg = std::fs::read_to_string(folder.path().join("soak.svg")).unwrap();
    assert!(svg.starts_with("<svg ") && svg.matches("<polyline ").count() == 8, "{svg}");
}
