//! Endpoints of webhooks: listed, changed, deleted, and their deliveries queued again.

use std::time::Duration;

use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::Sealed;
use otpmint::domain::webhooks::event::{EventId, EventKinds};
use otpmint::domain::webhooks::webhook::{WebhookDeliveryStatus, WebhookId, WebhookResponse, WebhookTry};
use otpmint::store::{EventQueued, WebhookChange, WebhookDeliveryPage, WebhookRotation};

use crate::store::webhooks::{handle, new};
use crate::store::world::{World, at, seconds};

#[tokio::test]
async fn endpoints_are_listed_in_order_and_a_deleted_one_is_gone() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    for (owner, number) in [(tenant, 0), (other, 1), (tenant, 2)] {
        assert!(
            world.store.add_webhook(new(owner, number, EventKinds::all()), Actor::default()).await.unwrap()
        );
    }
    let listed = async || {
        let found = world.store.webhooks(tenant).await.unwrap();
        found.into_iter().map(|webhook| webhook.handle).collect::<Vec<_>>()
    };
    assert_eq!(listed().await, [handle(0), handle(2)]);
    assert!(
        !world.store.delete_webhook(tenant, handle(1), (Actor::default(), at(1))).await.unwrap(),
        "of another tenant"
    );
    assert!(world.store.delete_webhook(tenant, handle(0), (Actor::default(), at(1))).await.unwrap());
    assert!(!world.store.delete_webhook(tenant, handle(0), (Actor::default(), at(1))).await.unwrap());
    assert_eq!(listed().await, [handle(2)]);
    assert_eq!(world.store.webhooks(other).await.unwrap().len(), 1);
}

#[tokio::test]
async fn secrets_are_replaced_unless_somebody_did_it_before() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    assert!(world.store.add_webhook(new(tenant, 0, EventKinds::all()), Actor::default()).await.unwrap());
    let rotation = |seen: u8, secrets: u8| WebhookRotation {
        by: Actor::default(),
        tenant,
        handle: handle(0),
        seen: Sealed(vec![seen; 40]),
        secrets: Sealed(vec![secrets; 40]),
    };
    assert!(world.store.rotate_webhook(rotation(0, 7), at(1)).await.unwrap());
    assert!(!world.store.rotate_webhook(rotation(0, 8), at(2)).await.unwrap());
    let kept = world.store.webhook(tenant, handle(0)).await.unwrap().unwrap();
    assert_eq!(kept.secrets, Sealed(vec![7; 40]));
}

#[tokio::test]
async fn an_event_is_queued_again_and_an_endpoint_that_failed_begins_anew() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    assert!(world.store.add_webhook(new(tenant, 0, EventKinds::all()), Actor::default()).await.unwrap());
    let EventQueued::Queued(event) = world.store.ping_webhook(tenant, handle(0), at(0)).await.unwrap() else {
        panic!("an enabled endpoint takes a ping")
    };
    let claim = async |now| world.store.claim_webhooks(now, 10, 8).await.unwrap();
    let in_status = async |status| {
        let page = WebhookDeliveryPage { status: Some(status), before: None, limit: 10 };
        world.store.webhook_deliveries(tenant, handle(0), page).await.unwrap().unwrap().len()
    };
    assert_eq!(claim(at(0)).await.len(), 1);
    let failed = vec![WebhookTry { event, response: WebhookResponse::Status(500), again_at: None }];
    world.store.settle_webhook(WebhookId(1), failed, at(1)).await.unwrap();
    assert_eq!(in_status(WebhookDeliveryStatus::Failed).await, 1);
    assert!(claim(at(2) + seconds(3_600)).await.is_empty());
    let unknown = world.store.replay_webhook_delivery(tenant, handle(0), EventId(1), at(3)).await.unwrap();
    assert_eq!(unknown, EventQueued::UnknownEvent);
    let again = world.store.replay_webhook_delivery(tenant, handle(0), event, at(3)).await.unwrap();
    assert_eq!(again, EventQueued::Queued(event));
    assert_eq!(in_status(WebhookDeliveryStatus::Failed).await, 0);
    assert_eq!(in_status(WebhookDeliveryStatus::Waiting).await, 1);
    // Disabled and enabled again: what waited is canceled, and no failure is remembered.
    for enabled in [false, true] {
        let change = WebhookChange {
            by: Actor::default(),
            tenant,
            handle: handle(0),
            url: None,
            description: None,
            events: None,
            enabled: Some(enabled),
        };
        let changed = world.store.change_webhook(change, at(4)).await.unwrap().unwrap();
        assert_eq!((changed.enabled, changed.failing_since), (enabled, None));
    }
    assert_eq!(in_status(WebhookDeliveryStatus::Canceled).await, 1);
    assert!(claim(at(4) + Duration::from_secs(1)).await.is_empty());
}
