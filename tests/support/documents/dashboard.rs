//! The dashboard for Grafana.

use serde_json::Value;

use super::read;

/// Its panels.
pub fn panels() -> Vec<Value> {
    let dashboard: Value = serde_json::from_str(&read("packaging/grafana.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels").clone();
    assert!(panels.len() > 20, "{}", panels.len());
    panels
}

/// What it asks Prometheus, with values for Grafana's variables.
pub fn expressions() -> Vec<String> {
    let panels = panels();
    let targets = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    let asked = targets.map(|target| target["expr"].as_str().expect("an expression"));
    let values = [("$__rate_interval", "5m"), ("$job", "otpmint"), ("$instance", ".*")];
    asked
        .map(|text| values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value)))
        .collect()
}

/// The metrics that an expression names.
pub fn metrics_of(expression: &str) -> Vec<String> {
    let words = expression.split(|c: char| !c.is_ascii_lowercase() && c != '_');
    let named = words.filter(|word| word.starts_with("otpmint_"));
    let family = |name: &str| {
        ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned()
    };
    named.map(family).collect()
}

/// The labels that an expression names, without those that Prometheus adds and `le`.
pub fn labels_of(expression: &str) -> Vec<String> {
    let grouped = expression.split(" by (").skip(1).map(|rest| rest.split(')').next().unwrap_or_default());
    let grouped = grouped.flat_map(|list| list.split(',')).map(str::trim);
    let selected = expression.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
    let selected = selected
        .flat_map(|list| list.split(','))
        .filter_map(|pair| pair.split(['=', '!']).next())
        .map(str::trim);
    let added = ["job", "instance", "le"];
    grouped.chain(selected).filter(|label| !added.contains(label)).map(str::to_owned).collect()
}
