//! Authentication: finds the tenant that holds a secret key.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::crypto::secret_key::SecretKey;
use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::actor::{Author, ShellUser};
use crate::domain::secret::SecretKeyHash;
use crate::domain::tenants::credential::{Scope, Scopes};
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::{Clock, Timestamp};
use crate::service::admission::Admission;
use crate::service::keys::sub_keys::SubKeys;
use crate::service::parts::Parts;
use crate::service::refusal::{KeyRefusal, Refusal};
use crate::service::shared::Shared;
use crate::store::{NOTE_REFUSED_EVERY, Store, UsableKey, UseOfKey};

use super::authenticated::{AuthenticatedTenant, CachedKey, Due, PresentedKey};
use super::directory::Directory;
use super::key_uses::{KeyUses, is_due};
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
    uses: Arc<KeyUses>,
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
            uses: Arc::clone(&shared.uses),
        }
    }
}

impl Authenticator {
    /// Returns the tenant that holds this secret key, if the key may be used from this address.
    pub async fn authenticate(
        &self,
        secret_key: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<AuthenticatedTenant, Refusal> {
        self.authenticate_as(secret_key, client_ip, |_| true).await
    }

    /// The same, if it is the tenant that the caller also named: the key of another one teaches what a wrong key does.
    pub async fn authenticate_as(
        &self,
        secret_key: &str,
        client_ip: Option<IpAddr>,
        is_named: impl Fn(&AuthenticatedTenant) -> bool,
    ) -> Result<AuthenticatedTenant, Refusal> {
        let found = self.find(secret_key).await?;
        if !is_named(&found) {
            return Err(Refusal::UnknownSecretKey);
        }
        self.admit(&found, client_ip).await?;
        Ok(found)
    }

    /// Refuses a key that may not be used from this address, and notes its use otherwise.
    async fn admit(&self, tenant: &AuthenticatedTenant, client_ip: Option<IpAddr>) -> Result<(), Refusal> {
        let Some(key) = tenant.presented() else { return Ok(()) };
        if key.networks.admit(client_ip) {
            if key.use_is_due.take() {
                let used = UseOfKey { tenant: tenant.id(), key: key.handle.clone(), at: self.clock.now() };
                self.uses.note(used);
            }
            return Ok(());
        }
        if key.refusal_is_due.take() {
            tracing::warn!(tenant = %tenant.handle(), key = %key.handle, "a secret key was used from elsewhere");
            let by = Actor::at(client_ip);
            self.store.note_refused_use(tenant.id(), key.handle.clone(), by, self.clock.now()).await?;
        }
        Err(KeyRefusal::NotAllowedFrom(client_ip).into())
    }

    async fn find(&self, secret_key: &str) -> Result<AuthenticatedTenant, Refusal> {
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
            if let Some((tenant, key)) = self.store.tenant_by_key(hash, now).await? {
                if hash != present {
                    self.rehash(tenant.id, hash, present).await;
                }
                let found = self.opened_by(tenant, key.scopes, Some(presented(key, now))).await?;
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
        key: Option<PresentedKey>,
    ) -> Result<AuthenticatedTenant, Refusal> {
        // The requests of a sandbox count as those of the tenant that it belongs to.
        let waiters = self.admission.waiters(tenant.sandbox_of.unwrap_or(tenant.id));
        let entry = Arc::new(CachedKey { tenant: self.loader.load(tenant).await?, scopes, key, waiters });
        Ok(AuthenticatedTenant::of(entry))
    }

    /// Returns a tenant for a command at the shell: whoever runs it has the store and the master key.
    pub async fn at_shell(&self, tenant: Tenant, user: ShellUser) -> Result<AuthenticatedTenant, Refusal> {
        let tenant = self.authenticated(tenant, [Scope::Manage].into_iter().collect()).await?;
        Ok(tenant.acted_for_by(Author::Shell(user)))
    }

    /// Moves a secret key to the present version. If that cannot be recorded, it stays under the
    /// former version and is found there.
    async fn rehash(&self, tenant: TenantId, former: SecretKeyHash, present: SecretKeyHash) {
        if let Err(error) = self.store.rehash_key(tenant, former, present).await {
            tracing::warn!(%error, "a secret key stays under a former key");
        }
    }
}

fn presented(key: UsableKey, now: Timestamp) -> PresentedKey {
    PresentedKey {
        handle: key.handle,
        networks: key.networks,
        use_is_due: Due::new(is_due(key.last_used_at, now)),
        refusal_is_due: Due::new(key.refused_at.is_none_or(|at| now >= at + NOTE_REFUSED_EVERY)),
    }
}
