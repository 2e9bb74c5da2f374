//! The dashboard for Grafana: Prometheus understands what it asks, and it shows every metric there is.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;

use serde_json::Value;

use crate::support::documents::dashboard::{expressions, metrics_of, panels};
use crate::support::documents::{quoted_words, read};
use crate::support::lab::{need, need_command};

#[test]
fn prometheus_understands_what_the_dashboard_asks() {
    let Some(()) = need(need_command("promtool")) else { return };
    let mut rules = "groups:\n  - name: dashboard\n    rules:\n".to_owned();
    for (number, expression) in expressions().iter().enumerate() {
        writeln!(rules, "      - record: panel:{number}\n        expr: {}", Value::from(expression.as_str()))
            .unwrap();
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), rules).unwrap();
    let done =
        Command::new("promtool").args(["check", "rules"]).arg(file.path()).output().expect("promtool runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&[done.stdout, done.stderr].concat()));
}

#[test]
fn the_dashboard_shows_every_metric_and_no_other() {
    let source = read("src/telemetry/metrics.rs");
    let known = quoted_words(&source).into_iter().filter(|word| word.starts_with("otpmint_"));
    // Named where their buckets are set.
    let known: BTreeSet<_> = known.map(str::to_owned).collect();
    let shown: BTreeSet<_> = expressions().iter().flat_map(|expression| metrics_of(expression)).collect();
    assert_eq!(shown, known);
}

#[test]
fn every_panel_has_a_name_a_unit_and_a_place_of_its_own() {
    let panels = panels();
    let mut taken = BTreeSet::new();
    let numbers: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert_eq!(numbers.len(), panels.len(), "two panels have the same id");
    for panel in &panels {
        let title = panel["title"].as_str().unwrap();
        assert!(!title.is_empty());
        let place = |name: &str| panel["gridPos"][name].as_u64().unwrap();
        assert!(place("x") + place("w") <= 24, "{title} is too wide");
        for x in place("x")..place("x") + place("w") {
            for y in place("y")..place("y") + place("h") {
                assert!(taken.insert((x, y)), "{title} lies on another panel");
            }
        }
        if panel["type"] != "row" {
            assert!(panel["fieldConfig"]["defaults"]["unit"].is_string(), "{title} has no unit");
            assert!(!panel["targets"].as_array().unwrap().is_empty(), "{title} shows nothing");
        }
    }
}
