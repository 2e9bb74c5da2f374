//! When secret keys were used, from where they may be, and the warning before their end.

use otpmint::domain::id::TenantId;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::SecretKeyHash;
use otpmint::domain::tenants::allowed_networks::AllowedNetworks;
use otpmint::domain::tenants::credential::{KeyChange, KeyEnd, KeyHandle, KeyInfo, KeyTerms};
use otpmint::domain::time::Timestamp;
use otpmint::domain::webhooks::event::EventKinds;
use otpmint::store::{
    Added, AddedKey, KeyRotation, NOTE_REFUSED_EVERY, NewKey, UsableKey, UseOfKey, WebhookDeliveryPage,
};

use crate::store::webhooks::{handle, new};
use crate::store::world::{KEEP, World, at, seconds};

const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

async fn usable(world: &World, key: u8, now: Timestamp) -> Option<UsableKey> {
    world.store.tenant_by_key(SecretKeyHash([key; 32]), now).await.unwrap().map(|(_, key)| key)
}

async fn only_key(world: &World, tenant: TenantId, now: Timestamp) -> KeyInfo {
    world.store.secret_keys(tenant, now).await.unwrap().remove(0)
}

async fn change(world: &World, tenant: TenantId, key: &KeyHandle, change: KeyChange) -> Option<KeyInfo> {
    let change = (change, Actor::default());
    world.store.change_secret_key(tenant, key.clone(), change, at(0)).await.unwrap()
}

/// Adds a key that lives for so long.
async fn ending(world: &World, tenant: TenantId, number: u8, lives: std::time::Duration) -> KeyInfo {
    let terms = KeyTerms { expires_at: Some(at(0) + lives), ..KeyTerms::default() };
    let key = NewKey { terms, name: format!("key {number}"), ..world.new_key(number) };
    let new = AddedKey { tenant, key, most: 20, by: Actor::default() };
    match world.store.add_secret_key(new, at(0)).await.unwrap() {
        Added::Added(key) => key,
        refused => panic!("{refused:?}"),
    }
}

#[tokio::test]
async fn the_latest_use_of_a_key_is_kept_whichever_node_records_it_first() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let key = only_key(&world, tenant, at(0)).await.handle;
    assert_eq!(usable(&world, 1, at(0)).await.unwrap().last_used_at, None);
    let used = |tenant, at| UseOfKey { tenant, key: key.clone(), at };
    world.store.note_key_uses(vec![used(tenant, at(9))]).await.unwrap();
    world.store.note_key_uses(vec![used(tenant, at(5)), used(other, at(20))]).await.unwrap();
    assert_eq!(usable(&world, 1, at(30)).await.unwrap().last_used_at, Some(at(9)));
    assert_eq!(only_key(&world, tenant, at(30)).await.last_used_at, Some(at(9)));
    assert_eq!(only_key(&world, other, at(30)).await.last_used_at, None);
}

#[tokio::test]
async fn a_refused_use_is_noted_once_in_a_while_however_many_there_are() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let key = only_key(&world, tenant, at(0)).await.handle;
    let by = Actor::at("203.0.113.9".parse().ok());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (store, key, by) = (world.store.clone(), key.clone(), by.clone());
        tasks.spawn(async move { store.note_refused_use(tenant, key, by, at(1)).await });
    }
    tasks.join_all().await.into_iter().for_each(|noted| noted.unwrap());
    for now in [at(0) + NOTE_REFUSED_EVERY, at(1) + NOTE_REFUSED_EVERY] {
        world.store.note_refused_use(tenant, key.clone(), by.clone(), now).await.unwrap();
    }
    let rows = world.store.audit(Some(tenant), 100).await.unwrap();
    let noted: Vec<_> = rows.iter().filter(|row| row.event == "key_refused").map(|row| row.at).collect();
    assert_eq!(noted, [at(1) + NOTE_REFUSED_EVERY, at(1)]);
    assert!(rows.iter().filter(|row| row.event == "key_refused").all(|row| row.client_ip == by.client_ip));
}

#[tokio::test]
async fn a_key_is_changed_in_part_unless_it_was_replaced_or_is_of_another_tenant() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let key = only_key(&world, tenant, at(0)).await.handle;
    let networks = AllowedNetworks::parse(&["10.0.0.0/8"]).unwrap();
    let narrow = KeyChange { networks: Some(networks.clone()), ..KeyChange::default() };
    assert_eq!(change(&world, other, &key, narrow.clone()).await, None);
    let narrowed = change(&world, tenant, &key, narrow.clone()).await.unwrap();
    assert_eq!(narrowed.terms, KeyTerms { expires_at: None, networks: networks.clone() });
    let ends = KeyChange { end: Some(KeyEnd::At(at(0) + DAY)), networks: None };
    assert_eq!(change(&world, tenant, &key, ends).await.unwrap().terms.networks, networks);
    assert_eq!(usable(&world, 1, at(0)).await.unwrap().networks, networks);
    assert!(usable(&world, 1, at(0) + DAY).await.is_none());
    let free = KeyChange { end: Some(KeyEnd::Never), networks: Some(AllowedNetworks::everywhere()) };
    assert_eq!(change(&world, tenant, &key, free).await.unwrap().terms, KeyTerms::default());
    assert_eq!(only_key(&world, tenant, at(0) + DAY).await.terms, KeyTerms::default());
    world.store.rotate_key(world.rotation(tenant, 3, DAY), at(1)).await.unwrap();
    assert_eq!(change(&world, tenant, &key, narrow).await, None);
    let events = world.store.audit(Some(tenant), 100).await.unwrap();
    assert_eq!(events.iter().filter(|row| row.event == "key_changed").count(), 3);
}

#[tokio::test]
async fn a_key_that_takes_over_lives_as_long_and_may_be_used_from_the_same_networks() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let key = ending(&world, tenant, 3, DAY * 90).await.handle;
    let networks = AllowedNetworks::parse(&["10.0.0.0/8"]).unwrap();
    change(&world, tenant, &key, KeyChange { end: None, networks: Some(networks.clone()) }).await.unwrap();
    let rotation = KeyRotation { replaced: Some(key.clone()), ..world.rotation(tenant, 4, DAY * 30) };
    let late = at(0) + DAY * 80;
    world.store.rotate_key(rotation, late).await.unwrap();
    let keys = world.store.secret_keys(tenant, late).await.unwrap();
    let by_name =
        |replaced: bool| keys.iter().find(|key| key.name == "key 3" && key.replaced_at.is_some() == replaced);
    assert_eq!(by_name(false).unwrap().terms, KeyTerms { expires_at: Some(late + DAY * 90), networks });
    // The overlap does not go beyond the end that was chosen.
    let replaced = by_name(true).unwrap();
    assert_eq!((replaced.terms.expires_at, replaced.replaced_at), (Some(at(0) + DAY * 90), Some(late)));
}

#[tokio::test]
async fn the_owner_of_a_key_is_told_once_that_it_ends_soon() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.store.add_webhook(new(tenant, 0, EventKinds::all()), Actor::default()).await.unwrap();
    let key = ending(&world, tenant, 3, DAY * 90).await;
    let told = async || {
        let page = WebhookDeliveryPage { status: None, before: None, limit: 100 };
        world.store.webhook_deliveries(tenant, handle(0), page).await.unwrap().unwrap()
    };
    let warned_at = at(0) + DAY * 83;
    world.sweep(warned_at - seconds(1), KEEP).await.unwrap();
    assert_eq!(told().await.len(), 0);
    world.sweep(warned_at, KEEP).await.unwrap();
    world.sweep(warned_at + seconds(5), KEEP).await.unwrap();
    let events = told().await;
    assert_eq!(events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["key.expiring"]);
    // Another end is another warning, and none at all is none.
    let end = |end| KeyChange { end: Some(end), networks: None };
    change(&world, tenant, &key.handle, end(KeyEnd::At(at(0) + DAY * 120))).await.unwrap();
    world.sweep(at(0) + DAY * 112, KEEP).await.unwrap();
    assert_eq!(told().await.len(), 1);
    world.sweep(at(0) + DAY * 113, KEEP).await.unwrap();
    assert_eq!(told().await.len(), 2);
    change(&world, tenant, &key.handle, end(KeyEnd::Never)).await.unwrap();
    world.sweep(at(0) + DAY * 400, KEEP).await.unwrap();
    assert_eq!(told().await.len(), 2);
}

#[tokio::test]
async fn a_chosen_end_stays_where_it_is_when_the_clock_is_set_back_and_an_overlap_does_not() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let chosen = ending(&world, tenant, 3, DAY * 30).await.terms.expires_at;
    let keys = world.store.secret_keys(tenant, at(0)).await.unwrap();
    let replaced = keys.iter().find(|key| key.name == "first").map(|key| key.handle.clone());
    let rotation = KeyRotation { replaced, ..world.rotation(tenant, 4, DAY) };
    world.store.rotate_key(rotation, at(0)).await.unwrap();
    world.sweep(at(0), KEEP).await.unwrap();
    world.store.set_back(at(0) - DAY * 10, Actor::default()).await.unwrap();
    let keys = world.store.secret_keys(tenant, at(0) - DAY * 10).await.unwrap();
    assert!(keys.iter().any(|key| key.replaced_at.is_none() && key.terms.expires_at == chosen), "{keys:?}");
    let overlap = keys.iter().find(|key| key.replaced_at.is_some()).expect("a day is left of it");
    assert!(overlap.terms.expires_at < Some(at(0) - DAY * 9), "{keys:?}");
}
