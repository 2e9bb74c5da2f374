//! Step-up: whoever signed in a while ago proves the secrets again before an action that gives power.

use std::net::IpAddr;
use std::time::Duration;

use secrecy::SecretString;

use crate::domain::operator::{ConsoleUser, OperatorName};

use super::denied::Denied;
use super::parts::Console;
use super::secrets::Factors;
use super::sessions::Signed;

/// How long a proof of the secrets is good for. Use does not extend it, so that a stolen cookie is worth no more.
const LASTS: Duration = Duration::from_secs(600);

impl Console {
    /// Returns whether the user of a session has lately proved the secrets, by signing in or by a step-up.
    pub fn is_stepped_up(&self, signed: &Signed) -> bool {
        signed.session.proved_at + LASTS > self.clock.now()
    }

    /// Steps a session up: `secret` is the operator's password, which takes a code as well where there is an
    /// authenticator app, or the secret key that the tenant signed in with.
    pub async fn step_up(
        &self,
        signed: &Signed,
        secret: &SecretString,
        code: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Denied> {
        let hash = signed.session.hash;
        match signed.user() {
            ConsoleUser::Operator(_) => {
                let name = OperatorName::parse(signed.name());
                let proved = self.prove(name, secret, Factors::PasswordAndCode(code), client_ip).await?;
                if !self.store.step_up(hash, Some(proved.proof.clone()), self.clock.now()).await? {
                    self.note_refused(Some(proved.row.name), client_ip).await?;
                    return Err(Denied::Wrong);
                }
                self.was_right(proved).await;
            }
            ConsoleUser::Tenant(tenant, key) => {
                self.confirm_key((*tenant, key), secret, client_ip).await?;
                self.store.step_up(hash, None, self.clock.now()).await?;
            }
        }
        Ok(())
    }
}
