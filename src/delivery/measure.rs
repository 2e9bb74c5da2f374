//! Metrics. No label identifies tenants or recipients.

use std::time::Duration;

use metrics::{counter, gauge, histogram};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, TryOutcome};

/// Counts one try, by its outcome.
pub(super) fn tried(outcome: TryOutcome) {
    if matches!(outcome, TryOutcome::NotYet(_)) {
        return;
    }
    let outcome = outcome.failure().map_or("accepted", DeliveryError::as_str);
    counter!("otpmint_delivery_tries_total", "outcome" => outcome).increment(1);
}

/// Counts a try that continued with a tenant's next route.
pub(super) fn failed_over() {
    counter!("otpmint_delivery_failovers_total").increment(1);
}

/// Counts a delivery that ended, by its outcome, and records how long it took since the code was
/// minted or sent again.
pub(super) fn ended(channel: ChannelKind, end: DeliveryEnd, took: Duration) {
    let outcome = match end {
        DeliveryEnd::Sent => "sent",
        DeliveryEnd::Failed(_) => "failed",
        DeliveryEnd::RetryAt(..) | DeliveryEnd::Later(_) => return,
    };
    counter!("otpmint_deliveries_total", "channel" => channel.as_str(), "outcome" => outcome).increment(1);
    if end == DeliveryEnd::Sent {
        histogram!("otpmint_delivery_seconds").record(took.as_secs_f64());
    }
}

/// Records how many places of the queue are taken.
pub(super) fn depth(held: usize) {
    // Far below 2^52, where the conversion would begin to round.
    gauge!("otpmint_delivery_queue_depth").set(held as f64);
}
