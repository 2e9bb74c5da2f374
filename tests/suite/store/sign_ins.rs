//! Tries to sign in: counted before they are checked, over restarts and nodes, in few rows.

use std::time::Duration;

use otpmint::domain::limits::limit::{Limit, LimitHit};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::TryPlace;
use otpmint::domain::time::Timestamp;
use otpmint::store::{CountedTry, TryCounter};

use crate::store::world::{KEEP, World, at};

const CROWD: usize = 48;

/// A counter of three tries in a minute.
fn counter(places: &[u8]) -> TryCounter {
    TryCounter {
        places: places.iter().map(|byte| TryPlace([*byte; 4])).collect(),
        rate: "3/1m".parse().unwrap(),
    }
}

async fn count(world: &World, counters: &[TryCounter], now: Timestamp) -> Result<CountedTry, u64> {
    let counted = world.store.count_try(counters.to_vec(), now).await.unwrap();
    counted.map_err(|hit| hit.retry_after.as_secs())
}

async fn wait(world: &World, counters: &[TryCounter], now: Timestamp) -> Option<u64> {
    let refused: Option<LimitHit> = world.store.refused_try(counters.to_vec(), now).await.unwrap();
    assert!(refused.is_none_or(|hit| hit.limit == Limit::SignIns));
    refused.map(|hit| hit.retry_after.as_secs())
}

#[tokio::test]
async fn a_try_counts_everywhere_or_nowhere_and_over_a_restart() {
    let world = World::new();
    let (name, address) = (counter(&[1]), counter(&[2]));
    let both = [name.clone(), address.clone()];
    for millis in [0, 10_000, 20_000] {
        assert_eq!(wait(&world, &both, at(millis)).await, None);
        assert!(count(&world, &both, at(millis)).await.is_ok());
    }
    let world = world.restart();
    assert_eq!(wait(&world, &both, at(30_000)).await, Some(30));
    // The name is full: nothing is counted for another address either.
    for _ in 0..5 {
        assert_eq!(count(&world, &[name.clone(), counter(&[3])], at(30_000)).await, Err(30));
    }
    assert_eq!(wait(&world, &[counter(&[3])], at(30_000)).await, None);
    assert!(count(&world, &[counter(&[3])], at(30_000)).await.is_ok());
    assert_eq!(wait(&world, std::slice::from_ref(&name), at(60_000)).await, None);
    assert!(count(&world, std::slice::from_ref(&name), at(60_000)).await.is_ok());
    assert_eq!(count(&world, &[name], at(60_000)).await, Err(10));
}

#[tokio::test]
async fn a_try_that_was_right_is_uncounted_and_leaves_no_row() {
    let world = World::new();
    let both = [counter(&[1]), counter(&[2])];
    for millis in 0..10 {
        let counted = count(&world, &both, at(millis)).await.unwrap();
        world.store.take_back_try(counted).await.unwrap();
    }
    assert_eq!(wait(&world, &both, at(10)).await, None);
    let wrong = count(&world, &both, at(11)).await.unwrap();
    let right = count(&world, &both, at(12)).await.unwrap();
    world.store.take_back_try(right).await.unwrap();
    for millis in [13, 14] {
        assert!(count(&world, &both, at(millis)).await.is_ok());
    }
    assert!(count(&world, &both, at(15)).await.is_err());
    world.store.take_back_try(wrong).await.unwrap();
    assert!(count(&world, &both, at(16)).await.is_ok());
}

#[tokio::test]
async fn what_was_counted_under_a_former_key_still_counts() {
    let world = World::new();
    for millis in [0, 1] {
        assert!(count(&world, &[counter(&[1])], at(millis)).await.is_ok());
    }
    let rotated = [counter(&[2, 1])];
    assert!(count(&world, &rotated, at(2)).await.is_ok());
    assert!(count(&world, &rotated, at(3)).await.is_err());
    assert_eq!(wait(&world, &[counter(&[2])], at(3)).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_tries_at_once_exactly_as_many_as_allowed_are_counted() {
    let world = World::new();
    let tries: Vec<_> = (0..CROWD)
        .map(|number| {
            let store = world.store.clone();
            let counters = vec![counter(&[1]), counter(&[10 + number as u8])];
            tokio::spawn(async move { store.count_try(counters, at(5)).await.unwrap().is_ok() })
        })
        .collect();
    let mut counted = 0;
    for one in tries {
        counted += usize::from(one.await.unwrap());
    }
    assert_eq!(counted, 3);
}

#[tokio::test]
async fn counters_that_matter_no_more_are_swept_and_a_clock_that_is_set_back_moves_the_others() {
    let world = World::new();
    let minute = Duration::from_secs(60);
    for millis in [0, 1, 2] {
        assert!(count(&world, &[counter(&[1])], at(millis)).await.is_ok());
    }
    world.store.sweep(at(59_000), KEEP).await.unwrap();
    assert!(wait(&world, &[counter(&[1])], at(59_000)).await.is_some());
    world.store.sweep(at(2) + minute, KEEP).await.unwrap();
    let other = [counter(&[2])];
    for millis in [100_000, 100_001, 100_002] {
        assert!(count(&world, &other, at(millis)).await.is_ok());
    }
    world.store.sweep(at(100_002), KEEP).await.unwrap();
    world.store.set_back(at(50_000), Actor::default()).await.unwrap();
    // The last record of the clock may be ten seconds old.
    assert!(wait(&world, &other, at(50_000)).await.is_some());
    assert_eq!(wait(&world, &other, at(50_002) + minute).await, None);
}
