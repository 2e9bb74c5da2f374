//! How the channel reports the state of its servers.

use std::time::Duration;

use mail_catcher::{Fault, Stage};
use otpmint::delivery::Routing;
use otpmint::delivery::net::Trust;
use otpmint::domain::deliveries::delivery::DeliveryError::ConnectionFailed;
use otpmint::domain::deliveries::server_health::{Breaker, ServerHealth};
use otpmint::domain::id::TenantId;

use crate::delivery::support::{
    Clear, ManualClock, catcher, routing, routing_by, rule, send, sender, sender_to, short,
};

fn of(routing: &Routing, tenant: i64) -> ServerHealth {
    let found: Vec<_> = routing.health().into_iter().filter(|one| one.tenant == TenantId(tenant)).collect();
    assert_eq!(found.len(), 1);
    found[0].clone()
}

#[tokio::test]
async fn what_was_sent_is_told_for_each_account_with_the_session_that_is_kept() {
    let catcher = catcher(Vec::new()).await;
    let routing = routing(&catcher);
    assert_eq!(routing.health(), []);
    for _ in 0..2 {
        send(&routing, &sender(&catcher)).await;
    }
    let other = sender_to(2, catcher.address().port(), otpmint::domain::tenants::smtp::Security::StartTls);
    send(&routing, &other).await;
    let health = of(&routing, 1);
    assert_eq!(
        (health.seen.sent, health.seen.failed, health.seen.sending, health.idle_sessions),
        (2, 0, 0, 1)
    );
    assert_eq!((health.server_breaker, health.route_breaker), (Breaker::Closed, Breaker::Closed));
    assert!(health.seen.last_sent.is_some() && health.seen.last_failure.is_none());
    assert_eq!(of(&routing, 2).seen.sent, 1);
}

#[tokio::test]
async fn an_account_that_keeps_failing_is_told_to_be_left_alone_and_why() {
    let catcher = catcher(vec![Fault::Close(Stage::Mail).always()]).await;
    let clock = ManualClock::at_noon();
    let trust = Trust::with_authorities(catcher.ca_pem().as_bytes()).unwrap();
    let routing = routing_by(short(), rule(Clear::Nobody), trust, clock.clone());
    let sender = sender(&catcher);
    send(&routing, &sender).await;
    assert_eq!(of(&routing, 1).route_breaker, Breaker::Failing(1));
    for _ in 0..5 {
        send(&routing, &sender).await;
    }
    let health = of(&routing, 1);
    assert_eq!(health.route_breaker, Breaker::Open(Duration::from_secs(10)));
    assert_eq!(health.server_breaker, Breaker::Closed);
    // The sixth was not tried.
    assert_eq!((health.seen.sent, health.seen.failed), (0, 5));
    assert_eq!(health.seen.last_failure.map(|(_, reason)| reason), Some(ConnectionFailed));
    clock.pass(Duration::from_secs(3));
    assert_eq!(of(&routing, 1).route_breaker, Breaker::Open(Duration::from_secs(7)));
}
