//! Nodes: a number is a lease, a duty belongs to one at a time, and others go on with what a dead one held.

use std::sync::Arc;

use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use otpmint::domain::id::{self, ChallengeId};
use otpmint::domain::membership::Membership;
use otpmint::domain::node::{ClockSkew, Duty, Node, NodeInfo, NodeKind, NodeLease, NodeSession};
use otpmint::domain::time::Timestamp;
use otpmint::store::{AskedNumber, Joined, Joining, Renewal, Store, StoreError};

use crate::store::webhooks::{claim as claim_endpoints, handle, told_world};
use crate::store::world::{JANE, World, at, room, seconds};

/// The number of a node that only these stories have.
const OTHER: Node = Node::numbered(700);

fn joining(number: AskedNumber, session: i64) -> Joining {
    Joining {
        number,
        session: NodeSession(session),
        kind: NodeKind::Server,
        address: "otp-2.example.net:5000".to_owned(),
        version: "0.0.1".to_owned(),
        lanes: 2,
    }
}

async fn join(store: &Arc<dyn Store>, node: Node, session: i64, now: Timestamp) -> Joined {
    store.join(joining(AskedNumber::This(node), session), now).await.unwrap().expect("a number")
}

async fn renew(store: &Arc<dyn Store>, lease: NodeLease, now: Timestamp) -> bool {
    store.renew(lease, Renewal::default(), now).await.unwrap()
}

/// The lease of the node whose store this is.
async fn own_lease(world: &World) -> NodeLease {
    match world.store.cluster().await.unwrap().nodes.first() {
        Some(own) => own.lease,
        None => join(&world.store, Node::SERVER, 1, at(0)).await.lease,
    }
}

async fn find(world: &World, node: Node) -> Option<NodeInfo> {
    world.store.cluster().await.unwrap().nodes.into_iter().find(|found| found.lease.node == node)
}

async fn claim(store: &Arc<dyn Store>, now: Timestamp) -> Vec<ChallengeId> {
    let claimed = store.claim_deliveries(now, room(10)).await.unwrap();
    claimed.into_iter().map(|found| found.challenge).collect()
}

#[tokio::test]
async fn a_lease_is_renewed_until_another_session_has_its_number() {
    let world = World::new();
    let first = join(&world.store, OTHER, 1, at(0)).await.lease;
    let renewal = Renewal { skew: Some(ClockSkew(-120)), lag: seconds(1) };
    assert_eq!(world.store.renew(first, renewal, at(2_000)).await, Ok(true));
    let shown = NodeInfo {
        lease: first,
        kind: NodeKind::Server,
        address: "otp-2.example.net:5000".to_owned(),
        version: "0.0.1".to_owned(),
        lanes: 2,
        joined_at: at(0),
        seen_at: at(2_000),
        skew: Some(ClockSkew(-120)),
        lag: seconds(1),
    };
    assert_eq!(find(&world, OTHER).await, Some(shown));
    let second = join(&world.store, OTHER, 2, at(3_000)).await.lease;
    assert!(!renew(&world.store, first, at(4_000)).await);
    assert_eq!(world.store.is_member(first).await, Ok(false));
    assert!(renew(&world.store, second, at(4_000)).await);
    world.store.leave(first, at(5_000)).await.unwrap();
    assert_eq!(world.store.is_member(second).await, Ok(true), "it is not the first one's to give up");
    world.store.leave(second, at(5_000)).await.unwrap();
    assert_eq!(find(&world, OTHER).await, None);
    assert!(!renew(&world.store, second, at(6_000)).await);
}

#[tokio::test]
async fn a_new_node_gets_a_number_that_no_live_one_has_and_the_next_one_another() {
    let world = World::new();
    let own = own_lease(&world).await;
    renew(&world.store, own, at(0)).await;
    let mut numbers = vec![own.node];
    for session in 0..3 {
        let new = joining(AskedNumber::Lowest, session);
        let joined = world.store.join(new, at(1_000)).await.unwrap().unwrap();
        assert!(!numbers.contains(&joined.lease.node), "{numbers:?}");
        numbers.push(joined.lease.node);
    }
    renew(&world.store, own, at(16_000)).await;
    let joined = world.store.join(joining(AskedNumber::Lowest, 9), at(16_000)).await.unwrap().unwrap();
    assert_eq!(joined.lease.node, numbers[1], "its holder is dead");
}

#[tokio::test]
async fn the_identities_of_a_successor_are_above_those_of_its_predecessor() {
    let world = World::new();
    let lease = join(&world.store, OTHER, 1, at(0)).await.lease;
    renew(&world.store, lease, at(9_000)).await;
    let next = join(&world.store, OTHER, 2, at(1_000)).await;
    assert!(next.greatest >= id::first_at(at(9_000)), "its clock may have been ahead");
    let challenge = world.open(world.tenant(1).await, JANE, at(20_000)).await;
    assert!(join(&world.store, OTHER, 3, at(1_000)).await.greatest >= challenge.0);
}

#[tokio::test]
async fn a_duty_belongs_to_one_node_for_its_term_and_as_long_as_it_is_kept() {
    let world = World::new();
    let (one, other) = (own_lease(&world).await, join(&world.store, OTHER, 2, at(0)).await.lease);
    let take = |lease, millis| world.store.take_duty(Duty::Housekeeping, lease, at(millis));
    assert_eq!(take(one, 0).await, Ok(true));
    assert_eq!(take(other, 4_999).await, Ok(false));
    assert_eq!(take(one, 4_999).await, Ok(true));
    assert_eq!(take(other, 9_998).await, Ok(false));
    assert_eq!(take(other, 9_999).await, Ok(true));
    assert_eq!(take(one, 9_999).await, Ok(false));
    let cluster = world.store.cluster().await.unwrap();
    assert_eq!(cluster.holder(Duty::Housekeeping, at(14_998)), Some(OTHER));
    assert_eq!(cluster.holder(Duty::Housekeeping, at(14_999)), None);
    assert_eq!(cluster.holder(Duty::Migration, at(9_999)), None);
    world.store.leave(other, at(10_000)).await.unwrap();
    assert_eq!(take(one, 10_000).await, Ok(true), "given up with the number");
    assert_eq!(take(other, 20_000).await, Ok(false), "without a number there is no duty");
}

#[tokio::test]
async fn messages_of_a_node_stay_with_it_while_it_lives_and_go_to_the_others_once_when_it_is_dead() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let own = own_lease(&world).await;
    let in_hand = world.open(tenant, JANE, at(0)).await;
    let retried = world.open(tenant, JANE, at(0)).await;
    let again = DeliveryEnd::RetryAt(at(500), DeliveryError::TimedOut);
    world.store.settle_delivery(retried, again, None, at(0)).await.unwrap();
    let other = world.backend.open_beside();
    assert!(renew(&world.store, own, at(1_000)).await);
    assert_eq!(claim(&other, at(15_999)).await, []);
    assert_eq!(other.release_dead(own, at(15_999)).await, Ok(false));
    assert_eq!(other.release_dead(NodeLease { session: NodeSession(9), ..own }, at(16_000)).await, Ok(false));
    assert_eq!(claim(&other, at(16_000)).await, []);
    assert_eq!(other.release_dead(own, at(16_000)).await, Ok(true));
    assert_eq!(other.release_dead(own, at(16_000)).await, Ok(false), "only once");
    let claimed = other.claim_deliveries(at(16_000), room(10)).await.unwrap();
    let claimed: Vec<_> = claimed.into_iter().map(|found| (found.challenge, found.unconfirmed)).collect();
    assert_eq!(claimed, [(retried, 0), (in_hand, 1)], "nobody knows what became of the one in hand");
    assert_eq!(claim(&other, at(17_000)).await, []);
    assert_eq!(find(&world, own.node).await, None);
}

#[tokio::test]
async fn an_endpoint_that_a_dead_node_was_sending_to_is_sent_to_by_another() {
    let (world, tenant) = told_world().await;
    let own = own_lease(&world).await;
    renew(&world.store, own, at(0)).await;
    world.store.ping_webhook(tenant, handle(0), at(0)).await.unwrap();
    assert_eq!(claim_endpoints(&world, at(1)).await.len(), 1);
    let other = world.backend.open_beside();
    assert_eq!(other.claim_webhooks(at(2), 10, 8).await.unwrap().len(), 0);
    assert_eq!(other.release_dead(own, at(15_000)).await, Ok(true));
    assert_eq!(other.claim_webhooks(at(15_000), 10, 8).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_node_that_is_not_current_writes_nothing_but_its_lease() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let own = own_lease(&world).await;
    let membership = Arc::new(Membership::joined(Arc::new(Stopped)));
    world.store.guard(Arc::clone(&membership));
    let open = || world.store.issue(world.challenge(tenant, JANE, at(1)).into());
    open().await.unwrap();
    membership.note_skew(ClockSkew(3_000));
    assert_eq!(open().await, Err(StoreError::Unavailable));
    assert_eq!(world.store.release_webhooks().await, Err(StoreError::Unavailable));
    assert!(world.store.tenant(tenant).await.unwrap().is_some(), "it may look");
    assert!(renew(&world.store, own, at(2)).await);
    membership.note_skew(ClockSkew(0));
    open().await.unwrap();
}

/// A clock that stands still.
struct Stopped;

impl otpmint::domain::time::Clock for Stopped {
    fn now(&self) -> Timestamp {
        at(0)
    }
}
