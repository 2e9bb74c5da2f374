//! Verbs that query the database freely, beside mints and verifications: how often they run again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use otpmint::app::SystemEntropy;
use otpmint::domain::id::TenantId;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::SecretKeyHash;
use otpmint::domain::tenants::credential::{KeyHandle, KeyTerms, Scopes};
use otpmint::store::postgres::PostgresStore;
use otpmint::store::{Added, AddedKey, LastManager, NewKey, Revoked, SecretKeyStore};

use super::tenants::now;

/// How many tenants each node's verbs are about, in turn.
pub(crate) const TENANTS: usize = 500;

/// The pause between two of them on one node: far more often than people change their settings.
const PAUSE: Duration = Duration::from_millis(20);

/// Adds keys to tenants and revokes them until told to stop. Returns the number of verbs.
pub(crate) async fn change_keys(
    store: Arc<PostgresStore>,
    tenants: Vec<TenantId>,
    stop: Arc<AtomicBool>,
) -> Result<u64> {
    let mut verbs = 0;
    for tenant in tenants.into_iter().cycle().take_while(|_| !stop.load(Ordering::Relaxed)) {
        let handle = KeyHandle::draw(&SystemEntropy);
        let mut hash = [7; 32];
        hash[..8].copy_from_slice(&tenant.0.to_be_bytes());
        hash[8..16].copy_from_slice(&u64::to_be_bytes(verbs));
        let key = NewKey {
            hash: SecretKeyHash(hash),
            handle: handle.clone(),
            name: "second".to_owned(),
            scopes: Scopes::USUAL,
            hint: "benc".to_owned(),
            terms: KeyTerms::default(),
        };
        let new = AddedKey { tenant, key, most: 10, by: Actor::default() };
        ensure!(matches!(store.add_secret_key(new, now()).await?, Added::Added(_)), "every key is added");
        let revoked =
            store.revoke_secret_key(tenant, handle, (Actor::default(), LastManager::Stays), now()).await?;
        ensure!(matches!(revoked, Revoked::Revoked(_)), "every key is revoked");
        verbs += 2;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(verbs)
}
