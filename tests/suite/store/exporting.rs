//! Exporting a tenant: everything of it, from before a moment, and nothing of another.

use otpmint::domain::deliveries::delivery::DeliveryEnd;
use otpmint::domain::factors::factor::FactorId;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::IdentityIndex;
use otpmint::domain::time::Timestamp;
use otpmint::domain::webhooks::event::EventKinds;
use otpmint::domain::webhooks::webhook::{Webhook, WebhookId};
use otpmint::store::{OwnedKind, OwnedRows};

use crate::store::world::{JANE, World, at};
use crate::store::{factors, webhooks};

/// The rows of a kind, by a number each.
async fn rows(world: &World, tenant: TenantId, of: OwnedKind, before: Timestamp) -> Vec<i64> {
    let (mut found, mut from) = (Vec::new(), None);
    loop {
        let part = world.store.owned_part(tenant, of, from, before).await.unwrap();
        match part.rows {
            OwnedRows::Factors(factors) => found.extend(factors.iter().map(|factor| factor.id.0)),
            OwnedRows::Challenges(all) => found.extend(all.iter().map(|(challenge, _)| challenge.id.0)),
            OwnedRows::Deliveries(all) => found.extend(all.iter().map(|(challenge, _)| challenge.0)),
            OwnedRows::Events(all) => {
                found.extend(all.iter().filter_map(|(_, event)| event.challenge).map(|id| id.0));
            }
        }
        match part.next {
            Some(next) => from = Some(next),
            None => return found,
        }
    }
}

async fn sent(world: &World, tenant: TenantId, now: i64) -> ChallengeId {
    let id = world.open(tenant, JANE, at(now)).await;
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(now)).await.unwrap();
    id
}

#[tokio::test]
async fn the_rows_of_a_tenant_are_read_and_those_of_another_are_not() {
    let world = World::new();
    let (mine, theirs) = (world.tenant(1).await, world.tenant(2).await);
    let mut ids = Vec::new();
    for (number, tenant) in [(0, mine), (1, theirs)] {
        let id = WebhookId(tenant.0 + 1);
        let webhook = Webhook { id, ..webhooks::new(tenant, number, EventKinds::all()) };
        assert!(world.store.add_webhook(webhook, Actor::default()).await.unwrap());
        let mut factor = factors::new(tenant, number, IdentityIndex([number; 16]));
        factor.factor.id = FactorId(tenant.0 + 2);
        world.store.add_factor(factor).await.unwrap();
        ids.push(sent(&world, tenant, i64::from(number) + 1).await);
    }
    let later = sent(&world, mine, 60_000).await;
    for of in [OwnedKind::Challenges, OwnedKind::Deliveries, OwnedKind::Events] {
        assert_eq!(rows(&world, mine, of, at(30_000)).await, [ids[0].0], "{of:?}");
        assert_eq!(rows(&world, theirs, of, at(30_000)).await, [ids[1].0], "{of:?}");
        assert_eq!(rows(&world, mine, of, at(90_000)).await, [ids[0].0, later.0], "{of:?}");
    }
    for tenant in [mine, theirs] {
        assert_eq!(rows(&world, tenant, OwnedKind::Factors, at(90_000)).await, [tenant.0 + 2]);
    }
    let owned = world.store.owned(mine, at(90_000)).await.unwrap().expect("the tenant");
    assert_eq!((owned.tenant.id, owned.webhooks.len()), (mine, 1));
    assert!(owned.webhooks.iter().all(|webhook| webhook.tenant == mine));
    assert!(world.store.owned(TenantId(1), at(0)).await.unwrap().is_none());
    world.store.note_export(mine, Actor::default(), at(90_000)).await.unwrap();
}
