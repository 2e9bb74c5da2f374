//! Rotation: gives a tenant its next secret key, while the present one stays valid for a while.

use std::time::Duration;

use secrecy::SecretString;

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::credential::KeyHandle;
use crate::service::refusal::Refusal;
use crate::store::{KeyRotation, Rotated};

use super::secret_keys::{NewSecret, SecretKeys};

impl SecretKeys {
    /// Gives a tenant a new key that replaces `replaced`, or its latest key: `chosen`, or a
    /// generated one. Name and scopes stay the same. The replaced key stays valid for `overlap`.
    pub async fn rotate(
        &self,
        tenant: TenantId,
        replaced: Option<KeyHandle>,
        chosen: Option<&SecretString>,
        overlap: Duration,
        by: Actor,
    ) -> Result<NewSecret, Refusal> {
        let secret = match chosen {
            Some(chosen) => self.choose(chosen).await?,
            None => self.draw(tenant).await?,
        };
        let rotation = KeyRotation {
            tenant,
            replaced,
            hash: self.keyring.secret_key_hash(secret.expose()),
            handle: KeyHandle::draw(self.entropy.as_ref()),
            hint: secret.hint(),
            by,
            overlap,
        };
        match self.store.rotate_key(rotation, self.clock.now()).await? {
            Rotated::Rotated(key) => {
                self.directory.forget(tenant);
                tracing::info!(tenant = tenant.0, key = %key.handle, "a secret key was rotated");
                Ok(NewSecret { key, secret })
            }
            Rotated::Taken => Err(Refusal::UnusableSecretKey),
            Rotated::Unknown => Err(Refusal::UnknownKey),
        }
    }
}
