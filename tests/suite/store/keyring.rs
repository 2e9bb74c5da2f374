//! The wrapped sub-keys: losing or replacing one would lose everything under it.

use otpmint::domain::secret::{Sealed, WrappedKey};

use crate::store::world::{World, at};

fn key(purpose: &str, version: u32, byte: u8) -> WrappedKey {
    WrappedKey {
        purpose: purpose.to_owned(),
        version,
        wrapped: Sealed(vec![byte; 48]),
        made_at: at(1),
        active_from: at(2),
    }
}

async fn kept(world: &World) -> Vec<(String, u32, u8)> {
    let keys = world.store.keyring().await.unwrap();
    let mut kept: Vec<_> = keys.into_iter().map(|key| (key.purpose, key.version, key.wrapped.0[0])).collect();
    kept.sort();
    kept
}

#[tokio::test]
async fn keys_are_added_and_never_overwritten() {
    let world = World::new();
    assert_eq!(kept(&world).await, []);
    world.store.add_keys(vec![key("code", 1, 1), key("seal", 1, 2)]).await.unwrap();
    world.store.add_keys(vec![key("code", 1, 9), key("code", 2, 3)]).await.unwrap();
    let expected = [("code", 1, 1), ("code", 2, 3), ("seal", 1, 2)];
    let expected = expected.map(|(purpose, version, byte)| (purpose.to_owned(), version, byte));
    assert_eq!(kept(&world).await, expected);
    assert_eq!(kept(&world.restart()).await, expected);
}
