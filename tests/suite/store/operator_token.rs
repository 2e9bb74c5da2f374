//! The operator token: one for all nodes, known by its keyed hash.

use otpmint::domain::secret::OperatorTokenHash;

use crate::store::world::World;

#[tokio::test]
async fn the_first_token_counts_until_it_is_replaced() {
    let world = World::new();
    let [first, second, third] = [1, 2, 3].map(|byte| OperatorTokenHash([byte; 32]));
    assert_eq!(world.store.operator_token().await.unwrap(), None);
    assert!(world.store.add_operator_token(first).await.unwrap());
    assert!(!world.store.add_operator_token(second).await.unwrap(), "another node was first");
    let world = world.restart();
    assert_eq!(world.store.operator_token().await.unwrap(), Some(first));
    world.store.set_operator_token(second).await.unwrap();
    assert_eq!(world.store.operator_token().await.unwrap(), Some(second));
    // What was read before a replacement does not undo it.
    world.store.rehash_operator_token(first, third).await.unwrap();
    assert_eq!(world.store.operator_token().await.unwrap(), Some(second));
    world.store.rehash_operator_token(second, third).await.unwrap();
    assert_eq!(world.store.operator_token().await.unwrap(), Some(third));
}
