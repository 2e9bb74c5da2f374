//! What owners do to the accounts of operators, at the console or at the shell.

use std::net::IpAddr;

use crate::domain::operator::{ConsoleUser, LinkPurpose, OperatorName, Role};
use crate::domain::reports::actor::Actor;
use crate::domain::time::Timestamp;
use crate::service::refusal::Refusal;
use crate::store::{Acting, OperatorAccount};

use super::denied::{Denied, done};
use super::parts::Console;
use super::sessions::Signed;
use super::setting_up::SetupLink;

/// An operator, as owners see it.
#[derive(Clone, Debug)]
pub struct ListedOperator {
    /// The name.
    pub name: OperatorName,
    /// The role.
    pub role: Role,
    /// Whether signing in takes a code of an authenticator app.
    pub has_totp: bool,
    /// Whether too many wrong codes have locked the account.
    pub is_locked: bool,
    /// When the operator last signed in.
    pub signed_in_at: Option<Timestamp>,
    /// Whether it is the one who looks.
    pub is_own: bool,
}

impl Console {
    /// Returns all operators, by name.
    pub async fn operators(&self, signed: &Signed) -> Result<Vec<ListedOperator>, Refusal> {
        let listed = |account: OperatorAccount| ListedOperator {
            is_locked: account.wrong_codes >= self.rules.sign_in_tries.codes_in_a_row,
            is_own: *signed.user() == ConsoleUser::Operator(account.id),
            name: account.name,
            role: account.role,
            has_totp: account.has_totp,
            signed_in_at: account.signed_in_at,
        };
        Ok(self.store.operators().await?.into_iter().map(listed).collect())
    }

    /// Creates a setup link for the account of this name, whether or not it exists, and invalidates any other.
    pub async fn invite(
        &self,
        signed: &Signed,
        purpose: (OperatorName, Role),
        client_ip: Option<IpAddr>,
    ) -> Result<SetupLink, Denied> {
        let (name, role) = purpose;
        self.make_link(LinkPurpose { role, name: Some(name) }, acting(signed, client_ip)?).await
    }

    /// Changes an operator's role. Its sessions go on with the new one.
    pub async fn change_role(
        &self,
        signed: &Signed,
        name: OperatorName,
        role: Role,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Denied> {
        let by = acting(signed, client_ip)?;
        done(self.store.change_role(name, role, by, self.clock.now()).await?)
    }

    /// Removes an operator, whose sessions end at once.
    pub async fn remove_operator(
        &self,
        signed: &Signed,
        name: OperatorName,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Denied> {
        let by = acting(signed, client_ip)?;
        done(self.store.remove_operator(name, by, self.clock.now()).await?)
    }

    /// Unlocks the account of another operator.
    pub async fn unlock_operator(
        &self,
        signed: &Signed,
        name: OperatorName,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Denied> {
        let by = acting(signed, client_ip)?;
        done(self.store.unlock_operator(name, by, self.clock.now()).await?)
    }

    /// Unlocks an account, at the shell.
    pub async fn unlock_at_shell(&self, name: OperatorName, by: Actor) -> Result<(), Denied> {
        let by = Acting { operator: None, actor: by };
        done(self.store.unlock_operator(name, by, self.clock.now()).await?)
    }
}

/// The signed-in operator, as the one who acts.
fn acting(signed: &Signed, client_ip: Option<IpAddr>) -> Result<Acting, Denied> {
    match signed.user() {
        ConsoleUser::Operator(id) => {
            let actor = Actor { author: signed.author(), client_ip };
            Ok(Acting { operator: Some(*id), actor })
        }
        ConsoleUser::Tenant(..) => Err(Denied::NotAllowed),
    }
}
