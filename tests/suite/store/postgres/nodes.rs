//! Two nodes over one database are one server.

use std::sync::Arc;

use otpmint::domain::challenges::challenge::ChallengeStatus::Exhausted;
use otpmint::domain::id::ChallengeId;
use otpmint::domain::node::Node;
use otpmint::domain::secret::CodeHash;
use otpmint::store::{Decision, Store, StoreError};

use crate::store::postgres::place::{Reached, server};
use crate::store::world::{JANE, JOE, MAX_ATTEMPTS, RIGHT, WRONG, World, at, attempt};
use crate::support::postgres::server::NAME;

const CROWD: usize = 64;

/// All answers at once, from both nodes in turn.
async fn from_both(stores: &[Arc<dyn Store>; 2], id: ChallengeId, hashes: &[CodeHash]) -> Vec<Decision> {
    let running: Vec<_> = hashes
        .iter()
        .enumerate()
        .map(|(place, hash)| {
            let (store, attempt) = (Arc::clone(&stores[place % 2]), attempt(id, *hash, at(1)));
            tokio::spawn(async move { store.record_attempt(attempt).await.unwrap() })
        })
        .collect();
    let mut decisions = Vec::new();
    for task in running {
        decisions.push(task.await.unwrap());
    }
    decisions
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_answers_from_two_nodes_exactly_as_many_as_allowed_are_evaluated_and_one_verifies() {
    let Some(server) = server() else { return };
    let reached = Reached::directly(server);
    let other = reached.open_as(Node::numbered(1));
    let world = World::on(Box::new(reached));
    let (stores, tenant) = ([world.store.clone(), other], world.tenant(1).await);
    for round in 0..20 {
        let who = if round % 2 == 0 { JANE } else { JOE };
        let id = world.open(tenant, who, at(0)).await;
        let decisions = from_both(&stores, id, &[WRONG; CROWD]).await;
        for attempts_remaining in 0..MAX_ATTEMPTS {
            let one = Decision::Mismatched { attempts_remaining };
            assert_eq!(decisions.iter().filter(|decision| **decision == one).count(), 1, "{round} {one:?}");
        }
        let ended = decisions.iter().filter(|decision| **decision == Decision::Ended(Exhausted)).count();
        assert_eq!(ended, CROWD - usize::from(MAX_ATTEMPTS), "round {round}");
        let id = world.open(tenant, who, at(0)).await;
        let decisions = from_both(&stores, id, &[RIGHT; CROWD]).await;
        let verified = decisions.iter().filter(|decision| matches!(decision, Decision::Verified(_))).count();
        assert_eq!(verified, 1, "round {round}");
    }
}

#[tokio::test]
async fn a_node_whose_number_was_taken_over_writes_nothing_more() {
    let Some(server) = server() else { return };
    let reached = Reached::directly(server);
    let former = reached.open_as(Node::numbered(7));
    let name = reached.schema.name().to_owned();
    let world = World::on(Box::new(Reached { node: Node::numbered(3), ..reached }));
    let id = world.open(world.tenant(1).await, JANE, at(0)).await;
    assert!(former.record_attempt(attempt(id, WRONG, at(1))).await.is_ok());
    let taken = format!("UPDATE {name}.writers SET session = session + 1 WHERE node = 7");
    server.admin(NAME).run(&taken);
    assert_eq!(former.record_attempt(attempt(id, RIGHT, at(1))).await, Err(StoreError::Unavailable));
    assert!(matches!(world.attempt(id, RIGHT, at(1)).await, Decision::Verified(_)));
}
