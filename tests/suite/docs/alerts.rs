//! The rules for Prometheus: they are rules, fire when they should, and lead to what somebody should do.

use std::collections::BTreeSet;
use std::process::Command;

use crate::support::documents::markdown::Document;
use crate::support::documents::{quoted_words, read, root};
use crate::support::lab::{need, need_command};

const RULES: &str = "packaging/alerts.yaml";

#[test]
fn prometheus_takes_the_rules_and_they_fire_when_they_should() {
    let Some(()) = need(need_command("promtool")) else { return };
    for arguments in [["check", "rules", RULES], ["test", "rules", "tests/suite/docs/alerts.test.yaml"]] {
        let done =
            Command::new("promtool").args(arguments).current_dir(root()).output().expect("promtool runs");
        let said = [done.stdout, done.stderr].concat();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&said));
    }
}

#[test]
fn every_metric_of_a_rule_exists() {
    let (rules, source) = (read(RULES), read("src/telemetry/metrics.rs"));
    let known: BTreeSet<_> = quoted_words(&source).into_iter().collect();
    let words = rules.split(|c: char| !c.is_ascii_lowercase() && c != '_');
    let named: BTreeSet<_> = words.filter(|word| word.starts_with("otpmint_")).collect();
    assert!(named.len() >= 15, "{named:?}");
    let family = |name: &str| {
        ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).map(str::to_owned)
    };
    let exists = |name: &&&str| {
        known.contains(**name) || family(name).is_some_and(|name| known.contains(name.as_str()))
    };
    let missing: Vec<_> = named.iter().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "src/telemetry/metrics.rs lacks {missing:?}");
}

#[test]
fn every_rule_leads_to_what_to_do_and_is_in_the_operations_page() {
    let (rules, page) = (read(RULES), read("docs/operations.md"));
    let rules: Vec<_> = rules.split("- alert: ").skip(1).collect();
    for rule in &rules {
        let name = rule.lines().next().unwrap_or_default();
        let value = |key: &str| {
            rule.lines().find_map(|line| line.trim().strip_prefix(key)).unwrap_or_default().trim()
        };
        assert!(page.contains(&format!("| `{name}` |")), "docs/operations.md lacks {name}");
        assert!(!value("summary:").is_empty(), "{name} says nothing");
        assert!(["{severity: page}", "{severity: ticket}"].contains(&value("labels:")), "{name}");
        let (file, heading) = value("runbook:").split_once('#').expect("a heading of a document");
        let anchors = Document::read(&root().join(file)).anchors();
        assert!(anchors.iter().any(|anchor| anchor == heading), "{name}: {file} has no #{heading}");
    }
    let rows = page.lines().filter(|line| line.starts_with("| `OtpMint")).count();
    assert_eq!(rows, rules.len(), "docs/operations.md has alerts that do not exist");
}

#[test]
fn every_rule_is_seen_to_fire_and_to_keep_quiet() {
    let (rules, series) = (read(RULES), read("tests/suite/docs/alerts.test.yaml"));
    let cases: Vec<_> = series.split("alertname: ").skip(1).collect();
    let is_about = |case: &&&str, name: &str| case.split([',', '}', '\n']).next() == Some(name);
    for name in rules.split("- alert: ").skip(1).map(|rule| rule.lines().next().unwrap_or_default()) {
        let about: Vec<_> = cases.iter().filter(|case| is_about(case, name)).collect();
        assert!(about.iter().any(|case| case.contains("exp_labels")), "{name} never fires");
        // In YAML, the whole of another case.
        let is_quoted = series.contains(&format!("*quiet, alertname: {name}}}"));
        assert!(
            is_quoted || about.iter().any(|case| case.contains("exp_alerts: []")),
            "{name} is never quiet"
        );
    }
}
