//! Authentication: finds the tenant that holds a secret key.

use std::borrow::Cow;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::crypto::secret_key::SecretKey;
use crate::domain::id::TenantId;
use crate::domain::secret::SecretKeyHash;
use crate::domain::tenants::credential::{KeyHandle, Scope, Scopes};
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Clock;
use crate::service::admission::Admission;
use crate::service::keys::sub_keys::SubKeys;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::store::Store;

use super::authenticated::{AuthenticatedTenant, CachedKey};
use super::directory::Directory;
use super::loaded::TenantLoader;

/// Returns whether a text has the shape of a generated secret key, which nobody can guess.
pub fn is_generated(secret_key: &str) -> bool {
    SecretKey::is_generated(secret_key)
}

/// Returns a secret key as it was generated, if only its underscores were left out.
pub fn with_underscores(secret_key: &str) -> Cow<'_, str> {
    SecretKey::with_underscores(secret_key)
}

/// Finds the tenant of a secret key.
pub struct Authenticator {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    admission: Arc<Admission>,
    directory: Arc<Directory>,
    loader: Arc<TenantLoader>,
    keys: Arc<SubKeys>,
}

impl Authenticator {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            admission: Arc::clone(&shared.admission),
            directory: Arc::clone(&shared.directory),
            loader: Arc::clone(&shared.loader),
            keys: Arc::clone(&shared.keys),
        }
    }
}

impl Authenticator {
    /// Returns the tenant that holds this secret key.
    pub async fn authenticate(&self, secret_key: &str) -> Result<AuthenticatedTenant, Refusal> {
        let key = SecretKey::presented(secret_key).map_err(|_| Refusal::UnknownSecretKey)?;
        if let Some(found) = self.find_tenant(&key).await? {
            return Ok(found);
        }
        // Another process may have stored it under a version that is newer than those known here.
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
        // While the other versions were looked up, another request may have moved the key to the
        // present one.
        let again = (hashes.len() > 1).then_some(present);
        for hash in hashes.into_iter().chain(again) {
            if let Some(known) = self.directory.find(&hash, now) {
                return Ok(Some(known));
            }
            let drops = self.directory.drops();
            if let Some((tenant, scopes, handle)) = self.store.tenant_by_key(hash, now).await? {
                if hash != present {
                    self.rehash(tenant.id, hash, present).await;
                }
                let found = self.opened_by(tenant, scopes, Some(handle)).await?;
                self.directory.remember(present, &found, now, drops);
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Returns a tenant for which the caller is proved to be authorised, within these scopes.
    pub(in crate::service) async fn authenticated(
        &self,
        tenant: Tenant,
        scopes: Scopes,
    ) -> Result<AuthenticatedTenant, Refusal> {
        self.opened_by(tenant, scopes, None).await
    }

    async fn opened_by(
        &self,
        tenant: Tenant,
        scopes: Scopes,
        key: Option<KeyHandle>,
    ) -> Result<AuthenticatedTenant, Refusal> {
        // The requests of a sandbox count as those of the tenant that it belongs to.
        let waiters = self.admission.waiters(tenant.sandbox_of.unwrap_or(tenant.id));
        let entry = Arc::new(CachedKey { tenant: self.loader.load(tenant).await?, scopes, key, waiters });
        Ok(AuthenticatedTenant::of(entry))
    }

    /// Returns a tenant for a command at the shell: whoever runs it has the store and the master key.
    pub async fn at_shell(&self, tenant: Tenant) -> Result<AuthenticatedTenant, Refusal> {
        self.authenticated(tenant, [Scope::Manage].into_iter().collect()).await
    }

    /// Moves a secret key to the present version. If that cannot be recorded, it stays under the
    /// former version and is found there.
    async fn rehash(&self, tenant: TenantId, former: SecretKeyHash, present: SecretKeyHash) {
        if let Err(error) = self.store.rehash_key(tenant, former, present).await {
            tracing::warn!(%error, "a secret key stays under a former key");
        }
    }
}
