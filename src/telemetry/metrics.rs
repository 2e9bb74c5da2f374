//! Metrics: how they leave the process.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::zeros;

/// Seconds, for requests and deliveries: from a fast lookup to a mail server that takes its time.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

/// Operations in one commit.
const GROUP: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// Starts to collect metrics; the handle renders them.
pub fn metrics() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Full("otpmint_commit_group_size".to_owned()), &GROUP)?
        .install_recorder()?;
    describe();
    zeros::begin();
    Ok(handle)
}

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_counter!("otpmint_http_requests_total", "Requests by route and status.");
    describe_histogram!("otpmint_http_request_seconds", "Time to answer, by route.");
    describe_counter!("otpmint_mints_total", "Challenges opened.");
    describe_counter!("otpmint_relayed_total", "Messages with codes of other systems.");
    describe_counter!("otpmint_verifications_total", "Answers by outcome.");
    describe_counter!("otpmint_limited_total", "Requests refused with 429, by limit.");
    describe_counter!("otpmint_deliveries_total", "Deliveries that ended, by channel and outcome.");
    describe_counter!("otpmint_delivery_tries_total", "Tries at delivering, by outcome.");
    describe_counter!("otpmint_delivery_failovers_total", "Tries that went on to a tenant's next account.");
    describe_histogram!("otpmint_delivery_seconds", "Time from the queue to acceptance.");
    describe_gauge!("otpmint_delivery_queue_depth", "Messages that wait or are being sent.");
    describe_counter!("otpmint_webhooks_total", "Tries at telling webhooks, by outcome.");
    describe_gauge!("otpmint_webhooks_waiting", "Events that webhooks are still to be told.");
    describe_counter!("otpmint_commits_total", "Transactions committed.");
    describe_histogram!("otpmint_commit_group_size", "Operations in one transaction.");
    describe_counter!("otpmint_store_retries_total", "Transactions that run again after a conflict.");
    describe_counter!("otpmint_store_in_doubt_total", "Lost COMMITs, by what was found out about them.");
    describe_histogram!("otpmint_store_transaction_seconds", "Transactions, with what the standby takes.");
    describe_histogram!("otpmint_store_read_wait_seconds", "Time until a connection was free to read.");
    describe_gauge!("otpmint_store_up", "1 while what is written is recorded.");
    describe_counter!("otpmint_overloaded_total", "Requests refused because too many waited for the store.");
    describe_gauge!("otpmint_store_waiting", "Requests that wait for the store.");
    describe_gauge!("otpmint_outbox_overdue_seconds", "How long the longest due message has waited.");
    describe_gauge!("otpmint_wal_bytes", "Size of the write-ahead log of the database.");
    describe_gauge!("otpmint_clock_ahead_seconds", "How far the server's time is ahead of the machine's.");
    describe_counter!("otpmint_fallbacks_total", "Codes that followed over the next channel.");
    describe_counter!(
        "otpmint_phone_rules_total",
        "Messages that a rule against toll fraud matched, by rule."
    );
    describe_counter!("otpmint_phone_alarms_total", "Alarms about budgets and conversion of phone numbers.");
    describe_counter!("otpmint_spray_suspected_total", "Suspicions of guesses at many recipients, by level.");
    describe_gauge!("otpmint_shared_rates_up", "1 while request rates are counted over all nodes, in Redis.");
    describe_counter!("otpmint_shared_rates_total", "Questions to Redis about request rates, by outcome.");
    describe_histogram!("otpmint_shared_rates_seconds", "Time until Redis answered about a request rate.");
    describe_gauge!("otpmint_nodes", "Live servers that share the database, this one included.");
    describe_gauge!("otpmint_node_lease_age_seconds", "Time since this server last renewed its lease.");
    describe_gauge!("otpmint_node_clock_skew_seconds", "How far its clock is ahead of the database's.");
    describe_gauge!("otpmint_node_keeps_house", "1 on the server that erases and deletes for all.");
    describe_counter!("otpmint_backups_total", "Backups that the server took by itself, by outcome.");
    describe_gauge!("otpmint_backup_overdue_seconds", "How long the next of these backups has been due.");
    describe_counter!("otpmint_connections_refused_total", "Connections of addresses that held too many.");
    describe_counter!("otpmint_tls_handshakes_total", "TLS handshakes, by outcome.");
    describe_counter!(
        "otpmint_tls_orders_total",
        "Certificates that were ordered from the authority, by outcome."
    );
    describe_gauge!("otpmint_tls_certificate_expires_seconds", "When the certificate expires, since 1970.");
    describe_counter!("otpmint_challenges_expired_total", "Challenges whose time ran out.");
    describe_counter!("otpmint_trace_spans_total", "Spans of traces that ended, by what became of them.");
}
