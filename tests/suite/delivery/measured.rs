//! The metrics, and that no label identifies tenants or recipients.

use std::sync::Arc;
use std::time::Duration;

use mail_catcher::Fault;
use metrics_exporter_prometheus::PrometheusBuilder;
use otpmint::delivery::outbox::{Outbox, OutboxSettings};
use otpmint::domain::deliveries::delivery::{DeliveryEnd, TryOutcome};
use otpmint::domain::id::TenantId;
use otpmint::domain::tenants::smtp::Security::StartTls;

use crate::delivery::support::{
    ManualClock, MemoryLedger, NoEntropy, catcher, job, message, route, routing, send, sender, sender_with,
    to_host, until,
};

#[tokio::test]
async fn going_on_to_the_next_account_is_measured() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let catcher = catcher(Vec::new()).await;
    let port = catcher.address().port();
    let broken = to_host(route(2, port, StartTls), "192.168.77.77");
    let sender = sender_with(1, vec![broken, route(3, port, StartTls)]);
    assert_eq!(send(&routing(&catcher), &sender).await, TryOutcome::Accepted);
    let measured = recorder.handle().render();
    assert!(measured.contains("otpmint_delivery_failovers_total 1"), "{measured}");
    assert!(!measured.contains("smtp_"), "{measured}");
}

#[tokio::test]
async fn tries_ends_time_and_depth_are_measured() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let catcher = catcher(vec![Fault::RecipientRefused("joe".to_owned(), 550).always()]).await;
    let clock = ManualClock::at_noon();
    let ledger = Arc::new(MemoryLedger::default());
    let routing = Arc::new(routing(&catcher));
    let outbox = Outbox::new(OutboxSettings::default(), routing, ledger.clone(), clock, Arc::new(NoEntropy));
    let mut refused = job(&sender(&catcher), 2);
    refused.message = message("joe@example.com");
    for job in [job(&sender(&catcher), 1), refused] {
        let watch = outbox.reserve(TenantId(1)).unwrap().dispatch(job);
        assert!(matches!(watch.end().await, Some(DeliveryEnd::Sent | DeliveryEnd::Failed(_))));
    }
    until("both are recorded", || outbox.queue_depth() == 0).await;
    assert_eq!(outbox.drain(Duration::from_secs(1)).await, 0);
    let measured = recorder.handle().render();
    for line in [
        "otpmint_deliveries_total{channel=\"email\",outcome=\"sent\"} 1",
        "otpmint_deliveries_total{channel=\"email\",outcome=\"failed\"} 1",
        "otpmint_delivery_tries_total{outcome=\"accepted\"} 1",
        "otpmint_delivery_tries_total{outcome=\"recipient_refused\"} 1",
        "otpmint_delivery_queue_depth 0",
        "otpmint_delivery_seconds_count 1",
    ] {
        assert!(measured.contains(line), "{line} in {measured}");
    }
    assert!(!measured.contains("example") && !measured.contains("tenant"), "{measured}");
}
