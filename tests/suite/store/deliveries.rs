//! The outbox: every message has an owner until it is sent, has failed, or its challenge ends.

use otpmint::domain::challenges::challenge::ChallengeStatus;
use otpmint::domain::deliveries::delivery::DeliveryEnd::{Failed, Later, RetryAt, Sent};
use otpmint::domain::deliveries::delivery::{DeliveryError, DeliveryStatus, Room};
use otpmint::domain::deliveries::report::TriedRoute;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::route::RouteHandle;
use otpmint::domain::tenants::tenant::TenantStatus;
use otpmint::domain::time::Timestamp;

use crate::store::world::{JANE, MAX_ATTEMPTS, RIGHT, WRONG, World, at, deadline, limits, room};

async fn claim(world: &World, now: Timestamp, limit: usize) -> Vec<ChallengeId> {
    let claimed = world.store.claim_deliveries(now, room(limit)).await.unwrap();
    claimed.into_iter().map(|delivery| delivery.challenge).collect()
}

async fn delivery(
    world: &World,
    tenant: TenantId,
    id: ChallengeId,
) -> (DeliveryStatus, Option<DeliveryError>) {
    let challenge = world.find(tenant, id).await;
    (challenge.delivery.expect("a message"), challenge.delivery_error)
}

#[tokio::test]
async fn a_new_delivery_is_held_by_who_opened_the_challenge() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let open = world.challenge(tenant, JANE, at(0));
    let (id, payload) = (open.binding.challenge, open.payload.clone());
    world.store.issue(open.into()).await.unwrap();
    assert_eq!(claim(&world, deadline(), 10).await, []);
    let world = world.restart();
    assert_eq!(claim(&world, at(1), 10).await, [], "held until it is let go of");
    assert_eq!(world.store.release_deliveries(at(2)).await, Ok(1));
    let claimed = world.store.claim_deliveries(at(2), room(10)).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!((claimed[0].challenge, claimed[0].tenant, claimed[0].tries), (id, tenant, 0));
    assert_eq!((claimed[0].expires_at, claimed[0].purpose.as_str()), (deadline(), "login"));
    assert!(claimed[0].payload == payload);
    assert_eq!(claim(&world, deadline(), 10).await, [], "not claimed twice");
}

#[tokio::test]
async fn whose_places_are_taken_is_passed_over_and_tenants_take_turns() {
    let world = World::new();
    let (one, other) = (world.tenant(1).await, world.tenant(2).await);
    let mut ids = Vec::new();
    for tenant in [one, one, one, other] {
        let id = world.open(tenant, JANE, at(0)).await;
        world.store.settle_delivery(id, RetryAt(at(1), DeliveryError::TimedOut), None, at(0)).await.unwrap();
        ids.push(id);
    }
    let few = |held: usize, after| Room { free: 4, held: [(one, held)].into(), after, ..room(10) };
    let claim = |room| async {
        let claimed = world.store.claim_deliveries(at(2), room).await.unwrap();
        for delivery in &claimed {
            world.store.settle_delivery(delivery.challenge, Later(at(1)), None, at(2)).await.unwrap();
        }
        claimed.into_iter().map(|delivery| delivery.challenge).collect::<Vec<_>>()
    };
    assert_eq!(claim(few(5, TenantId(0))).await, [ids[3]], "it holds more than is free");
    assert_eq!(claim(few(2, TenantId(0))).await, [ids[0], ids[1], ids[3]], "its share and no more");
    assert_eq!(claim(few(0, one)).await, [ids[3]], "it had its turn");
    assert_eq!(claim(Room { limit: 2, ..few(0, TenantId(0)) }).await, [ids[0], ids[1]]);
    assert_eq!(claim(few(0, other)).await, []);
}

#[tokio::test]
async fn the_longest_waiting_is_claimed_first_and_no_more_than_asked_for() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let mut ids = Vec::new();
    for due in [30, 10, 20] {
        let id = world.open(tenant, JANE, at(0)).await;
        let end = RetryAt(at(due), DeliveryError::TimedOut);
        world.store.settle_delivery(id, end, None, at(1)).await.unwrap();
        ids.push(id);
    }
    assert_eq!(claim(&world, at(40), 2).await, [ids[1], ids[2]]);
    assert_eq!(claim(&world, at(40), 2).await, [ids[0]]);
    assert_eq!(claim(&world, at(40), 2).await, []);
}

#[tokio::test]
async fn a_retry_is_due_at_the_exact_millisecond_and_counts_its_tries() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let end = RetryAt(at(5_000), DeliveryError::ConnectionFailed);
    world.store.settle_delivery(id, end, None, at(1)).await.unwrap();
    let later = world.open(tenant, JANE, at(0)).await;
    let end = RetryAt(at(5_001), DeliveryError::ConnectionFailed);
    world.store.settle_delivery(later, end, None, at(1)).await.unwrap();
    let queued = (DeliveryStatus::Queued, Some(DeliveryError::ConnectionFailed));
    assert_eq!(delivery(&world, tenant, id).await, queued);
    assert_eq!(claim(&world, at(4_999), 10).await, []);
    let claimed = world.store.claim_deliveries(at(5_000), room(10)).await.unwrap();
    assert_eq!((claimed.len(), claimed[0].challenge, claimed[0].tries), (1, id, 1));
    assert_eq!(claim(&world, at(5_001), 10).await, [later]);
}

#[tokio::test]
async fn a_sent_message_leaves_the_outbox_and_its_old_error() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let end = RetryAt(at(5), DeliveryError::TimedOut);
    world.store.settle_delivery(id, end, None, at(1)).await.unwrap();
    assert_eq!(claim(&world, at(5), 1).await, [id]);
    world.store.settle_delivery(id, Sent, None, at(6)).await.unwrap();
    assert_eq!(delivery(&world, tenant, id).await, (DeliveryStatus::Sent, None));
    assert_eq!(world.find(tenant, id).await.delivery_at, Some(at(6)));
    assert_eq!(world.store.release_deliveries(at(7)).await, Ok(0));
    assert_eq!(world.status(tenant, id).await, ChallengeStatus::Pending);
}

#[tokio::test]
async fn a_failed_message_is_given_back_to_its_recipients_budget() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    let limits = limits(&["1/10m"], "20/24h", 100);
    let id = world.open_within(&limits, jane, at(0)).await.unwrap();
    let end = Failed(DeliveryError::AuthenticationFailed);
    world.store.settle_delivery(id, end, None, at(1)).await.unwrap();
    let failed = (DeliveryStatus::Failed, Some(DeliveryError::AuthenticationFailed));
    assert_eq!(delivery(&world, jane.0, id).await, failed);
    world.store.settle_delivery(id, end, None, at(1)).await.unwrap();
    world.open_within(&limits, jane, at(2)).await.unwrap();
    world.open_within(&limits, jane, at(3)).await.expect_err("given back once");
}

#[tokio::test]
async fn settling_what_has_ended_changes_nothing_unless_it_was_sent() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    world.store.cancel_challenge(tenant, id, Actor::default(), at(1)).await.unwrap();
    let before = world.find(tenant, id).await;
    let events = world.events(tenant).await;
    for end in [Failed(DeliveryError::TimedOut), RetryAt(at(3), DeliveryError::TimedOut)] {
        world.store.settle_delivery(id, end, None, at(2)).await.unwrap();
        assert_eq!(world.find(tenant, id).await, before);
    }
    assert_eq!(claim(&world, deadline(), 10).await, []);
    assert_eq!(world.events(tenant).await, events);
    world.store.settle_delivery(id, Sent, None, at(4)).await.unwrap();
    assert_eq!(delivery(&world, tenant, id).await, (DeliveryStatus::Sent, None));
    assert_eq!(world.status(tenant, id).await, ChallengeStatus::Canceled);
}

#[tokio::test]
async fn an_expired_message_is_failed_by_the_sweep() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    world.sweep(deadline(), crate::store::world::KEEP).await.unwrap();
    let expired = (DeliveryStatus::Failed, Some(DeliveryError::Expired));
    assert_eq!(delivery(&world, tenant, id).await, expired);
    assert_eq!(world.store.release_deliveries(deadline()).await, Ok(0));
}

#[tokio::test]
async fn what_is_given_back_is_the_message_that_failed_and_not_a_later_one() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    let limits = limits(&["2/10m"], "20/24h", 100);
    let slow = world.open_within(&limits, jane, at(0)).await.unwrap();
    world.open_within(&limits, jane, at(599_000)).await.unwrap();
    let end = Failed(DeliveryError::RecipientRefused);
    world.store.settle_delivery(slow, end, None, at(599_500)).await.unwrap();
    world.open_within(&limits, jane, at(600_000)).await.unwrap();
    world.open_within(&limits, jane, at(600_001)).await.expect_err("two within two seconds were sent");
}

#[tokio::test]
async fn no_delivery_stays_queued_when_its_challenge_has_ended() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (verified, exhausted) =
        (world.open(tenant, JANE, at(0)).await, world.open(tenant, JANE, at(0)).await);
    world.attempt(verified, RIGHT, at(1)).await;
    for _ in 0..MAX_ATTEMPTS {
        world.attempt(exhausted, WRONG, at(1)).await;
    }
    let world = world.restart();
    assert_eq!(world.store.release_deliveries(at(2)).await, Ok(0));
    for id in [verified, exhausted] {
        let ended = (DeliveryStatus::Failed, Some(DeliveryError::Canceled));
        assert_eq!(delivery(&world, tenant, id).await, ended);
    }
}

#[tokio::test]
async fn nothing_is_claimed_for_a_disabled_tenant() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let held = world.open(tenant, JANE, at(0)).await;
    let free = world.open(other, JANE, at(0)).await;
    world.store.release_deliveries(at(1)).await.unwrap();
    world.store.set_tenant_status(tenant, TenantStatus::Disabled, Actor::default(), at(2)).await.unwrap();
    assert_eq!(claim(&world, at(3), 10).await, [free]);
    world.store.set_tenant_status(tenant, TenantStatus::Active, Actor::default(), at(4)).await.unwrap();
    assert_eq!(claim(&world, at(5), 10).await, [held]);
}

async fn unconfirmed(world: &World, now: Timestamp) -> Vec<u32> {
    let claimed = world.store.claim_deliveries(now, room(10)).await.unwrap();
    claimed.into_iter().map(|found| found.unconfirmed).collect()
}

#[tokio::test]
async fn a_message_that_may_have_left_stays_marked_over_tries_and_restarts() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let route = RouteHandle::parse("twilio_aaaaaaaaaaaaaaaa").unwrap();
    let tried = |is_unconfirmed| {
        Some(TriedRoute { route: route.clone(), reply: None, word: None, id: None, is_unconfirmed })
    };
    let again = |millis| RetryAt(at(millis), DeliveryError::TimedOut);
    world.store.settle_delivery(id, again(10), tried(false), at(1)).await.unwrap();
    assert_eq!(unconfirmed(&world, at(10)).await, [0]);
    world.store.settle_delivery(id, again(20), tried(true), at(11)).await.unwrap();
    assert_eq!(unconfirmed(&world, at(20)).await, [1]);
    // Nobody knows what became of the try that a crash cut off.
    let world = world.restart();
    assert_eq!(world.store.release_deliveries(at(21)).await, Ok(1));
    assert_eq!(unconfirmed(&world, at(21)).await, [2]);
    world.store.settle_delivery(id, Later(at(30)), None, at(22)).await.unwrap();
    let world = world.restart();
    assert_eq!(world.store.release_deliveries(at(30)).await, Ok(0));
    assert_eq!(unconfirmed(&world, at(30)).await, [2], "what waits is not under way");
}

#[tokio::test]
async fn a_message_that_may_have_left_counts_against_its_recipient_although_it_failed() {
    for (is_unconfirmed, refused) in [(false, false), (true, true)] {
        let world = World::new();
        let tenant = world.tenant(1).await;
        let route = RouteHandle::parse("twilio_aaaaaaaaaaaaaaaa").unwrap();
        let limits = limits(&["1/10m"], "20/24h", 100);
        let id = world.open_within(&limits, (tenant, JANE), at(0)).await.unwrap();
        let tried = Some(TriedRoute { route, reply: None, word: None, id: None, is_unconfirmed });
        let failed = Failed(DeliveryError::Unconfirmed);
        world.store.settle_delivery(id, failed, tried, at(1)).await.unwrap();
        let next = world.open_within(&limits, (tenant, JANE), at(500)).await;
        assert_eq!(next.is_err(), refused, "{is_unconfirmed}");
    }
}

#[tokio::test]
async fn the_message_that_is_due_the_longest_is_known_until_it_is_claimed() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    assert_eq!(world.store.longest_due().await, Ok(None));
    for due in [7, 5] {
        let id = world.open(tenant, JANE, at(0)).await;
        let again = RetryAt(at(due), DeliveryError::TimedOut);
        world.store.settle_delivery(id, again, None, at(0)).await.unwrap();
    }
    assert_eq!(world.store.longest_due().await, Ok(Some(at(5))));
    assert_eq!(claim(&world, at(8), 10).await.len(), 2);
    assert_eq!(world.store.longest_due().await, Ok(None));
}
