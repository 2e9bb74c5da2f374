//! Counters that begin at zero. One that appears with its first event has, for Prometheus, not increased by it, so
//! that an alert about it would miss that event.

use metrics::counter;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::phone::fraud::rule::FraudRule;

/// Counters without labels.
const PLAIN: [&str; 8] = [
    "otpmint_mints_total",
    "otpmint_relayed_total",
    "otpmint_delivery_failovers_total",
    "otpmint_fallbacks_total",
    "otpmint_overloaded_total",
    "otpmint_connections_refused_total",
    "otpmint_store_retries_total",
    "otpmint_challenges_expired_total",
];

/// Counters with one label: its name and its values.
const LABELLED: [(&str, &str, &[&str]); 10] = [
    (
        "otpmint_verifications_total",
        "outcome",
        &[
            "verified",
            "mismatched",
            "exhausted",
            "ended",
            "unknown",
            "limited",
            "no_recipient",
            "repeated",
            "undecided",
        ],
    ),
    ("otpmint_phone_alarms_total", "alarm", &["budget", "server_budget", "conversion"]),
    ("otpmint_spray_suspected_total", "level", &["suspicious", "under_attack"]),
    ("otpmint_webhooks_total", "outcome", &["sent", "retried", "failed", "dropped"]),
    ("otpmint_store_in_doubt_total", "outcome", &["committed", "not_committed", "taken_over", "unknown"]),
    ("otpmint_backups_total", "outcome", &["taken", "failed"]),
    ("otpmint_shared_rates_total", "outcome", &["passed", "refused", "failed"]),
    ("otpmint_tls_handshakes_total", "outcome", &["made", "failed"]),
    ("otpmint_tls_orders_total", "outcome", &["issued", "failed"]),
    ("otpmint_trace_spans_total", "outcome", &["sent", "failed", "dropped"]),
];

/// Lets all of them begin.
pub(super) fn begin() {
    for name in PLAIN {
        counter!(name).increment(0);
    }
    for (name, label, values) in LABELLED {
        for value in values {
            counter!(name, label => *value).increment(0);
        }
    }
    for channel in ChannelKind::media() {
        for outcome in ["sent", "failed"] {
            counter!("otpmint_deliveries_total", "channel" => channel.as_str(), "outcome" => outcome)
                .increment(0);
        }
    }
    let tries = ["accepted"].into_iter().chain(DeliveryError::ALL.map(DeliveryError::as_str));
    for outcome in tries {
        counter!("otpmint_delivery_tries_total", "outcome" => outcome).increment(0);
    }
    for rule in FraudRule::ALL {
        for outcome in ["refused", "recorded"] {
            let rule = rule.as_str();
            counter!("otpmint_phone_rules_total", "rule" => rule, "outcome" => outcome).increment(0);
        }
    }
}
