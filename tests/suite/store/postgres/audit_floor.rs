//! The floor of the audit trail over several nodes.

use otpmint::domain::id;
use otpmint::domain::node::Node;
use otpmint::store::AuditSealed;

use crate::store::audit_seals::{seal, two_nodes_seal_every_row_once};
use crate::store::backend::in_postgres;
use crate::store::postgres::place::{Reached, server};
use crate::store::world::{JANE, WRONG, World, at, attempt};

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn two_nodes_over_one_database_seal_every_row_once() {
    let Some(server) = server() else { return };
    two_nodes_seal_every_row_once(World::on(Box::new(Reached::directly(server)))).await;
}

#[tokio::test]
async fn nothing_is_sealed_while_a_node_that_has_joined_meanwhile_may_still_write_there() {
    let Some(server) = server() else { return };
    let reached = Reached::directly(server);
    let place = reached.place(3);
    let world = World::on(Box::new(reached));
    let tenant = world.tenant(1).await;
    let challenge = world.open(tenant, JANE, at(0)).await;
    let until = id::first_at(at(100_000));
    world.store.raise_audit_floor(until).await.unwrap();
    let joined = in_postgres(place, Node::numbered(5));
    assert_eq!(world.store.seal_audit(seal(1, until, 2)).await, Ok(AuditSealed::Unsettled));
    joined.record_attempt(attempt(challenge, WRONG, at(1))).await.unwrap();
    world.store.raise_audit_floor(until).await.unwrap();
    assert_eq!(
        world.store.seal_audit(seal(1, until, 2)).await,
        Ok(AuditSealed::Unsettled),
        "its row is there"
    );
    assert_eq!(world.store.seal_audit(seal(1, until, 3)).await, Ok(AuditSealed::Sealed));
    // Whoever joins now begins at the seal.
    joined.record_attempt(attempt(challenge, WRONG, at(2))).await.unwrap();
    assert_eq!(world.store.audit_rows_from(until).await.unwrap().0, 1);
}
