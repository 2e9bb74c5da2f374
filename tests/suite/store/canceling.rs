//! Canceling a challenge.

use otpmint::domain::challenges::challenge::ChallengeStatus::{Canceled, Expired, Verified};
use otpmint::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use otpmint::domain::id::ChallengeId;
use otpmint::domain::reports::actor::Actor;

use crate::store::world::{JANE, RIGHT, World, at, deadline};

#[tokio::test]
async fn a_pending_challenge_is_called_off_once_with_its_delivery() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    assert_eq!(world.store.cancel_challenge(tenant, id, Actor::default(), at(1)).await, Ok(true));
    assert_eq!(world.store.cancel_challenge(tenant, id, Actor::default(), at(2)).await, Ok(false));
    let challenge = world.find(tenant, id).await;
    assert_eq!(challenge.standing.status, Canceled);
    assert_eq!(challenge.delivery, Some(DeliveryStatus::Failed));
    assert_eq!(challenge.delivery_error, Some(DeliveryError::Canceled));
    assert_eq!(world.store.release_deliveries(at(3)).await, Ok(0));
}

#[tokio::test]
async fn nobody_calls_off_what_is_not_theirs_or_not_there() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let id = world.open(tenant, JANE, at(0)).await;
    assert_eq!(world.store.cancel_challenge(other, id, Actor::default(), at(1)).await, Ok(false));
    assert_eq!(
        world.store.cancel_challenge(tenant, ChallengeId(404), Actor::default(), at(1)).await,
        Ok(false)
    );
    assert!(matches!(world.attempt(id, RIGHT, at(1)).await, otpmint::store::Decision::Verified(_)));
}

#[tokio::test]
async fn what_has_ended_is_not_called_off() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (verified, expired) = (world.open(tenant, JANE, at(0)).await, world.open(tenant, JANE, at(0)).await);
    world.attempt(verified, RIGHT, at(1)).await;
    assert_eq!(world.store.cancel_challenge(tenant, verified, Actor::default(), at(2)).await, Ok(false));
    assert_eq!(world.store.cancel_challenge(tenant, expired, Actor::default(), deadline()).await, Ok(false));
    assert_eq!(world.status(tenant, verified).await, Verified);
    let standing = world.find(tenant, expired).await.standing;
    assert_eq!(standing.status_at(deadline()), Expired);
}
