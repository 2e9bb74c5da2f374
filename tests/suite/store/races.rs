//! Many at once, on real threads: the counts must be exact.

use std::collections::HashSet;

use otpmint::domain::challenges::challenge::ChallengeStatus::{Exhausted, Verified};
use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use otpmint::domain::id::ChallengeId;
use otpmint::domain::secret::CodeHash;
use otpmint::store::{Decision, Issued, OpenChallenge};

use crate::store::world::{JANE, MAX_ATTEMPTS, RIGHT, WRONG, World, at, attempt, limits, room};

const CROWD: usize = 64;

/// Runs all `tasks` at once and collects their results.
async fn at_once<T: Send + 'static>(tasks: Vec<impl Future<Output = T> + Send + 'static>) -> Vec<T> {
    let running: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::new();
    for task in running {
        results.push(task.await.unwrap());
    }
    results
}

async fn answer_at_once(world: &World, id: ChallengeId, hashes: Vec<CodeHash>) -> Vec<Decision> {
    let tasks = hashes.into_iter().map(|hash| {
        let store = world.store.clone();
        async move { store.record_attempt(attempt(id, hash, at(1))).await.unwrap() }
    });
    at_once(tasks.collect()).await
}

fn count(decisions: &[Decision], wanted: impl Fn(&Decision) -> bool) -> usize {
    decisions.iter().filter(|decision| wanted(decision)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_right_answers_exactly_one_verifies() {
    let world = World::new();
    let id = world.open(world.tenant(1).await, JANE, at(0)).await;
    let decisions = answer_at_once(&world, id, vec![RIGHT; CROWD]).await;
    assert_eq!(count(&decisions, |d| matches!(d, Decision::Verified(_))), 1);
    assert_eq!(count(&decisions, |d| *d == Decision::Ended(Verified)), CROWD - 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_wrong_answers_exactly_as_many_as_allowed_are_evaluated() {
    let world = World::new();
    let id = world.open(world.tenant(1).await, JANE, at(0)).await;
    let decisions = answer_at_once(&world, id, vec![WRONG; CROWD]).await;
    for attempts_remaining in 0..MAX_ATTEMPTS {
        let wanted = Decision::Mismatched { attempts_remaining };
        assert_eq!(count(&decisions, |d| *d == wanted), 1, "{wanted:?}");
    }
    let ended = count(&decisions, |d| *d == Decision::Ended(Exhausted));
    assert_eq!(ended, CROWD - usize::from(MAX_ATTEMPTS));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn right_and_wrong_answers_together_stay_within_the_allowance() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    for round in 0..8 {
        let id = world.open(tenant, JANE, at(0)).await;
        let mix = (0..CROWD).map(|n| if (n + round) % 4 == 3 { RIGHT } else { WRONG }).collect();
        let decisions = answer_at_once(&world, id, mix).await;
        let verified = count(&decisions, |d| matches!(d, Decision::Verified(_)));
        let wrong = count(&decisions, |d| matches!(d, Decision::Mismatched { .. }));
        let standing = world.find(tenant, id).await.standing;
        assert!(verified + wrong <= usize::from(MAX_ATTEMPTS));
        assert_eq!(verified + wrong, usize::from(standing.attempts));
        assert_eq!(verified == 1, standing.status == Verified);
        assert!(verified == 1 || wrong == usize::from(MAX_ATTEMPTS));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_challenges_for_one_recipient_exactly_as_many_as_allowed_open() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let limits = limits(&["3/10m", "5/1h"], "20/24h", 100);
    let tasks = (0..CROWD).map(|_| {
        let open = OpenChallenge { limits: limits.clone(), ..world.challenge(tenant, JANE, at(0)) };
        let store = world.store.clone();
        async move { store.issue(open.into()).await.unwrap() }
    });
    let opened = at_once(tasks.collect()).await;
    assert_eq!(opened.iter().filter(|opened| **opened == Issued::Opened).count(), 3);
    assert_eq!(world.store.release_deliveries(at(1)).await, Ok(3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn parallel_claims_take_each_delivery_once() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let mut waiting = HashSet::new();
    for _ in 0..100 {
        let id = world.open(tenant, JANE, at(0)).await;
        let end = DeliveryEnd::RetryAt(at(1), DeliveryError::TimedOut);
        world.store.settle_delivery(id, end, None, at(0)).await.unwrap();
        waiting.insert(id);
    }
    let claims = (0..CROWD).map(|_| {
        let store = world.store.clone();
        async move { store.claim_deliveries(at(1), room(7)).await.unwrap() }
    });
    let claimed: Vec<_> = at_once(claims.collect()).await.into_iter().flatten().collect();
    assert_eq!(claimed.len(), waiting.len());
    assert_eq!(claimed.iter().map(|delivery| delivery.challenge).collect::<HashSet<_>>(), waiting);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn registering_one_key_at_once_makes_one_tenant() {
    let world = World::new();
    let tasks = (0..CROWD).map(|_| {
        let (new, store) = (world.new_tenant(1), world.store.clone());
        async move { store.add_tenant(new).await.unwrap() }
    });
    let added = at_once(tasks.collect()).await;
    assert_eq!(added.into_iter().filter(|added| *added).count(), 1);
    assert_eq!(world.store.tenants().await.unwrap().len(), 1);
}
