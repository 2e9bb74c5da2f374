//! Authenticate: from a secret key to the tenant that holds it.

use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::crypto::secret_key::SecretKey;
use crate::domain::id::TenantId;
use crate::domain::secret::SecretKeyHash;
use crate::domain::tenants::credential::Scopes;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Clock;
use crate::service::admission::Admission;
use crate::service::keys::sub_keys::SubKeys;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::routes::senders::Senders;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::templates::template_cache::TemplateCache;
use crate::store::Store;

use super::authenticated::{AuthenticatedTenant, Entry};
use super::directory::Directory;

/// Whether a text has the shape of a generated secret key, which nobody can guess.
pub fn is_generated(secret_key: &str) -> bool {
    SecretKey::is_generated(secret_key)
}

/// What finds the tenant of a secret key.
pub struct Authenticator {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    rules: Arc<Rules>,
    admission: Arc<Admission>,
    directory: Arc<Directory>,
    senders: Arc<Senders>,
    keys: Arc<SubKeys>,
}

impl Authenticator {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            rules: Arc::clone(&parts.rules),
            admission: Arc::clone(&shared.admission),
            directory: Arc::clone(&shared.directory),
            senders: Arc::clone(&shared.senders),
            keys: Arc::clone(&shared.keys),
        }
    }
}

impl Authenticator {
    /// The tenant that holds this secret key.
    pub async fn authenticate(&self, secret_key: &str) -> Result<AuthenticatedTenant, Refusal> {
        let key = SecretKey::presented(secret_key).map_err(|_| Refusal::UnknownSecretKey)?;
        if let Some(found) = self.find_tenant(&key).await? {
            return Ok(found);
        }
        // Another process may have kept it under a version that is newer than those known here.
        let found = match self.keys.refresh_missing().await {
            true => self.find_tenant(&key).await?,
            false => None,
        };
        found.ok_or(Refusal::UnknownSecretKey)
    }

    async fn find_tenant(&self, key: &SecretKey) -> Result<Option<AuthenticatedTenant>, Refusal> {
        let now = self.clock.now();
        let hashes = self.keyring.secret_key_hashes(key.expose());
        let present = hashes[0];
        // While it was looked for under the other versions, somebody may have brought it to this one.
        let again = (hashes.len() > 1).then_some(present);
        for hash in hashes.into_iter().chain(again) {
            if let Some(known) = self.directory.find(&hash, now) {
                return Ok(Some(known));
            }
            let drops = self.directory.drops();
            if let Some((tenant, scopes)) = self.store.tenant_by_key(hash, now).await? {
                if hash != present {
                    self.rehash(tenant.id, hash, present).await;
                }
                let found = self.authenticated(tenant, scopes).await?;
                self.directory.remember(present, &found, now, drops);
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A tenant of which it has been proved that it may be acted for, within these scopes.
    pub(in crate::service) async fn authenticated(
        &self,
        tenant: Tenant,
        scopes: Scopes,
    ) -> Result<AuthenticatedTenant, Refusal> {
        let sender = Arc::new(self.senders.of(&tenant).await?);
        let policies = self.rules.policies_of(&tenant);
        let templates = Arc::new(TemplateCache::of(self.store.as_ref(), &tenant).await?);
        // A sandbox waits with the tenant that it belongs to.
        let lane = self.admission.lane(tenant.sandbox_of.unwrap_or(tenant.id));
        let entry = Arc::new(Entry { tenant, scopes, sender, policies, templates, lane });
        Ok(AuthenticatedTenant::of(entry))
    }

    /// Keeps a secret key under the present version from now on. If that cannot be recorded, it
    /// stays where it is and is found there.
    async fn rehash(&self, tenant: TenantId, former: SecretKeyHash, present: SecretKeyHash) {
        if let Err(error) = self.store.rehash_key(tenant, former, present).await {
            tracing::warn!(%error, "a secret key stays under a former key");
        }
    }
}
