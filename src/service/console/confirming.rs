//! Confirmation of the password or the secret key before dangerous operations.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::domain::id::TenantId;
use crate::domain::operator::ConsoleUser;
use crate::domain::tenants::credential::KeyHandle;

use super::denied::Denied;
use super::parts::Console;
use super::sessions::Signed;

impl Console {
    /// Returns an error unless `secret` is the password of the signed-in operator, or the secret
    /// key that the tenant signed in with. What is then done to this tenant is recorded in the
    /// audit trail under the operator's name.
    pub async fn confirm(
        &self,
        signed: &Signed,
        secret: &SecretString,
        about: Option<TenantId>,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Denied> {
        match signed.user() {
            ConsoleUser::Operator(_) => {
                let proved = self.prove_again(signed, secret, client_ip).await?;
                if !self.store.confirm(proved.proof.clone(), about, self.clock.now()).await? {
                    return Err(Denied::Wrong);
                }
                self.was_right(proved).await;
                Ok(())
            }
            ConsoleUser::Tenant(tenant, key) => self.confirm_key((*tenant, key), secret, client_ip).await,
        }
    }

    /// Returns an error unless `secret` is this key of the tenant.
    pub(super) async fn confirm_key(
        &self,
        (tenant, key): (TenantId, &KeyHandle),
        secret: &SecretString,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Denied> {
        let entered = self.sign_in_tries.enter(None, client_ip, self.clock.now()).await;
        let counted = entered.map_err(Denied::Limited)?;
        let hashes = self.keyring.secret_key_hashes(secret.expose_secret());
        let found = self.store.key_of(hashes).await?;
        if found.is_none_or(|(owner, found)| owner != tenant || found != *key) {
            return Err(Denied::Wrong);
        }
        self.sign_in_tries.take_back(counted).await;
        Ok(())
    }
}
