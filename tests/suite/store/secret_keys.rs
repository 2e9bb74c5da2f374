//! A tenant's additional secret keys.

use otpmint::domain::id::TenantId;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::SecretKeyHash;
use otpmint::domain::tenants::credential::{KeyTerms, Scope, Scopes};
use otpmint::domain::time::Timestamp;
use otpmint::store::{Added, AddedKey, KeyRotation, LastManager, NewKey, Revoked};

use crate::store::world::{World, at};

const HOUR: std::time::Duration = std::time::Duration::from_secs(3600);

fn key(world: &World, number: u8, scopes: Scopes) -> NewKey {
    NewKey { name: format!("name {number}"), scopes, ..world.new_key(number) }
}

async fn add(world: &World, tenant: TenantId, key: NewKey, most: usize) -> Added {
    world.store.add_secret_key(AddedKey { tenant, key, most, by: Actor::default() }, at(1)).await.unwrap()
}

async fn revoke(world: &World, tenant: TenantId, key: &NewKey) -> Revoked {
    let by = (Actor::default(), LastManager::Stays);
    world.store.revoke_secret_key(tenant, key.handle.clone(), by, at(2)).await.unwrap()
}

async fn scopes(world: &World, key: u8, now: Timestamp) -> Option<String> {
    let found = world.store.tenant_by_key(SecretKeyHash([key; 32]), now).await.unwrap();
    found.map(|(_, key)| key.scopes.to_words())
}

#[tokio::test]
async fn a_key_opens_its_tenant_with_its_own_scopes_until_it_is_revoked() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let new = key(&world, 3, [Scope::Verify].into_iter().collect());
    let Added::Added(told) = add(&world, tenant, new.clone(), 5).await else { panic!("room for five") };
    assert_eq!((&told.handle, told.created_at, told.terms.expires_at), (&new.handle, at(1), None));
    assert_eq!(scopes(&world, 3, at(2)).await.as_deref(), Some("verify"));
    assert_eq!(scopes(&world, 1, at(2)).await.as_deref(), Some("mint verify manage"));
    let live = world.store.secret_keys(tenant, at(2)).await.unwrap();
    assert!(live.len() == 2 && live.contains(&told));
    assert_eq!(world.store.secret_keys(other, at(2)).await.unwrap().len(), 1);
    assert_eq!(revoke(&world, other, &new).await, Revoked::Unknown);
    assert!(
        matches!(revoke(&world, tenant, &new).await, Revoked::Revoked(gone) if gone.handle == new.handle)
    );
    assert_eq!(scopes(&world, 3, at(3)).await, None);
    assert_eq!(revoke(&world, tenant, &new).await, Revoked::Unknown);
}

#[tokio::test]
async fn keys_are_refused_beyond_their_number_under_a_name_in_use_and_when_taken() {
    let world = World::new();
    let (tenant, _) = (world.tenant(1).await, world.tenant(2).await);
    let new = key(&world, 3, Scopes::USUAL);
    assert!(matches!(add(&world, tenant, new.clone(), 2).await, Added::Added(_)));
    assert_eq!(add(&world, tenant, key(&world, 4, Scopes::USUAL), 2).await, Added::TooMany);
    assert_eq!(add(&world, tenant, NewKey { name: new.name, ..world.new_key(5) }, 5).await, Added::NameTaken);
    assert_eq!(add(&world, tenant, key(&world, 2, Scopes::USUAL), 5).await, Added::Taken);
    assert_eq!(world.store.secret_keys(tenant, at(2)).await.unwrap().len(), 2);
}

#[tokio::test]
async fn keys_that_end_within_a_time_are_listed_over_all_tenants_the_first_to_end_first() {
    let world = World::new();
    let (one, other) = (world.tenant(1).await, world.tenant(2).await);
    let ending = |number, end| {
        let new = key(&world, number, Scopes::USUAL);
        NewKey { terms: KeyTerms { expires_at: Some(at(end)), ..new.terms.clone() }, ..new }
    };
    for (tenant, new) in [(one, ending(3, 300)), (other, ending(4, 200)), (other, ending(5, 900))] {
        assert!(matches!(add(&world, tenant, new, 5).await, Added::Added(_)));
    }
    let list =
        async |from, until, limit| world.store.ending_keys((at(from), at(until)), limit).await.unwrap();
    let (four, three) = ((other, "name 4".to_owned(), at(200)), (one, "name 3".to_owned(), at(300)));
    assert_eq!(list(2, 500, 9).await, [four.clone(), three.clone()]);
    assert_eq!(list(2, 500, 1).await, [four]);
    assert_eq!(list(250, 500, 9).await, [three]);
    assert_eq!(list(2, 100, 9).await, []);
}

#[tokio::test]
async fn the_last_key_that_manages_and_was_not_replaced_stays() {
    let world = World::new();
    let new = world.new_tenant(1);
    let (tenant, first) = (new.tenant.id, new.key.clone());
    world.store.add_tenant(new).await.unwrap();
    let verifier = key(&world, 3, [Scope::Verify].into_iter().collect());
    add(&world, tenant, verifier.clone(), 5).await;
    assert_eq!(revoke(&world, tenant, &first).await, Revoked::LastManager);
    let (replaced, next) = (Some(first.handle.clone()), world.new_key(4));
    let rotation = KeyRotation { replaced, handle: next.handle.clone(), ..world.rotation(tenant, 4, HOUR) };
    world.store.rotate_key(rotation, at(1)).await.unwrap();
    assert_eq!(revoke(&world, tenant, &next).await, Revoked::LastManager, "the other one ends by itself");
    assert!(matches!(revoke(&world, tenant, &first).await, Revoked::Revoked(_)));
    assert_eq!(revoke(&world, tenant, &next).await, Revoked::LastManager);
    assert!(matches!(revoke(&world, tenant, &verifier).await, Revoked::Revoked(_)));
}
