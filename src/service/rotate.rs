//! Rotate: a tenant's next secret key, while the present one goes on working for a while.

use std::time::Duration;

use secrecy::SecretString;

use crate::crypto::secret_key::SecretKey;
use crate::domain::id::TenantId;
use crate::store::NewKey;

use super::{Refusal, Services};

impl Services {
    /// Gives a tenant a new key: `chosen`, or a generated one, which is answered. The present key
    /// works for `overlap` longer; at most two keys live.
    pub async fn rotate_key(
        &self,
        tenant: TenantId,
        chosen: Option<&SecretString>,
        overlap: Duration,
    ) -> Result<SecretKey, Refusal> {
        let key = match chosen {
            Some(chosen) => self.choose(chosen)?,
            None => SecretKey::generate(self.entropy.as_ref()),
        };
        let hash = self.keyring.secret_key_hash(key.expose());
        let new = NewKey { tenant, key: hash, hint: key.hint(), overlap };
        match self.store.rotate_key(new, self.clock.now()).await? {
            true => Ok(key),
            false => Err(Refusal::UnusableSecretKey),
        }
    }
}
