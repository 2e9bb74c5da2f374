//! Callers with a shareable key and nothing else, and the pages that tenants allow.

use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::tenant::{TenantSettings, TenantStatus};
use otpmint::domain::time::Timestamp;
use otpmint::domain::web_origin::WebOrigin;
use otpmint::store::{Attempt, Changed, Decision, NewTenant, Target, TenantChange};

use crate::store::world::{JANE, RIGHT, WRONG, World, at, attempt, deadline};

fn page(name: &str) -> WebOrigin {
    WebOrigin::parse(&format!("https://{name}.example")).unwrap()
}

fn settings(names: &[&str]) -> TenantSettings {
    TenantSettings { allowed_origins: names.iter().copied().map(page).collect(), ..Default::default() }
}

/// A tenant that allows these pages.
async fn tenant(world: &World, key: u8, names: &[&str]) -> TenantId {
    let mut new = world.new_tenant(key);
    new.tenant.settings = settings(names);
    assert_eq!(world.store.add_tenant(new.clone()).await, Ok(true));
    new.tenant.id
}

async fn is_held(world: &World, id: ChallengeId, from: Option<&str>, now: Timestamp) -> bool {
    world.store.held_challenge(id, from.map(page), now).await.unwrap().is_some()
}

async fn is_allowed(world: &World, name: &str) -> bool {
    world.store.is_allowed_page(page(name)).await.unwrap()
}

#[tokio::test]
async fn a_page_is_allowed_as_long_as_an_active_tenant_has_it_in_its_settings() {
    let world = World::new();
    let (one, other) = (tenant(&world, 1, &["a", "b"]).await, tenant(&world, 2, &["b"]).await);
    assert!(is_allowed(&world, "a").await && is_allowed(&world, "b").await && !is_allowed(&world, "c").await);
    let row = world.store.tenant(one).await.unwrap().unwrap();
    assert_eq!(row.settings, settings(&["a", "b"]));
    let (seen, name, routes) = (row.revision, row.name, row.routes);
    let settings_now = settings(&["c", "c"]);
    let change = TenantChange {
        happened: Vec::new(),
        logins: None,
        tenant: one,
        seen,
        name,
        settings: settings_now,
        logo: None,
        routes,
        by: Actor::default(),
    };
    assert_eq!(world.store.change_tenant(change.clone(), at(1)).await, Ok(Changed::Changed));
    let late = TenantChange { settings: settings(&["d"]), ..change };
    assert_eq!(world.store.change_tenant(late, at(1)).await, Ok(Changed::Conflict));
    let world = world.restart();
    for (name, allowed) in [("a", false), ("b", true), ("c", true), ("d", false)] {
        assert_eq!(is_allowed(&world, name).await, allowed, "{name}");
    }
    world.store.set_tenant_status(other, TenantStatus::Disabled, Actor::default(), at(2)).await.unwrap();
    assert!(!is_allowed(&world, "b").await && is_allowed(&world, "c").await);
}

#[tokio::test]
async fn a_challenge_is_held_while_it_is_pending_and_by_pages_that_its_tenant_allows() {
    let world = World::new();
    let (one, _) = (tenant(&world, 1, &["a"]).await, tenant(&world, 2, &["b"]).await);
    let id = world.open(one, JANE, at(0)).await;
    let held = world.store.held_challenge(id, Some(page("a")), at(1)).await.unwrap();
    let (owner, challenge) = held.unwrap();
    assert_eq!((owner.id, challenge), (one, world.find(one, id).await));
    assert!(is_held(&world, id, None, at(1)).await);
    assert!(!is_held(&world, id, Some("b"), at(1)).await && !is_held(&world, id, Some("c"), at(1)).await);
    assert!(!is_held(&world, id, None, deadline()).await);
    assert!(!is_held(&world, ChallengeId::NONE, None, at(1)).await);
    world.store.set_tenant_status(one, TenantStatus::Disabled, Actor::default(), at(2)).await.unwrap();
    assert!(!is_held(&world, id, None, at(3)).await);
    world.store.set_tenant_status(one, TenantStatus::Active, Actor::default(), at(4)).await.unwrap();
    assert!(matches!(world.attempt(id, RIGHT, at(5)).await, Decision::Verified(_)));
    assert!(!is_held(&world, id, None, at(6)).await);
}

#[tokio::test]
async fn a_page_that_the_tenant_does_not_allow_uses_up_nothing() {
    let world = World::new();
    let (one, _) = (tenant(&world, 1, &["a"]).await, tenant(&world, 2, &["b"]).await);
    let id = world.open(one, JANE, at(0)).await;
    let target = |name: &str| Target::Held(id, Some(page(name)));
    let from = |name: &str, hash| Attempt { target: target(name), ..attempt(id, hash, at(1)) };
    for _ in 0..10 {
        assert_eq!(world.decide(from("b", WRONG)).await, Decision::Unknown);
        assert_eq!(world.decide(from("c", RIGHT)).await, Decision::Unknown);
    }
    assert_eq!(world.find(one, id).await.standing.attempts, 0);
    assert_eq!(world.decide(from("a", WRONG)).await, Decision::Mismatched { attempts_remaining: 4 });
    assert!(matches!(world.decide(from("a", RIGHT)).await, Decision::Verified(_)));
}

#[tokio::test]
async fn an_answer_to_what_has_ended_is_one_to_what_never_was() {
    let world = World::new();
    let tenant = tenant(&world, 1, &[]).await;
    let decide = async |id, hash, now| {
        world.decide(Attempt { target: Target::Held(id, None), ..attempt(id, hash, now) }).await
    };
    let (used, late) = (world.open(tenant, JANE, at(0)).await, world.open(tenant, JANE, at(0)).await);
    assert!(matches!(decide(used, RIGHT, at(1)).await, Decision::Verified(_)));
    let spent = world.open(tenant, JANE, at(0)).await;
    for attempts_remaining in (0..5).rev() {
        assert_eq!(decide(spent, WRONG, at(1)).await, Decision::Mismatched { attempts_remaining });
    }
    for (id, now) in [(used, at(2)), (spent, at(2)), (late, deadline()), (ChallengeId::NONE, at(2))] {
        assert_eq!(decide(id, RIGHT, now).await, Decision::Unknown);
    }
}

#[tokio::test]
async fn a_sandbox_is_as_active_as_its_tenant() {
    let world = World::new();
    let live = tenant(&world, 1, &[]).await;
    let mut new = world.new_tenant(2);
    (new.tenant.sandbox_of, new.tenant.settings) = (Some(live), settings(&["a"]));
    let NewTenant { tenant, .. } = new.clone();
    assert_eq!(world.store.add_tenant(new).await, Ok(true));
    let id = world.open(tenant.id, JANE, at(0)).await;
    world.store.set_tenant_status(live, TenantStatus::Disabled, Actor::default(), at(1)).await.unwrap();
    assert!(!is_allowed(&world, "a").await && !is_held(&world, id, None, at(2)).await);
    assert_eq!(world.attempt(id, RIGHT, at(2)).await, Decision::Unknown);
    world.store.set_tenant_status(live, TenantStatus::Active, Actor::default(), at(3)).await.unwrap();
    assert!(is_allowed(&world, "a").await && is_held(&world, id, Some("a"), at(4)).await);
}
