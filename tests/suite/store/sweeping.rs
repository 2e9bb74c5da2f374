//! Sweeping: ended challenges are erased, and rows past their retention are deleted.

use std::time::Duration;

use otpmint::domain::challenges::challenge::ChallengeStatus;
use otpmint::domain::id::ChallengeId;
use otpmint::domain::limits::limit::Limit::RecipientLockout;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::RecipientIndex;
use otpmint::store::{Decision, Retention};

use crate::store::world::{
    JANE, JOE, KEEP, RIGHT, TTL, WRONG, World, at, attempt, deadline, limits, seconds,
};

const MILLI: Duration = Duration::from_millis(1);

#[tokio::test]
async fn a_challenge_is_marked_at_its_deadline_and_not_before() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    assert_eq!(world.sweep(deadline() - MILLI, KEEP).await.unwrap().expired, 0);
    assert_eq!(world.sweep(deadline(), KEEP).await.unwrap().expired, 1);
    assert_eq!(world.status(tenant, id).await, ChallengeStatus::Expired);
    assert_eq!(world.sweep(deadline(), KEEP).await.unwrap().expired, 0);
}

#[tokio::test]
async fn a_challenge_that_ended_otherwise_keeps_its_end() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    assert!(matches!(world.attempt(id, RIGHT, at(1)).await, Decision::Verified(_)));
    assert_eq!(world.sweep(deadline(), KEEP).await.unwrap().expired, 0);
    assert_eq!(world.status(tenant, id).await, ChallengeStatus::Verified);
}

#[tokio::test]
async fn challenges_are_deleted_after_their_retention() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    world.sweep(deadline() + KEEP.challenges, KEEP).await.unwrap();
    assert!(world.store.challenge(tenant, id).await.unwrap().is_some());
    world.sweep(deadline() + KEEP.challenges + MILLI, KEEP).await.unwrap();
    assert!(world.store.challenge(tenant, id).await.unwrap().is_none());
    assert_eq!(world.attempt(id, RIGHT, at(1)).await, Decision::Unknown);
}

/// More challenges than one round processes, all with the same deadline.
async fn open_many(world: &World, count: usize) -> Vec<ChallengeId> {
    let tenant = world.tenant(1).await;
    let opens: Vec<_> = (0..count).map(|_| world.challenge(tenant, JANE, at(0))).collect();
    let ids = opens.iter().map(|open| open.binding.challenge).collect();
    let opened: Vec<_> = opens.into_iter().map(|open| world.store.issue(open.into())).collect();
    for opened in opened {
        opened.await.unwrap();
    }
    ids
}

#[tokio::test]
async fn more_than_one_round_of_one_deadline_is_erased_and_deleted_completely() {
    let world = World::new();
    let count = 1_203;
    let ids = open_many(&world, count).await;
    let tenant = world.store.tenants().await.unwrap()[0].id;
    assert_eq!(world.sweep(deadline(), KEEP).await.unwrap().expired, count);
    for id in [ids[0], ids[count - 1]] {
        assert_eq!(world.status(tenant, id).await, ChallengeStatus::Expired);
    }
    world.sweep(deadline() + KEEP.challenges + MILLI, KEEP).await.unwrap();
    assert!(world.store.challenge(tenant, ids[count - 1]).await.unwrap().is_none());
}

#[tokio::test]
async fn a_restart_does_not_begin_with_all_that_has_ended_before() {
    let world = World::new();
    let count = 1_203;
    open_many(&world, count).await;
    assert_eq!(world.sweep(deadline(), KEEP).await.unwrap().expired, count);
    let world = world.restart();
    let tenant = world.store.tenants().await.unwrap()[0].id;
    world.open(tenant, JOE, deadline()).await;
    let one_round = world.store.sweep(deadline() + TTL, KEEP).await.unwrap();
    assert_eq!((one_round.expired, one_round.more), (1, false));
}

#[tokio::test]
async fn idle_recipients_are_forgotten_but_a_lockout_stays() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let limits = limits(&["1/24h"], "1000/24h", 6);
    for recipient in [JANE, JOE] {
        let id = world.open_within(&limits, (tenant, recipient), at(0)).await.unwrap();
        world.attempt(id, WRONG, at(0)).await;
    }
    for _ in 0..5 {
        let id = world.open(tenant, JOE, at(0)).await;
        let wrong = attempt(id, WRONG, at(0));
        world.decide(otpmint::store::Attempt { limits: limits.clone(), ..wrong }).await;
    }
    let keep = Retention { recipients: seconds(3_600), ..KEEP };
    let later = at(0) + keep.recipients;
    world.sweep(later, keep).await.unwrap();
    assert!(world.open_within(&limits, (tenant, JANE), later).await.is_err(), "not idle for long enough");
    world.sweep(later + MILLI, keep).await.unwrap();
    assert_eq!(
        world.store.clear_recipient(tenant, JANE, "j***@e***.com".to_owned(), Actor::default(), at(0)).await,
        Ok(false),
        "forgotten already"
    );
    world.open_within(&limits, (tenant, JANE), later + MILLI).await.unwrap();
    let hit = world.open_within(&limits, (tenant, JOE), later + MILLI).await.unwrap_err();
    assert_eq!(hit.limit, RecipientLockout);
}

#[tokio::test]
async fn a_deadline_before_one_already_swept_is_swept_as_well() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.open(tenant, JANE, at(0) + seconds(86_400)).await;
    world.sweep(at(0) + seconds(2 * 86_400), KEEP).await.unwrap();
    // The clock was two days ahead.
    let id = world.open(tenant, JANE, at(0)).await;
    world.sweep(at(1), KEEP).await.unwrap();
    assert_eq!(world.sweep(deadline(), KEEP).await.unwrap().expired, 1);
    assert_eq!(world.status(tenant, id).await, ChallengeStatus::Expired);
}

#[tokio::test]
async fn idle_recipients_go_in_as_many_rounds_as_it_takes() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let recipient = |count: u32| {
        let mut index = [0; 16];
        index[..4].copy_from_slice(&count.to_be_bytes());
        RecipientIndex(index)
    };
    let opened: Vec<_> = (0..1_300)
        .map(|count| world.store.issue(world.challenge(tenant, recipient(count), at(0)).into()))
        .collect();
    for opened in opened {
        opened.await.unwrap();
    }
    let keep = Retention { recipients: seconds(1), ..KEEP };
    // So many identities reach into the next millisecond.
    assert_eq!(world.sweep(at(1_002), keep).await.unwrap().deleted, 1_300);
}
