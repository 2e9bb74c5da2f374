//! The audit trail and the tenants page by page, and an additional key.

use otpmint::domain::id::TenantId;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::reports::audit::{AuditCursor, AuditEvent, AuditQuery, AuditRow};
use otpmint::domain::tenants::credential::MAX_KEYS;
use otpmint::store::{Added, AddedKey, NewKey};

use crate::store::world::{JANE, RIGHT, World, at, seconds};

/// A page of at most this many rows of a tenant.
fn asked(tenant: TenantId, limit: usize) -> AuditQuery {
    AuditQuery { tenant: Some(tenant), limit, ..AuditQuery::default() }
}

/// All rows, page by page; something else happens between two pages.
async fn read(world: &World, asked: AuditQuery, between: impl AsyncFn(i64)) -> Vec<AuditRow> {
    let (mut rows, mut after, mut pages) = (Vec::new(), None::<AuditCursor>, 0);
    loop {
        let page = world.store.audit_page(AuditQuery { after, ..asked.clone() }).await.unwrap();
        assert!(page.rows.len() <= asked.limit);
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return rows;
        }
        pages += 1;
        between(pages).await;
    }
}

#[tokio::test]
async fn pages_hold_every_row_once_though_others_are_written_meanwhile() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    for millis in 1..=10 {
        world.open(tenant, JANE, at(millis)).await;
        world.open(other, JANE, at(millis)).await;
    }
    let before = world.store.audit(Some(tenant), 100).await.unwrap();
    let rows = read(&world, asked(tenant, 3), async |page| {
        world.open(tenant, JANE, at(1_000 + page)).await;
    })
    .await;
    assert_eq!(rows, before);
    assert_eq!(rows.len(), 11);
}

#[tokio::test]
async fn filters_choose_event_challenge_and_time() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let first = world.open(tenant, JANE, at(10)).await;
    world.open(tenant, JANE, at(20)).await;
    world.attempt(first, RIGHT, at(30)).await;
    let events = async |asked: AuditQuery| -> Vec<(String, i64)> {
        let rows = read(&world, asked, async |_| {}).await;
        rows.into_iter().map(|row| (row.event, row.at.as_millis() - at(0).as_millis())).collect()
    };
    let named = |events: &[(&str, i64)]| -> Vec<(String, i64)> {
        events.iter().map(|(event, at)| ((*event).to_owned(), *at)).collect()
    };
    let minted = AuditQuery { event: Some(AuditEvent::Minted), ..asked(tenant, 1) };
    assert_eq!(events(minted).await, named(&[("minted", 20), ("minted", 10)]));
    let about = AuditQuery { challenge: Some(first), ..asked(tenant, 1) };
    assert_eq!(events(about.clone()).await, named(&[("verified", 30), ("minted", 10)]));
    assert!(events(AuditQuery { tenant: Some(other), ..about }).await.is_empty());
    let within = AuditQuery { from: Some(at(10)), to: Some(at(30)), ..asked(tenant, 1) };
    assert_eq!(events(within).await, named(&[("minted", 20), ("minted", 10)]));
    let everybodys = AuditQuery { limit: 100, ..AuditQuery::default() };
    assert_eq!(events(everybodys).await.len(), 5);
}

#[tokio::test]
async fn tenants_come_in_order_of_registration_and_none_twice() {
    let world = World::new();
    let mut expected = Vec::new();
    for key in 1..=5 {
        expected.push(world.tenant(key).await);
    }
    let mut found = Vec::new();
    loop {
        let page = world.store.tenants_after(found.last().copied(), 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        found.extend(page.iter().map(|tenant| tenant.id));
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn an_added_key_works_beside_the_others_and_none_is_given_twice() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let added = |tenant, key| {
        let key = NewKey { name: "rescue".to_owned(), ..world.new_key(key) };
        AddedKey { tenant, key, most: MAX_KEYS, by: Actor::at("192.0.2.3".parse().ok()) }
    };
    let first = world.store.add_secret_key(added(tenant, 9), at(1)).await;
    assert!(matches!(first, Ok(Added::Added(_))), "{first:?}");
    assert_eq!(world.store.add_secret_key(added(other, 9), at(2)).await, Ok(Added::Taken));
    for key in [1, 9] {
        let (found, ..) =
            world.store.tenant_by_key(world.new_key(key).hash, at(0) + seconds(5)).await.unwrap().unwrap();
        assert_eq!(found.id, tenant);
    }
    let row = world.store.audit(Some(tenant), 1).await.unwrap().remove(0);
    assert_eq!((row.event.as_str(), row.client_ip), ("key_added", "192.0.2.3".parse().ok()));
    assert_eq!(world.events(other).await, ["tenant_registered"]);
}
