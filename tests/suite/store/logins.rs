//! What is kept of the logins of routes: as long as the login, and only where it is known how it stands.

use otpmint::domain::id::TenantId;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::Sealed;
use otpmint::domain::tenants::oauth::{LoginId, TokenRefusal};
use otpmint::domain::tenants::route::RouteHandle;
use otpmint::domain::tenants::tenant::TenantSettings;
use otpmint::store::{Changed, LoginsOfRoutes, RouteLogin, SeenLogin, TenantChange};

use crate::store::webhooks::{claim, told_world};
use crate::store::world::{World, at};

async fn change(world: &World, tenant: TenantId, logins: Option<LoginsOfRoutes>) {
    let seen = world.store.tenant(tenant).await.unwrap().unwrap().revision;
    let change = TenantChange {
        happened: Vec::new(),
        tenant,
        seen,
        name: "Example".to_owned(),
        settings: TenantSettings::default(),
        logo: None,
        routes: Some(Sealed(vec![1; 40])),
        logins,
        by: Actor::default(),
    };
    assert_eq!(world.store.change_tenant(change, at(1)).await.unwrap(), Changed::Changed);
}

fn login(id: u8) -> (LoginId, RouteHandle) {
    let handle = format!("smtp_222222222222222{id}");
    (LoginId(id.into()), RouteHandle::parse(&handle).unwrap())
}

async fn found(world: &World, tenant: TenantId, login: LoginId) -> Option<RouteLogin> {
    world.store.route_login(tenant, login).await.unwrap()
}

#[tokio::test]
async fn a_login_is_kept_until_its_owner_changes_it() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let logins = [login(5), login(6)];
    change(&world, tenant, Some(logins.to_vec())).await;
    let seen = SeenLogin { tenant, login: LoginId(5), revision: 0 };
    let token = |byte| Sealed(vec![byte; 9]);
    assert_eq!(world.store.keep_refresh_token(seen, token(1)).await, Ok(true));
    assert_eq!(world.store.keep_refresh_token(seen, token(2)).await, Ok(false), "it has changed since");
    let foreign = SeenLogin { tenant: other, revision: 1, ..seen };
    assert_eq!(world.store.keep_refresh_token(foreign, token(3)).await, Ok(false));
    assert_eq!(found(&world, other, LoginId(5)).await, None);
    let kept = found(&world, tenant, LoginId(5)).await.unwrap();
    assert_eq!((kept.revision, kept.refresh_token, kept.refused), (1, Some(token(1)), None));
    // Neither another change nor another route takes it away.
    change(&world, tenant, None).await;
    change(&world, tenant, Some(vec![logins[0].clone(), login(7)])).await;
    let all = world.store.route_logins(tenant).await.unwrap();
    assert_eq!(all.iter().map(|login| (login.login.0, login.revision)).collect::<Vec<_>>(), [(5, 1), (7, 0)]);
    change(&world, tenant, Some(Vec::new())).await;
    assert_eq!(found(&world, tenant, LoginId(5)).await, None);
    let gone = SeenLogin { revision: 1, ..seen };
    assert_eq!(world.store.keep_refresh_token(gone, token(4)).await, Ok(false));
    assert_eq!(world.store.route_logins(tenant).await.unwrap(), []);
}

#[tokio::test]
async fn a_refusal_is_told_once_until_it_is_taken_back() {
    let (world, tenant) = told_world().await;
    let of_tenant = login(5);
    change(&world, tenant, Some(vec![of_tenant.clone()])).await;
    let seen = |revision| SeenLogin { tenant, login: LoginId(5), revision };
    let stop = async |revision, refusal| world.store.stop_login(seen(revision), refusal, at(2)).await;
    assert_eq!(stop(0, TokenRefusal::InvalidGrant).await, Ok(true));
    assert_eq!(stop(0, TokenRefusal::InvalidGrant).await, Ok(false), "another process has done it");
    assert_eq!(stop(1, TokenRefusal::InvalidClient).await, Ok(true));
    let kept = found(&world, tenant, LoginId(5)).await.unwrap();
    assert_eq!(kept.refused, Some((TokenRefusal::InvalidClient, at(2))));
    assert_eq!(world.store.resume_login(seen(1)).await, Ok(false));
    assert_eq!(world.store.resume_login(seen(2)).await, Ok(true));
    assert_eq!(found(&world, tenant, LoginId(5)).await.unwrap().refused, None);
    assert_eq!(stop(3, TokenRefusal::InvalidScope).await, Ok(true));
    let told = claim(&world, at(3)).await.remove(0).deliveries;
    let told: Vec<_> =
        told.iter().map(|told| (told.kind.as_str(), told.snapshot.as_deref().unwrap())).collect();
    let expected = |error| format!(r#"{{"id":"{}","error":"{error}"}}"#, of_tenant.1);
    let (first, second) = (expected("invalid_grant"), expected("invalid_scope"));
    assert_eq!(told, [("route.failed", first.as_str()), ("route.failed", second.as_str())]);
}
