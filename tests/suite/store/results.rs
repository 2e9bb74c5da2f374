//! Hosted pages: what a challenge shows, and the result that its app fetches once.

use otpmint::domain::challenges::challenge::ChallengeStatus::Verified;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{ResultHash, Sealed};
use otpmint::domain::tenants::tenant::TenantStatus;
use otpmint::domain::time::Timestamp;
use otpmint::store::{Attempt, Decision, NewResult, TakenResult, Target};

use crate::store::world::{JANE, KEEP, RIGHT, WRONG, World, at, attempt};

const HASH: ResultHash = ResultHash([7; 32]);
const OTHER: ResultHash = ResultHash([8; 32]);

fn answer_on_page(id: ChallengeId, right: bool) -> Attempt {
    let recipient = Sealed(b"a sealed recipient".to_vec());
    let message = Sealed(b"a sealed message".to_vec());
    let result = NewResult { message, hash: HASH, recipient, expires_at: at(60_000) };
    Attempt { target: Target::Hosted(id, result), ..attempt(id, if right { RIGHT } else { WRONG }, at(0)) }
}

async fn take(world: &World, tenant: TenantId, hash: ResultHash, now: Timestamp) -> Option<TakenResult> {
    world.store.take_result(tenant, vec![OTHER, hash], now).await.unwrap()
}

#[tokio::test]
async fn the_right_answer_leaves_a_result_that_its_tenant_takes_once() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let id = world.open(tenant, JANE, at(0)).await;
    assert!(matches!(world.decide(answer_on_page(id, false)).await, Decision::Mismatched { .. }));
    assert!(take(&world, tenant, HASH, at(0)).await.is_none(), "a wrong answer leaves none");
    assert!(matches!(world.decide(answer_on_page(id, true)).await, Decision::Verified(_)));
    let world = world.restart();
    assert!(take(&world, tenant, OTHER, at(0)).await.is_none());
    assert!(take(&world, other, HASH, at(0)).await.is_none());
    assert!(take(&world, tenant, HASH, at(60_000)).await.is_none(), "it has run out");
    let taken = take(&world, tenant, HASH, at(59_999)).await.expect("it was left");
    assert_eq!((taken.challenge.id, taken.challenge.standing.status), (id, Verified));
    assert_eq!(taken.recipient, Sealed(b"a sealed recipient".to_vec()));
    assert!(take(&world, tenant, HASH, at(0)).await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_who_take_a_result_one_gets_it() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    world.decide(answer_on_page(id, true)).await;
    let taking: Vec<_> = (0..64)
        .map(|_| {
            let store = world.store.clone();
            tokio::spawn(async move { store.take_result(tenant, vec![HASH], at(1)).await.unwrap().is_some() })
        })
        .collect();
    let mut taken = 0;
    for task in taking {
        taken += usize::from(task.await.unwrap());
    }
    assert_eq!(taken, 1);
}

#[tokio::test]
async fn a_result_does_not_last_longer_by_a_clock_that_is_set_back() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    world.decide(answer_on_page(id, true)).await;
    world.store.sweep(at(30_000), KEEP).await.unwrap();
    world.store.set_back(at(1_000), Actor::default()).await.unwrap();
    assert!(take(&world, tenant, HASH, at(1_000)).await.is_none());
}

#[tokio::test]
async fn a_page_shows_what_became_of_its_challenge_while_its_tenant_is_active() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let pending = world.store.hosted_challenge(id).await.unwrap().expect("it is there");
    assert_eq!((pending.tenant.id, pending.challenge.id), (tenant, id));
    assert!(pending.payload.is_some());
    world.decide(answer_on_page(id, true)).await;
    let ended = world.store.hosted_challenge(id).await.unwrap().expect("it is there");
    assert_eq!((ended.challenge.standing.status, ended.payload), (Verified, None));
    world.store.set_tenant_status(tenant, TenantStatus::Disabled, Actor::default(), at(1)).await.unwrap();
    assert!(world.store.hosted_challenge(id).await.unwrap().is_none());
    assert!(world.store.hosted_challenge(ChallengeId::NONE).await.unwrap().is_none());
}
