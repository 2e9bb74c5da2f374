//! Confirmation of the password or the secret key before dangerous operations.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::domain::id::TenantId;
use crate::domain::operator::ConsoleUser;
use crate::domain::tenants::credential::KeyHandle;
use crate::store::CountedTry;

use super::denied::Denied;
use super::parts::Console;
use super::sessions::Signed;
use super::sign_in_tries::Claimant;

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
                match self.store.confirm(proved.proof, about, self.clock.now()).await? {
                    true => Ok(()),
                    false => Err(Denied::Wrong),
                }
            }
            ConsoleUser::Tenant(tenant, key) => {
                let counted = self.confirm_key(signed, (*tenant, key), secret).await?;
                self.uncount(counted).await;
                Ok(())
            }
        }
    }

    /// Returns an error unless `secret` is this key of the tenant. The try is still counted.
    pub(super) async fn confirm_key(
        &self,
        signed: &Signed,
        (tenant, key): (TenantId, &KeyHandle),
        secret: &SecretString,
    ) -> Result<CountedTry, Denied> {
        let counted = self.count_try(Claimant::Session(&signed.token)).await?;
        let hashes = self.keyring.secret_key_hashes(secret.expose_secret());
        let found = self.store.key_of(hashes).await?;
        if found.is_none_or(|(owner, found)| owner != tenant || found != *key) {
            return Err(Denied::Wrong);
        }
        Ok(counted)
    }
}
