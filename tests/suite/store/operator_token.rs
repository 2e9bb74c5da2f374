//! Operator tokens: those of all nodes, known by their keyed hashes.

use otpmint::domain::operator::Role;
use otpmint::domain::operator_token::{TokenInfo, TokenName};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::OperatorTokenHash;
use otpmint::store::{NewOperatorToken, TokenAdded};

use crate::store::world::{World, at};

pub fn token(name: &str, hash: u8) -> NewOperatorToken {
    let info = TokenInfo {
        name: TokenName::parse(name).unwrap(),
        role: Role::Support,
        hint: format!("{hash:04}"),
        created_at: at(i64::from(hash)),
        expires_at: Some(at(9_000)),
        used_at: None,
    };
    NewOperatorToken { hash: OperatorTokenHash([hash; 32]), info, by: Actor::default() }
}

/// Who has one of these hashes.
async fn named(world: &World, hashes: &[u8]) -> Option<String> {
    let hashes = hashes.iter().map(|hash| OperatorTokenHash([*hash; 32])).collect();
    world.store.operator_token(hashes).await.unwrap().map(|(_, info)| info.name.to_string())
}

async fn add(world: &World, name: &str, hash: u8) -> TokenAdded {
    world.store.add_operator_token(token(name, hash), 2).await.unwrap()
}

#[tokio::test]
async fn the_token_of_the_settings_counts_until_it_is_replaced() {
    let world = World::new();
    assert_eq!(named(&world, &[1]).await, None);
    assert_eq!(add(&world, "default", 1).await, TokenAdded::Added);
    assert_eq!(add(&world, "default", 2).await, TokenAdded::NameTaken, "another node was first");
    let world = world.restart();
    assert_eq!(named(&world, &[2, 1]).await.as_deref(), Some("default"));
    world.store.set_operator_token(token("default", 2)).await.unwrap();
    assert_eq!(named(&world, &[1]).await, None);
    let [first, second, third] = [1, 2, 3].map(|byte| OperatorTokenHash([byte; 32]));
    // What was read before a replacement does not undo it.
    world.store.rehash_operator_token(first, third).await.unwrap();
    assert_eq!((named(&world, &[3]).await, named(&world, &[2]).await.is_some()), (None, true));
    world.store.rehash_operator_token(second, third).await.unwrap();
    assert_eq!(named(&world, &[3]).await.as_deref(), Some("default"));
    world.store.rehash_operator_token(second, third).await.unwrap();
}

#[tokio::test]
async fn tokens_have_names_of_their_own_and_end_when_they_are_revoked() {
    let world = World::new();
    assert_eq!(add(&world, "default", 1).await, TokenAdded::Added);
    assert_eq!(add(&world, "desk", 2).await, TokenAdded::Added);
    assert_eq!(add(&world, "desk", 3).await, TokenAdded::NameTaken);
    assert_eq!(add(&world, "ci", 4).await, TokenAdded::Added);
    assert_eq!(add(&world, "more", 5).await, TokenAdded::TooMany, "the one of the settings does not count");
    world.store.touch_operator_token(TokenName::parse("ci").unwrap(), at(70)).await.unwrap();
    world.store.touch_operator_token(TokenName::parse("ci").unwrap(), at(60)).await.unwrap();
    let listed = world.store.operator_tokens().await.unwrap();
    let expected: Vec<_> = [("ci", 4), ("default", 1), ("desk", 2)]
        .map(|(name, hash)| token(name, hash).info)
        .into_iter()
        .map(|info| TokenInfo { used_at: (info.name.as_str() == "ci").then_some(at(70)), ..info })
        .collect();
    assert_eq!(listed, expected);
    let desk = TokenName::parse("desk").unwrap();
    let revoke = || world.store.revoke_operator_token(desk.clone(), (Actor::default(), at(80)));
    assert_eq!(revoke().await.unwrap(), Some(token("desk", 2).info));
    assert_eq!(revoke().await.unwrap(), None);
    assert_eq!((named(&world, &[2]).await, named(&world, &[4]).await.is_some()), (None, true));
    let rows = world.store.audit(None, 10).await.unwrap();
    let told: Vec<_> =
        rows.iter().rev().map(|row| (row.event.as_str(), row.object.as_deref().unwrap())).collect();
    let added = |object| ("token_added", object);
    let expected =
        [added("token:default"), added("token:desk"), added("token:ci"), ("token_revoked", "token:desk")];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_named_token_that_the_settings_take_over_is_theirs() {
    let world = World::new();
    assert_eq!(add(&world, "desk", 2).await, TokenAdded::Added);
    world.store.set_operator_token(token("default", 2)).await.unwrap();
    let listed = world.store.operator_tokens().await.unwrap();
    assert_eq!(listed, [token("default", 2).info]);
}
