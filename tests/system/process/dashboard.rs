//! The dashboard for Grafana asks for what servers really tell.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::app::App;
use super::backup::identity;
use crate::support::documents::dashboard::{expressions, labels_of, metrics_of};
use crate::support::lab::need;
use crate::support::postgres::server::Server as Postgres;
use crate::support::redis::Redis;
use crate::support::{client, eventually};

/// What a server over SQLite without Redis and TLS does not tell.
const ELSEWHERE: [&str; 5] = [
    "otpmint_shared_rates_seconds",
    "otpmint_shared_rates_up",
    "otpmint_store_read_wait_seconds",
    "otpmint_store_transaction_seconds",
    "otpmint_tls_certificate_expires_seconds",
];

/// The families of metrics on a page, with the labels of their samples.
fn told(page: &str) -> BTreeMap<String, BTreeSet<String>> {
    let types = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let mut told: BTreeMap<_, BTreeSet<_>> = types
        .filter_map(|rest| rest.split(' ').next())
        .map(|name| (name.to_owned(), BTreeSet::new()))
        .collect();
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, labels)) = line.split_once('{') else { continue };
        let family = metrics_of(name).pop().unwrap_or_default();
        let labels = labels
            .split("\",")
            .filter_map(|pair| pair.split('=').next())
            .map(|name| name.trim_matches(['}', ' ']));
        told.entry(family).or_default().extend(labels.filter(|name| !name.is_empty()).map(str::to_owned));
    }
    told
}

/// Has everything happen that a metric is about and that has no zero, and waits until `expected` is told.
#[track_caller]
fn tells(app: &App, expected: &BTreeSet<String>) -> BTreeMap<String, BTreeSet<String>> {
    app.challenge("jane@dashboard.example");
    for _ in 0..3 {
        let _ = app.mint("jane@dashboard.example").unwrap();
    }
    assert_eq!(client::get(&app.server.address(), "/livez").unwrap().status, 200);
    let missing = || -> Vec<String> {
        let told = told(&app.metrics());
        expected.iter().filter(|name| !told.contains_key(*name)).cloned().collect()
    };
    let come = eventually(Duration::from_secs(60), || missing().is_empty().then_some(()));
    assert!(come.is_some(), "{:?} are not told by\n{}", missing(), app.metrics());
    told(&app.metrics())
}

#[test]
fn what_the_dashboard_asks_for_is_told_by_servers() {
    let (Some(postgres), Some(redis)) = (need(Postgres::shared()), need(Redis::start(&[]))) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (_, recipient) = identity(folder.path());
    let backups = folder.path().display().to_string();
    let asked: BTreeSet<String> = expressions().iter().flat_map(|asked| metrics_of(asked)).collect();
    let usual = [
        ("LIMITS__ENABLED", "true"),
        ("BACKUP__FOLDER", backups.as_str()),
        ("BACKUP__RECIPIENTS", recipient.as_str()),
    ];
    let alone = App::start(&usual);
    let here = asked.iter().filter(|name| !ELSEWHERE.contains(&name.as_str())).cloned().collect();
    let mut labels = tells(&alone, &here);

    let (schema, redis_url) = (postgres.schema(), redis.url());
    let url = schema.url();
    let shared = App::start(
        &[&usual[..], &[("STORE__URL", url.as_str()), ("LIMITS__URL", redis_url.as_str())]].concat(),
    );
    // What is SQLite's alone was there before, and the servers of these tests have no certificate.
    let not_there = ["otpmint_wal_bytes", "otpmint_tls_certificate_expires_seconds"];
    let there = asked.iter().filter(|name| !not_there.contains(&name.as_str())).cloned().collect();
    for (name, more) in tells(&shared, &there) {
        labels.entry(name).or_default().extend(more);
    }
    for expression in expressions() {
        let named: Vec<_> =
            metrics_of(&expression).iter().filter_map(|name| labels.get(name)).flatten().collect();
        for label in labels_of(&expression) {
            assert!(named.contains(&&label), "no metric of {expression} has the label {label}");
        }
    }
}
