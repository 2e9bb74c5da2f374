//! New passwords of operators: judging and hashing them. Both take their turn among the passwords that are hashed, as
//! either can take a tenth of a second.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::domain::operator::OperatorName;
use crate::domain::passwords::{Expected, PasswordUse, judge};
use crate::domain::web_origin::WebOrigin;

use super::denied::Denied;
use super::parts::Console;

impl Console {
    /// Hashes a new password for the operator of this name, if it has no flaw.
    pub(super) async fn hash_new(
        &self,
        new: &SecretString,
        name: &OperatorName,
        used: PasswordUse,
    ) -> Result<String, Denied> {
        let (new, expected, entropy) = (new.clone(), self.expected(name), Arc::clone(&self.entropy));
        let hashed = self.passwords.run(self.passwords.place()?, move |hasher| {
            judge(new.expose_secret(), &expected, used)?;
            Ok(hasher.hash(&new, entropy.as_ref()))
        });
        hashed.await?.map_err(Denied::WeakPassword)
    }

    /// Refuses a password that is too weak to let the operator of this name in alone.
    pub(super) async fn need_no_app(
        &self,
        password: &SecretString,
        name: &OperatorName,
    ) -> Result<(), Denied> {
        let (password, expected) = (password.clone(), self.expected(name));
        let judged = self.passwords.run(self.passwords.place()?, move |_| {
            judge(password.expose_secret(), &expected, PasswordUse::Alone)
        });
        judged.await?.map_err(Denied::NeedsApp)
    }

    fn expected(&self, name: &OperatorName) -> Expected {
        Expected::of(name, self.public_url.as_ref().map(WebOrigin::host))
    }
}
