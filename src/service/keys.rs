//! The secret keys of a tenant: listed, added, called back.

use std::net::IpAddr;
use std::time::Duration;

use crate::crypto::secret_key::SecretKey;
use crate::domain::id::TenantId;
use crate::domain::reports::audit::Actor;
use crate::domain::tenants::credential::{KeyHandle, KeyInfo, MAX_KEYS, Scopes};
use crate::domain::tenants::tenant::TenantHandle;
use crate::store::{Added, AddedKey, NewKey, Revoked};

use super::{AuthenticatedTenant, Refusal, Services};

/// A secret key that was just made. It has no `Debug`: the secret is shown once, never again.
pub struct NewSecret {
    /// What can be said of it.
    pub key: KeyInfo,
    /// The secret.
    pub secret: SecretKey,
}

impl Services {
    /// The tenant's live secret keys.
    pub async fn secret_keys(&self, tenant: &AuthenticatedTenant) -> Result<Vec<KeyInfo>, Refusal> {
        Ok(self.store.secret_keys(tenant.id(), self.clock.now()).await?)
    }

    /// Adds a generated secret key.
    pub async fn add_secret_key(
        &self,
        tenant: &AuthenticatedTenant,
        name: String,
        scopes: Scopes,
        client_ip: Option<IpAddr>,
    ) -> Result<NewSecret, Refusal> {
        self.add_key_of((tenant.id(), tenant.handle()), name, scopes, tenant.actor(client_ip)).await
    }

    /// The same for a tenant of whom nothing needs to be proved.
    pub(super) async fn add_key_of(
        &self,
        (tenant, owner): (TenantId, &TenantHandle),
        name: String,
        scopes: Scopes,
        by: Actor,
    ) -> Result<NewSecret, Refusal> {
        let secret = self.draw_key(tenant).await?;
        let key = NewKey {
            hash: self.keyring.secret_key_hash(secret.expose()),
            handle: KeyHandle::draw(self.entropy.as_ref()),
            name,
            scopes,
            hint: secret.hint(),
        };
        let new = AddedKey { tenant, key, most: MAX_KEYS, by };
        match self.store.add_secret_key(new, self.clock.now()).await? {
            Added::Added(key) => {
                tracing::info!(tenant = %owner, key = %key.handle, "a secret key was added");
                Ok(NewSecret { key, secret })
            }
            Added::TooMany => Err(Refusal::TooManyKeys),
            Added::NameTaken => Err(Refusal::KeyNameTaken),
            Added::Taken => Err(Refusal::UnusableSecretKey),
        }
    }

    /// Replaces one of the tenant's secret keys by a generated one.
    pub async fn rotate_own_key(
        &self,
        tenant: &AuthenticatedTenant,
        replaced: KeyHandle,
        overlap: Duration,
        client_ip: Option<IpAddr>,
    ) -> Result<NewSecret, Refusal> {
        self.rotate_key(tenant.id(), Some(replaced), None, overlap, tenant.actor(client_ip)).await
    }

    /// Ends one of the tenant's secret keys: at once in this process, within a second in others.
    pub async fn revoke_secret_key(
        &self,
        tenant: &AuthenticatedTenant,
        key: KeyHandle,
        client_ip: Option<IpAddr>,
    ) -> Result<KeyInfo, Refusal> {
        let by = tenant.actor(client_ip);
        match self.store.revoke_secret_key(tenant.id(), key, by, self.clock.now()).await? {
            Revoked::Revoked(key) => {
                self.tenants.forget(tenant.id());
                tracing::info!(tenant = %tenant.handle(), key = %key.handle, "a secret key was revoked");
                Ok(key)
            }
            Revoked::LastManager => Err(Refusal::LastManageKey),
            Revoked::Unknown => Err(Refusal::UnknownKey),
        }
    }
}
