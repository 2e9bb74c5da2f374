//! Rotation: gives a tenant its next secret key, while the present one stays valid for a while.

use std::time::Duration;

use secrecy::SecretString;

use crate::domain::challenges::idempotency::Made;
use crate::domain::conditions::Subject;
use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::credential::KeyHandle;
use crate::service::idempotency::conditions::RequestConditions;
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
        let by = (by, &RequestConditions::default());
        self.rotate_under(tenant, replaced, chosen, overlap, by).await
    }

    /// Does so under the conditions of a request.
    pub(super) async fn rotate_under(
        &self,
        tenant: TenantId,
        replaced: Option<KeyHandle>,
        chosen: Option<&SecretString>,
        overlap: Duration,
        (by, conditions): (Actor, &RequestConditions),
    ) -> Result<NewSecret, Refusal> {
        let secret = match chosen {
            Some(chosen) => self.choose(chosen).await?,
            None => self.draw(tenant).await?,
        };
        let (now, handle) = (self.clock.now(), KeyHandle::draw(self.entropy.as_ref()));
        let change = self.making(conditions, Made::Key(handle.clone()), &secret, now);
        let change = match &replaced {
            Some(replaced) => change.of(tenant, Subject::Key(replaced.clone())),
            None => change,
        };
        let rotation = KeyRotation {
            tenant,
            replaced,
            hash: self.keyring.secret_key_hash(secret.expose()),
            handle,
            hint: secret.hint(),
            by,
            overlap,
        };
        match change.store().rotate_key(rotation, now).await? {
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
