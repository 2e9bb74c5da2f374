//! The tenants whose codes are minted.

use anyhow::{Result, ensure};
use otpmint::app::{SystemClocks, SystemEntropy};
use otpmint::domain::id::{IdGenerator, TenantId};
use otpmint::domain::policy::GrantedLimits;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::SecretKeyHash;
use otpmint::domain::steady_clock::TimeSource;
use otpmint::domain::tenants::credential::{KeyHandle, KeyTerms, Scopes};
use otpmint::domain::tenants::tenant::{Tenant, TenantHandle, TenantSettings, TenantStatus};
use otpmint::domain::time::Timestamp;
use otpmint::store::postgres::PostgresStore;
use otpmint::store::{NewKey, NewTenant, TenantStore};

/// Adds a tenant that may do everything.
pub(crate) async fn add_tenant(store: &PostgresStore, ids: &IdGenerator) -> Result<TenantId> {
    let new = tenant(TenantId(ids.next(now())));
    let id = new.tenant.id;
    ensure!(store.add_tenant(new).await?, "the tenant is new");
    Ok(id)
}

fn tenant(id: TenantId) -> NewTenant {
    let entropy = &SystemEntropy;
    let tenant = Tenant {
        id,
        handle: TenantHandle::draw(entropy),
        name: "bench".to_owned(),
        status: TenantStatus::Active,
        created_at: now(),
        sandbox_of: None,
        settings: TenantSettings::default(),
        limits: GrantedLimits::default(),
        suspicion: None,
        revision: 0,
        routes: None,
    };
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&id.0.to_be_bytes());
    let key = NewKey {
        hash: SecretKeyHash(hash),
        handle: KeyHandle::draw(entropy),
        name: "first".to_owned(),
        scopes: Scopes::USUAL,
        hint: "benc".to_owned(),
        terms: KeyTerms::default(),
    };
    NewTenant { tenant, logins: Vec::new(), key, by: Actor::default() }
}

/// The time of this machine.
pub(crate) fn now() -> Timestamp {
    SystemClocks.wall()
}
