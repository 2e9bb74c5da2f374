//! The audit trail: one row per event, with the recipient masked.

use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::tenant::TenantStatus;
use otpmint::store::Attempt;

use crate::store::world::{JANE, JOE, MAX_ATTEMPTS, RIGHT, WRONG, World, at, attempt, limits, seconds};

#[tokio::test]
async fn every_event_is_written_down() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let key = world.rotation(tenant, 2, seconds(1));
    world.store.rotate_key(key, at(1)).await.unwrap();
    world.store.set_tenant_status(tenant, TenantStatus::Disabled, Actor::default(), at(2)).await.unwrap();
    world.store.set_tenant_status(tenant, TenantStatus::Active, Actor::default(), at(3)).await.unwrap();
    let verified = world.open(tenant, JANE, at(4)).await;
    world.attempt(verified, RIGHT, at(5)).await;
    let canceled = world.open(tenant, JANE, at(6)).await;
    world.store.cancel_challenge(tenant, canceled, Actor::default(), at(7)).await.unwrap();
    let failed = world.open(tenant, JANE, at(8)).await;
    let end = DeliveryEnd::Failed(DeliveryError::HostNotFound);
    world.store.settle_delivery(failed, end, None, at(9)).await.unwrap();
    let expected = [
        "tenant_registered",
        "key_rotated",
        "key_added",
        "tenant_disabled",
        "tenant_enabled",
        "minted",
        "verified",
        "minted",
        "canceled",
        "minted",
        "delivery_failed",
    ];
    assert_eq!(world.events(tenant).await, expected);
}

#[tokio::test]
async fn wrong_answers_exhaustion_and_lockout_are_written_down() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JOE, at(0)).await;
    let limits = limits(&["1000/24h"], "1000/24h", u32::from(MAX_ATTEMPTS));
    for millis in 1..=i64::from(MAX_ATTEMPTS) {
        let wrong = attempt(id, WRONG, at(millis));
        world.decide(Attempt { limits: limits.clone(), ..wrong }).await;
    }
    let expected = [
        "tenant_registered",
        "minted",
        "mismatched",
        "mismatched",
        "mismatched",
        "mismatched",
        "exhausted",
        "locked_out",
    ];
    assert_eq!(world.events(tenant).await, expected);
}

#[tokio::test]
async fn a_row_tells_when_what_and_whose_with_the_recipient_masked() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(10)).await;
    world.attempt(id, RIGHT, at(20)).await;
    let rows = world.store.audit(Some(tenant), 2).await.unwrap();
    let [verified, minted] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((minted.at, verified.at), (at(10), at(20)));
    assert_eq!((minted.event.as_str(), verified.event.as_str()), ("minted", "verified"));
    for (row, client_ip) in [(minted, "192.0.2.7"), (verified, "198.51.100.4")] {
        assert_eq!((row.tenant, row.challenge), (Some(tenant), Some(id)));
        assert_eq!(row.recipient.as_deref(), Some("j***@e***.com"));
        assert_eq!(row.client_ip, client_ip.parse().ok());
    }
}

#[tokio::test]
async fn a_tenants_rows_are_its_own_newest_first_and_no_more_than_asked_for() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    for millis in 1..=3 {
        world.open(tenant, JANE, at(millis)).await;
        world.open(other, JANE, at(millis)).await;
    }
    let moments = |rows: Vec<otpmint::domain::reports::audit::AuditRow>| {
        rows.into_iter().map(|row| (row.at, row.tenant)).collect::<Vec<_>>()
    };
    let own = moments(world.store.audit(Some(tenant), 2).await.unwrap());
    assert_eq!(own, [(at(3), Some(tenant)), (at(2), Some(tenant))]);
    let all = moments(world.store.audit(None, 3).await.unwrap());
    assert_eq!(all, [(at(3), Some(other)), (at(3), Some(tenant)), (at(2), Some(other))]);
}
