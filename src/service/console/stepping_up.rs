//! Step-up: whoever signed in a while ago proves the secrets again before an action that gives power.

use std::net::IpAddr;
use std::time::Duration;

use secrecy::SecretString;

use crate::domain::operator::{ConsoleUser, OperatorName};

use super::denied::Denied;
use super::parts::Console;
use super::secrets::Factors;
use super::sessions::Signed;
use super::sign_in_tries::Claimant;

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
                let (name, who) = (OperatorName::parse(signed.name()), Claimant::Session(&signed.token));
                let secrets = (secret, Factors::PasswordAndCode(code));
                let proved = self.prove(who, name, secrets, client_ip).await?;
                if !self.store.step_up(hash, proved.proof, self.clock.now()).await? {
                    return Err(Denied::Wrong);
                }
            }
            ConsoleUser::Tenant(tenant, key) => {
                let counted = self.confirm_key(signed, (*tenant, key), secret).await?;
                self.store.step_up_tenant(hash, counted, self.clock.now()).await?;
            }
        }
        Ok(())
    }
}
