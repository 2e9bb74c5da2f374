//! Tenants and their secret keys.

use otpmint::domain::id::TenantId;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::SecretKeyHash;
use otpmint::domain::tenants::credential::Scopes;
use otpmint::domain::tenants::tenant::{TenantSettings, TenantStatus};
use otpmint::domain::time::Timestamp;
use otpmint::store::{Changed, Decision, NewTenant, Rotated, TenantChange};

use crate::store::world::{JANE, RIGHT, World, at};

const HOUR: std::time::Duration = std::time::Duration::from_secs(3600);

async fn owner(world: &World, key: u8, now: Timestamp) -> Option<TenantId> {
    let found = world.store.tenant_by_key(SecretKeyHash([key; 32]), now).await.unwrap();
    found.map(|(tenant, ..)| tenant.id)
}

async fn rotate(world: &World, tenant: TenantId, key: u8, now: Timestamp) -> bool {
    let rotated = world.store.rotate_key(world.rotation(tenant, key, HOUR), now).await.unwrap();
    matches!(rotated, Rotated::Rotated(_))
}

#[tokio::test]
async fn a_tenant_is_found_by_key_row_and_handle() {
    let world = World::new();
    let new = world.new_tenant(1);
    assert_eq!(world.store.add_tenant(new.clone()).await, Ok(true));
    let (by_key, key) = world.store.tenant_by_key(new.key.hash, at(1)).await.unwrap().unwrap();
    let by_row = world.store.tenant(new.tenant.id).await.unwrap().unwrap();
    let by_handle = world.store.tenant_by_handle(new.tenant.handle.clone(), at(1)).await.unwrap();
    let (by_handle, keys) = by_handle.unwrap();
    for found in [by_key, by_row, by_handle] {
        assert_eq!(format!("{found:?}"), format!("{:?}", new.tenant));
        assert!(found.routes == new.tenant.routes);
    }
    assert_eq!((key.scopes, keys[0].scopes), (Scopes::USUAL, Scopes::USUAL));
    assert_eq!((&key.handle, &keys[0].handle), (&new.key.handle, &new.key.handle));
    assert_eq!((keys.len(), keys[0].hint.as_str(), keys[0].terms.expires_at), (1, "key1", None));
    assert_eq!(owner(&world, 2, at(1)).await, None);
    assert!(world.store.tenant(TenantId(1)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_taken_key_makes_no_tenant() {
    let world = World::new();
    let first = world.tenant(1).await;
    let second = NewTenant { key: world.new_key(1), ..world.new_tenant(2) };
    assert_eq!(world.store.add_tenant(second.clone()).await, Ok(false));
    assert!(world.store.tenant(second.tenant.id).await.unwrap().is_none());
    assert_eq!(owner(&world, 1, at(1)).await, Some(first));
}

#[tokio::test]
async fn a_rotated_key_works_until_its_overlap_ends_to_the_millisecond() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    assert!(rotate(&world, tenant, 2, at(5)).await);
    let end = at(5) + HOUR;
    assert_eq!(owner(&world, 1, end - std::time::Duration::from_millis(1)).await, Some(tenant));
    assert_eq!(owner(&world, 1, end).await, None);
    assert_eq!(owner(&world, 2, end).await, Some(tenant));
}

#[tokio::test]
async fn two_keys_live_at_most() {
    let world = World::new();
    let new = world.new_tenant(1);
    let (tenant, handle) = (new.tenant.id, new.tenant.handle.clone());
    world.store.add_tenant(new).await.unwrap();
    assert!(rotate(&world, tenant, 2, at(10)).await);
    assert!(rotate(&world, tenant, 3, at(20)).await);
    assert_eq!(owner(&world, 1, at(21)).await, None);
    assert_eq!(owner(&world, 2, at(21)).await, Some(tenant));
    assert_eq!(owner(&world, 3, at(21)).await, Some(tenant));
    let hints = async |now| {
        let (_, keys) = world.store.tenant_by_handle(handle.clone(), now).await.unwrap().unwrap();
        keys.into_iter().map(|key| key.hint).collect::<Vec<_>>()
    };
    assert_eq!(hints(at(21)).await, ["key3", "key2"]);
    assert_eq!(hints(at(20) + HOUR).await, ["key3"]);
}

#[tokio::test]
async fn a_key_that_is_taken_cannot_be_rotated_to() {
    let world = World::new();
    let (first, second) = (world.tenant(1).await, world.tenant(2).await);
    assert!(!rotate(&world, first, 2, at(10)).await);
    assert!(!rotate(&world, first, 1, at(10)).await);
    assert_eq!(owner(&world, 1, at(10) + HOUR).await, Some(first));
    assert_eq!(owner(&world, 2, at(10) + HOUR).await, Some(second));
}

#[tokio::test]
async fn the_keys_and_challenges_of_a_disabled_tenant_open_nothing() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let id = world.open(tenant, JANE, at(0)).await;
    assert_eq!(
        world.store.set_tenant_status(tenant, TenantStatus::Disabled, Actor::default(), at(1)).await,
        Ok(true)
    );
    assert_eq!(owner(&world, 1, at(2)).await, None);
    assert_eq!(owner(&world, 2, at(2)).await, Some(other));
    assert_eq!(world.attempt(id, RIGHT, at(2)).await, Decision::Unknown);
    assert_eq!(world.find(tenant, id).await.standing.attempts, 0);
    assert_eq!(
        world.store.set_tenant_status(tenant, TenantStatus::Active, Actor::default(), at(3)).await,
        Ok(true)
    );
    assert_eq!(owner(&world, 1, at(4)).await, Some(tenant));
    assert!(matches!(world.attempt(id, RIGHT, at(4)).await, Decision::Verified(_)));
}

#[tokio::test]
async fn there_is_no_switching_off_nobody() {
    let world = World::new();
    let nobody = TenantId(12);
    assert_eq!(
        world.store.set_tenant_status(nobody, TenantStatus::Disabled, Actor::default(), at(0)).await,
        Ok(false)
    );
}

#[tokio::test]
async fn tenants_are_listed_in_order_of_registration() {
    let world = World::new();
    let mut registered = Vec::new();
    for key in [9, 1, 5] {
        registered.push(world.tenant(key).await);
    }
    let listed: Vec<_> = world.store.tenants().await.unwrap().into_iter().map(|tenant| tenant.id).collect();
    assert_eq!(listed, registered);
}

#[tokio::test]
async fn tenants_are_found_by_a_part_of_their_name_or_handle_whatever_it_consists_of() {
    let world = World::new();
    let mut named = Vec::new();
    for (key, name) in [(1, "Ärzte & Co"), (2, "100% Shop"), (3, "shopping")] {
        let mut new = world.new_tenant(key);
        new.tenant.name = name.to_owned();
        named.push((new.tenant.id, new.tenant.handle.clone()));
        assert_eq!(world.store.add_tenant(new).await, Ok(true));
    }
    let found = async |text: &str, after| {
        let found = world.store.tenants_like(text.to_owned(), after, 10).await.unwrap();
        found.into_iter().map(|tenant| tenant.id).collect::<Vec<_>>()
    };
    let ids: Vec<_> = named.iter().map(|(id, _)| *id).collect();
    assert_eq!(found("SHOP", None).await, [ids[1], ids[2]]);
    assert_eq!(found("shop", Some(ids[1])).await, [ids[2]]);
    assert_eq!(found("%", None).await, [ids[1]]);
    assert_eq!(found("_", None).await, ids, "each handle has one");
    assert_eq!(found(named[0].1.as_str(), None).await, [ids[0]]);
    assert!(found("~", None).await.is_empty());
}

#[tokio::test]
async fn a_tenant_that_was_changed_since_it_was_looked_at_stays_as_it_is() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let change = |name: &str, seen| TenantChange {
        happened: Vec::new(),
        logins: None,
        tenant,
        seen,
        name: name.to_owned(),
        settings: TenantSettings::default(),
        logo: None,
        routes: None,
        by: Actor::default(),
    };
    assert_eq!(world.store.change_tenant(change("first", 0), at(1)).await, Ok(Changed::Changed));
    assert_eq!(world.store.change_tenant(change("second", 0), at(2)).await, Ok(Changed::Conflict));
    let now = world.store.tenant(tenant).await.unwrap().unwrap();
    assert_eq!((now.name.as_str(), now.revision, now.routes.is_none()), ("first", 1, true));
}
