//! Webhooks: events are queued with what happened, and each endpoint has its own queue.

use std::time::Duration;

use otpmint::domain::deliveries::delivery::DeliveryEnd;
use otpmint::domain::id::TenantId;
use otpmint::domain::outbound_url::OutboundUrl;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::Sealed;
use otpmint::domain::tenants::tenant::TenantStatus;
use otpmint::domain::time::Timestamp;
use otpmint::domain::webhooks::event::EventId;
use otpmint::domain::webhooks::event::{EventKind, EventKinds};
use otpmint::domain::webhooks::webhook::{
    DisabledFor, MAX_WAITING, Webhook, WebhookDeliveryStatus, WebhookHandle, WebhookId, WebhookResponse,
    WebhookTry,
};
use otpmint::store::{
    ClaimedWebhook, EventQueued, OpenChallenge, TestKeyAdded, WebhookChange, WebhookDeliveryPage,
};

use crate::store::world::{JANE, JOE, KEEP, RIGHT, WRONG, World, at, deadline, seconds};

const ALL: WebhookDeliveryPage = WebhookDeliveryPage { status: None, before: None, limit: 100 };

pub fn handle(number: u8) -> WebhookHandle {
    let letter = char::from(b'a' + number);
    WebhookHandle::parse(&format!("whk_{}", letter.to_string().repeat(16))).unwrap()
}

pub fn new(tenant: TenantId, number: u8, events: EventKinds) -> Webhook {
    Webhook {
        id: WebhookId(i64::from(number) + 1),
        handle: handle(number),
        tenant,
        url: OutboundUrl::kept("https://hooks.example.com/").unwrap(),
        description: String::new(),
        events,
        enabled: true,
        disabled_for: None,
        secrets: Sealed(vec![number; 40]),
        created_at: at(0),
        waiting: 0,
        failing_since: None,
        revision: 0,
    }
}

/// A world with a tenant and its endpoint.
pub async fn told_world() -> (World, TenantId) {
    told_in(World::new()).await
}

/// The same with a world that is there.
pub async fn told_in(world: World) -> (World, TenantId) {
    let tenant = world.tenant(1).await;
    assert!(world.store.add_webhook(new(tenant, 0, EventKinds::all()), Actor::default()).await.unwrap());
    (world, tenant)
}

async fn kinds(world: &World, tenant: TenantId) -> Vec<&'static str> {
    let rows = world.store.webhook_deliveries(tenant, handle(0), ALL).await.unwrap().unwrap();
    rows.into_iter().rev().map(|row| row.kind.as_str()).collect()
}

pub async fn claim(world: &World, now: Timestamp) -> Vec<ClaimedWebhook> {
    world.store.claim_webhooks(now, 10, 8).await.unwrap()
}

fn tried(event: EventId, status: u16, again_at: Option<Timestamp>) -> Vec<WebhookTry> {
    vec![WebhookTry { event, response: WebhookResponse::Status(status), again_at }]
}

#[tokio::test]
async fn what_happens_is_queued_once_and_in_order() {
    let (world, tenant) = told_world().await;
    let id = world.open(tenant, JANE, at(0)).await;
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(1)).await.unwrap();
    for _ in 0..6 {
        world.attempt(id, WRONG, at(2)).await;
    }
    let other = world.open(tenant, JOE, at(3)).await;
    world.attempt(other, RIGHT, at(4)).await;
    world.attempt(other, RIGHT, at(5)).await;
    world.open(tenant, JOE, at(6)).await;
    world.sweep(deadline() + seconds(1), KEEP).await.unwrap();
    world.sweep(deadline() + seconds(2), KEEP).await.unwrap();
    let expected = [
        "delivery.sent",
        "challenge.exhausted",
        "challenge.verified",
        "challenge.expired",
        "delivery.failed",
    ];
    assert_eq!(kinds(&world, tenant).await, expected);
    let claimed = claim(&world, deadline() + seconds(2)).await;
    let snapshots = claimed[0].deliveries.iter();
    let snapshots = snapshots.map(|told| told.challenge.zip(told.snapshot.as_deref()).unwrap());
    let snapshots: Vec<_> = snapshots.collect();
    assert!(snapshots[0].0 == id && snapshots[0].1.contains(r#""status":"pending""#), "{snapshots:?}");
    assert!(snapshots[1].1.contains(r#""attempts_remaining":0"#), "{snapshots:?}");
    assert!(snapshots[4].1.contains(r#""delivery":{"status":"failed""#), "{snapshots:?}");
}

#[tokio::test]
async fn a_tenant_without_an_endpoint_that_wants_it_queues_nothing() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let only_sent: EventKinds = [EventKind::DeliverySent].into_iter().collect();
    world.store.add_webhook(new(tenant, 0, only_sent), Actor::default()).await.unwrap();
    world.store.add_webhook(new(tenant, 1, EventKinds::all()), Actor::default()).await.unwrap();
    let off = WebhookChange {
        by: Actor::default(),
        tenant,
        handle: handle(1),
        url: None,
        description: None,
        events: None,
        enabled: Some(false),
    };
    assert!(!world.store.change_webhook(off, at(0)).await.unwrap().unwrap().enabled);
    for owner in [tenant, other] {
        let id = world.open(owner, JANE, at(0)).await;
        world.attempt(id, RIGHT, at(1)).await;
    }
    assert!(claim(&world, deadline()).await.is_empty());
}

#[tokio::test]
async fn an_endpoint_is_held_until_it_is_settled_or_the_process_ends() {
    let (world, tenant) = told_world().await;
    let EventQueued::Queued(event) = world.store.ping_webhook(tenant, handle(0), at(0)).await.unwrap() else {
        panic!("an enabled endpoint takes a ping")
    };
    assert_eq!(claim(&world, at(0)).await.len(), 1);
    assert!(claim(&world, at(1)).await.is_empty());
    let world = world.restart();
    assert!(claim(&world, at(2)).await.is_empty());
    assert_eq!(world.store.release_webhooks().await.unwrap(), 1);
    assert_eq!(claim(&world, at(3)).await[0].deliveries[0].event, event);
    let again_at = at(3) + seconds(5);
    world.store.settle_webhook(WebhookId(1), tried(event, 500, Some(again_at)), at(3)).await.unwrap();
    assert!(claim(&world, again_at - Duration::from_millis(1)).await.is_empty());
    assert_eq!(claim(&world, again_at).await[0].deliveries[0].tries, 1);
    world.store.settle_webhook(WebhookId(1), tried(event, 204, None), again_at).await.unwrap();
    let row = &world.store.webhook_deliveries(tenant, handle(0), ALL).await.unwrap().unwrap()[0];
    assert_eq!((row.status, row.tries, row.last_status), (WebhookDeliveryStatus::Sent, 2, Some(204)));
    assert_eq!(world.store.webhook(tenant, handle(0)).await.unwrap().unwrap().waiting, 0);
}

#[tokio::test]
async fn an_endpoint_that_fails_is_left_alone_for_a_while_whatever_else_it_is_to_be_told() {
    let (world, tenant) = told_world().await;
    for _ in 0..20 {
        world.store.ping_webhook(tenant, handle(0), at(0)).await.unwrap();
    }
    let claimed = claim(&world, at(0)).await;
    assert_eq!(claimed[0].deliveries.len(), 8);
    let failed =
        |delivery: &otpmint::store::ClaimedWebhookDelivery| tried(delivery.event, 500, Some(at(3_600_000)));
    let all = claimed[0].deliveries.iter().flat_map(failed).collect();
    world.store.settle_webhook(WebhookId(1), all, at(0)).await.unwrap();
    let id = world.open(tenant, JANE, at(1)).await;
    world.attempt(id, RIGHT, at(2)).await;
    assert!(claim(&world, at(4_999)).await.is_empty());
    let claimed = claim(&world, at(5_000)).await;
    let first = claimed[0].deliveries[0].event;
    world.store.settle_webhook(WebhookId(1), tried(first, 200, None), at(5_001)).await.unwrap();
    assert_eq!(claim(&world, at(5_001)).await.len(), 1, "one success, and all the rest at once");
}

#[tokio::test]
async fn a_disabled_tenant_takes_the_webhooks_of_its_sandbox_along() {
    let world = World::new();
    let live = world.tenant(1).await;
    let added = world.store.add_test_key(world.test_key(live, 2), at(0)).await.unwrap();
    let TestKeyAdded::Added(sandbox) = added else { panic!("{added:?}") };
    world.store.add_webhook(new(sandbox.id, 0, EventKinds::all()), Actor::default()).await.unwrap();
    world.store.ping_webhook(sandbox.id, handle(0), at(0)).await.unwrap();
    world.store.set_tenant_status(live, TenantStatus::Disabled, Actor::default(), at(1)).await.unwrap();
    assert!(claim(&world, at(1)).await.is_empty());
    world.store.set_tenant_status(live, TenantStatus::Active, Actor::default(), at(2)).await.unwrap();
    assert_eq!(claim(&world, at(2)).await.len(), 1);
}

#[tokio::test]
async fn gone_disables_and_ends_the_queue_and_what_is_settled_late_changes_nothing() {
    let (world, tenant) = told_world().await;
    for _ in 0..3 {
        world.store.ping_webhook(tenant, handle(0), at(0)).await.unwrap();
    }
    let claimed = claim(&world, at(0)).await;
    let (first, second) = (claimed[0].deliveries[0].event, claimed[0].deliveries[1].event);
    let settle =
        |event, status, now| world.store.settle_webhook(WebhookId(1), tried(event, status, None), now);
    assert_eq!(settle(first, 410, at(1)).await.unwrap(), Some(DisabledFor::Gone));
    assert_eq!(settle(second, 200, at(2)).await.unwrap(), None);
    let rows = world.store.webhook_deliveries(tenant, handle(0), ALL).await.unwrap().unwrap();
    let statuses: Vec<_> = rows.iter().map(|row| row.status).collect();
    assert_eq!(
        statuses,
        [WebhookDeliveryStatus::Canceled, WebhookDeliveryStatus::Canceled, WebhookDeliveryStatus::Failed]
    );
    assert!(claim(&world, deadline()).await.is_empty());
    assert_eq!(world.store.ping_webhook(tenant, handle(0), at(3)).await.unwrap(), EventQueued::Disabled);
    assert_eq!(world.events(tenant).await.last().map(String::as_str), Some("webhook_disabled"));
}

#[tokio::test]
async fn beyond_what_may_wait_new_events_are_dropped_and_nothing_else_suffers() {
    let (world, tenant) = told_world().await;
    let pings: Vec<_> =
        (0..MAX_WAITING).map(|_| world.store.ping_webhook(tenant, handle(0), at(0))).collect();
    let mut queued = 0;
    for ping in pings {
        // More at once than the writer accepts: those are retried.
        queued += i64::from(matches!(ping.await, Ok(EventQueued::Queued(_))));
    }
    while queued < MAX_WAITING {
        world.store.ping_webhook(tenant, handle(0), at(0)).await.unwrap();
        queued += 1;
    }
    assert_eq!(world.store.ping_webhook(tenant, handle(0), at(0)).await.unwrap(), EventQueued::Full);
    let id = world.open(tenant, JANE, at(1)).await;
    world.attempt(id, RIGHT, at(2)).await;
    let swept = world.store.sweep_webhooks(at(3), Duration::ZERO).await.unwrap();
    assert_eq!((swept.waiting, swept.deleted), (MAX_WAITING, 0));
}

#[tokio::test]
async fn deliveries_are_deleted_when_they_have_been_over_for_long() {
    let (world, tenant) = told_world().await;
    world.store.ping_webhook(tenant, handle(0), at(0)).await.unwrap();
    let event = claim(&world, at(0)).await[0].deliveries[0].event;
    world.store.settle_webhook(WebhookId(1), tried(event, 200, None), at(10)).await.unwrap();
    world.store.ping_webhook(tenant, handle(0), at(20)).await.unwrap();
    let keep = seconds(60);
    let sweep = |now| world.store.sweep_webhooks(now, keep);
    assert_eq!(sweep(at(10) + keep).await.unwrap().deleted, 0);
    assert_eq!(sweep(at(11) + keep).await.unwrap().deleted, 1);
    assert_eq!(sweep(at(30) + keep * 10).await.unwrap().deleted, 0, "what waits is kept");
}

#[tokio::test]
async fn only_a_mint_that_was_told_to_look_for_endpoints_queues_its_event() {
    let (world, tenant) = told_world().await;
    let wanted = world.store.wanted_events(tenant).await.unwrap();
    assert!(wanted.has(EventKind::ChallengeCreated));
    assert!(!world.store.wanted_events(world.tenant(2).await).await.unwrap().has(EventKind::Ping));
    world.open(tenant, JANE, at(0)).await;
    let open = OpenChallenge { events: wanted, ..world.challenge(tenant, JOE, at(1)) };
    let id = open.binding.challenge;
    world.store.issue(open.into()).await.unwrap();
    assert!(world.store.cancel_challenge(tenant, id, Actor::default(), at(2)).await.unwrap());
    assert_eq!(kinds(&world, tenant).await, ["challenge.created", "challenge.canceled"]);
    let claimed = claim(&world, at(3)).await;
    let created = claimed[0].deliveries[0].snapshot.clone().unwrap();
    assert!(
        created.contains(r#""status":"pending""#) && created.contains(r#""status":"queued""#),
        "{created}"
    );
}
