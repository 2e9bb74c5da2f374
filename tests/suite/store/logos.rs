//! Logos: stored with the settings that name them.

use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::logo::{LogoName, Picture};
use otpmint::domain::tenants::tenant::{TenantSettings, TenantStatus};
use otpmint::store::{Changed, TenantChange};

use crate::store::world::{World, at};

#[tokio::test]
async fn a_logo_is_found_by_its_name_as_long_as_an_active_tenant_has_it() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let names = [1, 2].map(|byte| LogoName::of(Picture::Png, &[byte; 32]));
    let change = |seen, logo: Option<(&LogoName, u8)>| TenantChange {
        happened: Vec::new(),
        tenant,
        seen,
        name: "Example".to_owned(),
        settings: TenantSettings { logo: logo.map(|(name, _)| name.clone()), ..TenantSettings::default() },
        logo: logo.map(|(_, byte)| vec![byte; 9]),
        routes: None,
        logins: None,
        by: Actor::default(),
    };
    let content = async |name: &LogoName| world.store.logo(name.clone()).await.unwrap();
    for (seen, (name, byte)) in [(0, (&names[0], 5)), (1, (&names[1], 6))] {
        let changed = world.store.change_tenant(change(seen, Some((name, byte))), at(1)).await.unwrap();
        assert_eq!(changed, Changed::Changed);
        assert_eq!(content(name).await, Some(vec![byte; 9]));
    }
    assert_eq!(content(&names[0]).await, None, "it was replaced");
    let set = async |status| world.store.set_tenant_status(tenant, status, Actor::default(), at(2)).await;
    assert_eq!(set(TenantStatus::Disabled).await, Ok(true));
    assert_eq!(content(&names[1]).await, None);
    assert_eq!(set(TenantStatus::Active).await, Ok(true));
    assert!(content(&names[1]).await.is_some());
    assert_eq!(world.store.change_tenant(change(4, None), at(3)).await.unwrap(), Changed::Changed);
    assert_eq!(content(&names[1]).await, None);
}
