//! The secret keys of a tenant: listing, adding and revoking them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::crypto::keyring::Keyring;
use crate::crypto::secret_key::SecretKey;
use crate::domain::challenges::idempotency::Made;
use crate::domain::conditions::Subject;
use crate::domain::id::TenantId;
use crate::domain::random::Entropy;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::credential::{KeyChange, KeyEnd, KeyHandle, KeyInfo, KeyTerms, MAX_KEYS, Scopes};
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::domain::time::{Clock, Timestamp};
use crate::service::idempotency::conditions::{Conditional, RequestConditions, SecretSealer, secret_field};
use crate::service::parts::Parts;
use crate::service::refusal::{KeyRefusal, Refusal};
use crate::service::shared::Shared;
use crate::store::{Added, AddedKey, LastManager, NewKey, Revoked, Store};

use super::authenticated::AuthenticatedTenant;
use super::directory::Directory;

/// A secret key that was just created. It has no `Debug`, because the secret is shown only once.
pub struct NewSecret {
    /// The public facts about the key.
    pub key: KeyInfo,
    /// The secret.
    pub secret: SecretKey,
}

/// A secret key that somebody wants.
#[derive(Clone, Debug)]
pub struct KeyDraft {
    /// The owner's name for it.
    pub name: String,
    /// The scopes.
    pub scopes: Scopes,
    /// How it is limited.
    pub terms: KeyTerms,
}

/// The longest time that may be chosen for a key. Beyond it an end is a mistake.
const LONGEST_LIFE: Duration = Duration::from_secs(10 * 366 * 86_400);

/// The secret keys of tenants.
pub struct SecretKeys {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) directory: Arc<Directory>,
}

impl SecretKeys {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            directory: Arc::clone(&shared.directory),
        }
    }
}

impl SecretKeys {
    /// Returns the tenant's live secret keys.
    pub async fn list(&self, tenant: &AuthenticatedTenant) -> Result<Vec<KeyInfo>, Refusal> {
        Ok(self.store.secret_keys(tenant.id(), self.clock.now()).await?)
    }

    /// Adds a generated secret key.
    pub async fn add(
        &self,
        tenant: &AuthenticatedTenant,
        draft: KeyDraft,
        client_ip: Option<IpAddr>,
    ) -> Result<NewSecret, Refusal> {
        let by = (tenant.actor(client_ip), tenant.conditions());
        self.add_to((tenant.id(), tenant.handle()), draft, by).await
    }

    /// Adds a key to a tenant, without authentication.
    pub(in crate::service) async fn add_to(
        &self,
        (tenant, owner): (TenantId, &TenantHandle),
        draft: KeyDraft,
        (by, conditions): (Actor, &RequestConditions),
    ) -> Result<NewSecret, Refusal> {
        let KeyDraft { name, scopes, terms } = draft;
        self.check_end(terms.expires_at)?;
        let secret = self.draw(tenant).await?;
        let key = NewKey {
            hash: self.keyring.secret_key_hash(secret.expose()),
            handle: KeyHandle::draw(self.entropy.as_ref()),
            name,
            scopes,
            hint: secret.hint(),
            terms,
        };
        let now = self.clock.now();
        let store = self.making(conditions, Made::Key(key.handle.clone()), &secret, now).store();
        let new = AddedKey { tenant, key, most: MAX_KEYS, by };
        match store.add_secret_key(new, now).await? {
            Added::Added(key) => {
                tracing::info!(tenant = %owner, key = %key.handle, "a secret key was added");
                Ok(NewSecret { key, secret })
            }
            Added::TooMany => Err(KeyRefusal::TooMany.into()),
            Added::NameTaken => Err(KeyRefusal::NameTaken.into()),
            Added::Taken => Err(Refusal::UnusableSecretKey),
        }
    }

    /// Replaces one of the tenant's secret keys with a generated one.
    pub async fn rotate_own(
        &self,
        tenant: &AuthenticatedTenant,
        replaced: KeyHandle,
        overlap: Duration,
        client_ip: Option<IpAddr>,
    ) -> Result<NewSecret, Refusal> {
        let by = (tenant.actor(client_ip), tenant.conditions());
        self.rotate_under(tenant.id(), Some(replaced), None, overlap, by).await
    }

    /// Changes when one of the tenant's secret keys ends, or from where it may be used. A caller does not exclude
    /// itself.
    pub async fn change(
        &self,
        tenant: &AuthenticatedTenant,
        key: KeyHandle,
        change: KeyChange,
        client_ip: Option<IpAddr>,
    ) -> Result<KeyInfo, Refusal> {
        let is_own = tenant.key() == Some(&key);
        if let (true, Some(networks), Some(ip)) = (is_own, &change.networks, client_ip)
            && !networks.admit(client_ip)
        {
            return Err(KeyRefusal::ExcludesCaller(ip).into());
        }
        if let Some(KeyEnd::At(end)) = change.end {
            self.check_end(Some(end))?;
        }
        let by = tenant.actor(client_ip);
        let store = tenant.conditions().over(&self.store).of(tenant.id(), Subject::Key(key.clone())).store();
        let changed = store.change_secret_key(tenant.id(), key, (change, by), self.clock.now()).await?;
        let key = changed.ok_or(Refusal::UnknownKey)?;
        self.directory.forget(tenant.id());
        let (tenant, handle) = (tenant.handle(), &key.handle);
        tracing::info!(%tenant, key = %handle, terms = ?key.terms, "a secret key was changed");
        Ok(key)
    }

    /// Refuses an end that is not ahead, or too far ahead.
    fn check_end(&self, end: Option<Timestamp>) -> Result<(), Refusal> {
        let now = self.clock.now();
        let is_fine = end.is_none_or(|end| end > now && end <= now + LONGEST_LIFE);
        is_fine.then_some(()).ok_or(KeyRefusal::WrongEnd.into())
    }

    /// Revokes one of the tenant's secret keys: immediately in this process, within a second in others.
    pub async fn revoke(
        &self,
        tenant: &AuthenticatedTenant,
        key: KeyHandle,
        client_ip: Option<IpAddr>,
    ) -> Result<KeyInfo, Refusal> {
        let by = (tenant.actor(client_ip), LastManager::Stays);
        self.revoke_under((tenant.id(), tenant.handle()), key, by, tenant.conditions()).await
    }

    /// Revokes a key of a tenant, without authentication.
    pub async fn revoke_of(
        &self,
        tenant: (TenantId, &TenantHandle),
        key: KeyHandle,
        by: (Actor, LastManager),
    ) -> Result<KeyInfo, Refusal> {
        self.revoke_under(tenant, key, by, &RequestConditions::default()).await
    }

    /// Does so under the conditions of a request.
    pub(in crate::service) async fn revoke_under(
        &self,
        (tenant, owner): (TenantId, &TenantHandle),
        key: KeyHandle,
        by: (Actor, LastManager),
        conditions: &RequestConditions,
    ) -> Result<KeyInfo, Refusal> {
        let store = conditions.over(&self.store).of(tenant, Subject::Key(key.clone())).store();
        match store.revoke_secret_key(tenant, key, by, self.clock.now()).await? {
            Revoked::Revoked(key) => {
                self.directory.forget(tenant);
                tracing::info!(tenant = %owner, key = %key.handle, "a secret key was revoked");
                Ok(key)
            }
            Revoked::LastManager => Err(KeyRefusal::LastManager.into()),
            Revoked::Unknown => Err(Refusal::UnknownKey),
        }
    }

    /// Begins a change that makes a secret key.
    pub(super) fn making<'a>(
        &'a self,
        conditions: &'a RequestConditions,
        made: Made,
        secret: &SecretKey,
        now: Timestamp,
    ) -> Conditional<'a> {
        let sealer = SecretSealer { keyring: &self.keyring, entropy: self.entropy.as_ref(), now };
        conditions.over(&self.store).making(Some(made), Some(&secret_field(secret.expose())), sealer)
    }

    /// Accepts a key that a tenant chose. Whether it is taken is found out later, and refused with
    /// the same error.
    pub(super) async fn choose(&self, chosen: &SecretString) -> Result<SecretKey, Refusal> {
        let key = SecretKey::chosen(chosen.expose_secret()).ok();
        // A key that looks like a test key must not open live data.
        let key = key.filter(|key| !key.is_test()).ok_or(Refusal::UnusableSecretKey)?;
        self.check_untaken(&key).await?;
        Ok(key)
    }

    /// Refuses a chosen key that is taken under another version of the hashing key, since the store
    /// compares only the present hash. A key is moved to the present version in one step, so it is
    /// always seen under one of the two.
    pub(super) async fn check_untaken(&self, key: &SecretKey) -> Result<(), Refusal> {
        let hashes = self.keyring.secret_key_hashes(key.expose());
        match hashes.len() > 1 && self.store.is_key_taken(hashes).await? {
            true => Err(Refusal::UnusableSecretKey),
            false => Ok(()),
        }
    }

    /// Draws a fresh key for a tenant; its prefix shows whether it opens a sandbox.
    pub(super) async fn draw(&self, tenant: TenantId) -> Result<SecretKey, Refusal> {
        let is_sandbox = |tenant: Tenant| tenant.sandbox_of.is_some();
        let entropy = self.entropy.as_ref();
        Ok(match self.store.tenant(tenant).await?.is_some_and(is_sandbox) {
            true => SecretKey::generate_test(entropy),
            false => SecretKey::generate(entropy),
        })
    }
}
