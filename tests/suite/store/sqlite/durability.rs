//! Acknowledged changes are on the disk, however the process ends.

use std::fs;

use otpmint::domain::challenges::challenge::ChallengeStatus::{Pending, Verified};
use otpmint::domain::challenges::idempotency::{Once, RequestOutcome};
use otpmint::domain::node::Node;
use otpmint::domain::secret::RequestDigest;
use otpmint::store::sqlite::SqliteStore;
use otpmint::store::{Attempt, ChallengeStore as _, Decision, Issued, OpenChallenge};

use crate::store::backend::{Backend, KNOWN, Sqlite};
use crate::store::world::{JANE, JOE, RIGHT, WRONG, World, at, attempt};

/// The files as a killed process leaves them: copied from under the open store, without its index of the WAL,
/// which a power loss would not preserve.
fn killed(place: &std::path::Path) -> Sqlite {
    let copy = Sqlite::new();
    for name in ["otpmint.db", "otpmint.db-wal"] {
        fs::copy(place.join(name), copy.folder().join(name)).unwrap();
    }
    copy
}

#[tokio::test]
async fn everything_acknowledged_is_there_after_a_kill() {
    let place = Sqlite::new();
    let folder = place.folder().to_owned();
    let world = World::on(Box::new(place));
    let tenant = world.tenant(1).await;
    let mut pending = Vec::new();
    let mut verified = Vec::new();
    for _ in 0..50 {
        pending.push(world.open(tenant, JANE, at(0)).await);
        verified.push(world.open(tenant, JOE, at(0)).await);
    }
    for (wrong, right) in pending.iter().zip(&verified) {
        world.attempt(*wrong, WRONG, at(1)).await;
        assert!(matches!(world.attempt(*right, RIGHT, at(1)).await, Decision::Verified(_)));
    }
    let after = World::on(Box::new(killed(&folder)));
    assert_eq!(after.events(tenant).await, world.events(tenant).await);
    for id in pending {
        assert_eq!(after.attempt(id, WRONG, at(2)).await, Decision::Mismatched { attempts_remaining: 3 });
        assert_eq!(after.status(tenant, id).await, Pending);
    }
    for id in verified {
        assert_eq!(after.attempt(id, RIGHT, at(2)).await, Decision::Ended(Verified));
    }
}

#[tokio::test]
async fn each_answer_is_on_the_disk_before_it_is_given() {
    let place = Sqlite::new();
    let folder = place.folder().to_owned();
    let world = World::on(Box::new(place));
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    for attempts in 1..5 {
        world.attempt(id, WRONG, at(1)).await;
        let after = World::on(Box::new(killed(&folder)));
        assert_eq!(after.find(tenant, id).await.standing.attempts, attempts);
    }
}

#[tokio::test]
async fn a_torn_end_of_the_wal_costs_only_what_was_not_acknowledged() {
    let place = Sqlite::new();
    let folder = place.folder().to_owned();
    let world = World::on(Box::new(place));
    let tenant = world.tenant(1).await;
    let acknowledged = world.open(tenant, JANE, at(0)).await;
    let size = fs::metadata(folder.join("otpmint.db-wal")).unwrap().len();
    world.open(tenant, JANE, at(1)).await;
    let copy = killed(&folder);
    let wal = fs::OpenOptions::new().write(true).open(copy.folder().join("otpmint.db-wal")).unwrap();
    wal.set_len(size + 1_000).unwrap();
    let after = World::on(Box::new(copy));
    assert_eq!(after.events(tenant).await, ["tenant_registered", "minted"]);
    assert_eq!(after.status(tenant, acknowledged).await, Pending);
    assert!(after.store.is_healthy());
}

#[tokio::test]
async fn closing_finishes_what_is_queued() {
    let place = Sqlite::new();
    let store = place.open();
    let world = World::on(Box::new(place));
    let new = world.new_tenant(1);
    let queued = store.add_tenant(new.clone());
    drop(queued);
    drop(store);
    assert!(world.store.tenant(new.tenant.id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_request_is_remembered_in_the_transaction_that_carries_it_out() {
    let place = Sqlite::new();
    let folder = place.folder().to_owned();
    let world = World::on(Box::new(place));
    let tenant = world.tenant(1).await;
    let once = |key| {
        Some(Once {
            key: RequestDigest([key; 32]),
            fingerprint: RequestDigest([9; 32]),
            others: Vec::new(),
            event: None,
            secret: None,
        })
    };
    let open = OpenChallenge { once: once(1), ..world.challenge(tenant, JANE, at(0)) };
    let id = open.binding.challenge;
    assert_eq!(world.store.issue(open.into()).await, Ok(Issued::Opened));
    let right = Attempt { tenant: Some(tenant), once: once(2), ..attempt(id, RIGHT, at(1)) };
    assert!(matches!(world.decide(right).await, Decision::Verified(_)));
    // At every length of a torn end, both are there or neither.
    let size = fs::metadata(folder.join("otpmint.db-wal")).unwrap().len();
    let mut seen = std::collections::BTreeSet::new();
    for length in (0..=size).step_by(2_060) {
        let copy = killed(&folder);
        let wal = fs::OpenOptions::new().write(true).open(copy.folder().join("otpmint.db-wal")).unwrap();
        wal.set_len(length.min(size)).unwrap();
        let Ok(store) = SqliteStore::open(copy.path(), &KNOWN, Node::SERVER) else { continue };
        let remembered = |key| store.recall(tenant, RequestDigest([key; 32]), at(2));
        let (first, second) = (remembered(1).await.unwrap(), remembered(2).await.unwrap());
        let status = store.challenge(tenant, id).await.unwrap().map(|found| found.standing.status);
        assert_eq!(first.is_some(), status.is_some(), "{length}");
        assert_eq!(second.is_some(), status == Some(Verified), "{length}");
        seen.insert((first.is_some(), second.is_some()));
    }
    let after = World::on(Box::new(killed(&folder)));
    let found = after.store.recall(tenant, RequestDigest([2; 32]), at(2)).await.unwrap();
    assert_eq!(found.map(|found| found.outcome), Some(RequestOutcome::Verified(id)));
    assert!(seen.contains(&(true, false)), "{seen:?}");
}
