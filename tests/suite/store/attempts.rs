//! Answers: counted, compared, consumed.

use std::time::Duration;

use otpmint::domain::challenges::challenge::{ChallengeStatus, ChallengeStatus::*};
use otpmint::domain::id::ChallengeId;
use otpmint::domain::limits::limit::Limit::VerifyPerTenant;
use otpmint::domain::reports::actor::Actor;
use otpmint::store::{self, Attempt, Decision, OpenChallenge};

use crate::store::world::{
    Guess, JANE, MAX_ATTEMPTS, RIGHT, WRONG, World, at, attempt, deadline, refused, seconds,
};

fn mismatched(attempts_remaining: u8) -> Decision {
    Decision::Mismatched { attempts_remaining }
}

#[tokio::test]
async fn the_right_answer_verifies_once() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let open = world.challenge(tenant, JANE, at(0));
    let (id, binding) = (open.binding.challenge, open.binding.clone());
    let payload = open.payload.clone();
    world.store.issue(open.into()).await.unwrap();
    let Decision::Verified(told) = world.attempt(id, RIGHT, at(1)).await else { panic!("it was right") };
    let challenge = world.find(tenant, id).await;
    let handle = world.store.tenant(tenant).await.unwrap().unwrap().handle;
    assert_eq!(*told, store::Verified { challenge, tenant: handle, binding, payload });
    assert_eq!(world.status(tenant, id).await, Verified);
    assert_eq!(world.attempt(id, RIGHT, at(2)).await, Decision::Ended(Verified));
    assert_eq!(world.attempt(id, WRONG, deadline()).await, Decision::Ended(Verified));
    let world = world.restart();
    assert_eq!(world.attempt(id, RIGHT, at(3)).await, Decision::Ended(Verified));
}

#[tokio::test]
async fn wrong_answers_are_counted_down_to_the_end_and_survive_a_restart() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    assert_eq!(world.attempt(id, WRONG, at(1)).await, mismatched(4));
    let world = world.restart();
    for remaining in (0..MAX_ATTEMPTS - 1).rev() {
        assert_eq!(world.attempt(id, WRONG, at(1)).await, mismatched(remaining));
    }
    assert_eq!(world.attempt(id, RIGHT, at(2)).await, Decision::Ended(Exhausted));
    assert_eq!(world.find(tenant, id).await.standing.attempts, MAX_ATTEMPTS);
}

#[tokio::test]
async fn the_last_allowed_answer_may_be_the_right_one() {
    for max_attempts in [1, 2, 10] {
        let world = World::new();
        let tenant = world.tenant(1).await;
        let open = OpenChallenge { max_attempts, ..world.challenge(tenant, JANE, at(0)) };
        let id = open.binding.challenge;
        world.store.issue(open.into()).await.unwrap();
        for _ in 1..max_attempts {
            assert!(matches!(world.attempt(id, WRONG, at(1)).await, Decision::Mismatched { .. }));
        }
        assert!(matches!(world.attempt(id, RIGHT, at(1)).await, Decision::Verified(_)));
        assert_eq!(world.find(tenant, id).await.standing.attempts, max_attempts);
    }
}

#[tokio::test]
async fn a_code_expires_at_the_exact_millisecond() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (late, timely) = (world.open(tenant, JANE, at(0)).await, world.open(tenant, JANE, at(0)).await);
    assert_eq!(world.attempt(late, RIGHT, deadline()).await, Decision::Ended(Expired));
    assert_eq!(world.find(tenant, late).await.standing.attempts, 0);
    let last_moment = deadline() - Duration::from_millis(1);
    assert!(matches!(world.attempt(timely, RIGHT, last_moment).await, Decision::Verified(_)));
}

#[tokio::test]
async fn what_a_sweep_called_expired_stays_so_when_the_clock_goes_back() {
    let world = World::new();
    let id = world.open(world.tenant(1).await, JANE, at(0)).await;
    world.sweep(deadline(), crate::store::world::KEEP).await.unwrap();
    assert_eq!(world.attempt(id, RIGHT, at(1)).await, Decision::Ended(Expired));
}

#[tokio::test]
async fn ended_challenges_tell_how_they_ended() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let canceled = world.open(tenant, JANE, at(0)).await;
    assert_eq!(world.store.cancel_challenge(tenant, canceled, Actor::default(), at(1)).await, Ok(true));
    for (id, now, status) in [(canceled, at(2), Canceled), (canceled, deadline(), Canceled)] {
        assert_eq!(world.attempt(id, RIGHT, now).await, Decision::Ended(status));
    }
}

#[tokio::test]
async fn another_tenant_learns_nothing_and_counts_nothing() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let id = world.open(tenant, JANE, at(0)).await;
    for hash in [RIGHT, WRONG] {
        let stranger = Attempt { tenant: Some(other), ..attempt(id, hash, at(1)) };
        assert_eq!(world.decide(stranger).await, Decision::Unknown);
    }
    assert_eq!(world.find(tenant, id).await.standing.attempts, 0);
    let own = Attempt { tenant: Some(tenant), ..attempt(id, RIGHT, at(1)) };
    assert!(matches!(world.decide(own).await, Decision::Verified(_)));
}

#[tokio::test]
async fn an_unknown_challenge_is_unknown() {
    let world = World::new();
    world.tenant(1).await;
    assert_eq!(world.attempt(ChallengeId(404), RIGHT, at(1)).await, Decision::Unknown);
}

#[tokio::test]
async fn a_refusing_judge_costs_no_attempt() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let hit = refused(VerifyPerTenant, seconds(1));
    for hash in [RIGHT, WRONG] {
        let judge = Box::new(Guess { hash: Some(hash), admits: Err(hit) });
        let decision = world.decide(Attempt { judge, ..attempt(id, hash, at(1)) }).await;
        assert_eq!(decision, Decision::Limited(hit));
    }
    let standing = world.find(tenant, id).await.standing;
    assert_eq!((standing.status, standing.attempts), (ChallengeStatus::Pending, 0));
    assert_eq!(world.events(tenant).await, ["tenant_registered", "minted"]);
}

#[tokio::test]
async fn an_answer_whose_key_version_is_gone_is_wrong_and_counted() {
    let world = World::new();
    let id = world.open(world.tenant(1).await, JANE, at(0)).await;
    let judge = Box::new(Guess { hash: None, admits: Ok(()) });
    let decision = world.decide(Attempt { judge, ..attempt(id, RIGHT, at(1)) }).await;
    assert_eq!(decision, mismatched(4));
}
