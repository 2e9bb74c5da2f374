//! Challenges as their tenant looks them up, and those that it ends as verified itself; one pending at a time.

use otpmint::domain::challenges::challenge::ChallengeStatus::{Canceled, Pending, Verified};
use otpmint::domain::challenges::former::Former;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::mailbox::Spelling;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::time::Timestamp;
use otpmint::store::{ChallengeName, Issued, OpenChallenge};

use crate::store::world::{JANE, RIGHT, World, at};

async fn named(
    world: &World,
    tenant: TenantId,
    purpose: Purpose,
    name: ChallengeName,
) -> Option<ChallengeId> {
    let found = world.store.look_up(tenant, purpose, name, at(5)).await.unwrap();
    found.map(|found| found.challenge.id)
}

async fn open(world: &World, tenant: TenantId, former: Former, now: Timestamp) -> (ChallengeId, Issued) {
    let open = OpenChallenge { former, ..world.challenge(tenant, JANE, now) };
    let id = open.binding.challenge;
    (id, world.store.issue(open.into()).await.unwrap())
}

#[tokio::test]
async fn a_challenge_is_found_by_its_row_and_by_its_recipient() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let (first, second) = (world.open(tenant, JANE, at(0)).await, world.open(tenant, JANE, at(1)).await);
    let jane = || ChallengeName::Recipient(vec![JANE], Spelling::default());
    assert_eq!(named(&world, tenant, Purpose::LOGIN, jane()).await, Some(second));
    world.attempt(second, RIGHT, at(2)).await;
    assert_eq!(named(&world, tenant, Purpose::LOGIN, jane()).await, Some(first), "which is pending");
    world.attempt(first, RIGHT, at(3)).await;
    assert_eq!(named(&world, tenant, Purpose::LOGIN, jane()).await, Some(second), "the latest of the ended");
    assert_eq!(named(&world, tenant, Purpose::LOGIN, ChallengeName::Row(first)).await, Some(first));
    for (tenant, purpose) in [(tenant, Purpose::VERIFICATION), (other, Purpose::LOGIN)] {
        assert_eq!(named(&world, tenant, purpose.clone(), ChallengeName::Row(first)).await, None);
        assert_eq!(named(&world, tenant, purpose, jane()).await, None);
    }
}

#[tokio::test]
async fn an_approved_challenge_is_verified_once_and_by_its_tenant_alone() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let id = world.open(tenant, JANE, at(0)).await;
    assert_eq!(world.store.approve_challenge(other, id, Actor::default(), at(1)).await, Ok(false));
    assert_eq!(world.store.approve_challenge(tenant, id, Actor::default(), at(1)).await, Ok(true));
    assert_eq!(world.store.approve_challenge(tenant, id, Actor::default(), at(2)).await, Ok(false));
    assert_eq!(world.status(tenant, id).await, Verified);
    assert!(world.events(tenant).await.contains(&"approved".to_owned()));
}

#[tokio::test]
async fn a_pending_challenge_stays_prevents_another_or_is_replaced() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (first, opened) = open(&world, tenant, Former::Prevents, at(0)).await;
    assert_eq!(opened, Issued::Opened);
    assert_eq!(open(&world, tenant, Former::Prevents, at(1)).await.1, Issued::Pending);
    let (second, opened) = open(&world, tenant, Former::IsReplaced, at(2)).await;
    assert_eq!((opened, world.status(tenant, first).await), (Issued::Opened, Canceled));
    let (third, opened) = open(&world, tenant, Former::Stays, at(3)).await;
    assert_eq!((opened, world.status(tenant, second).await), (Issued::Opened, Pending));
    assert_eq!(world.status(tenant, third).await, Pending);
}
