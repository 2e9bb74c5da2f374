//! Setting up an operator's account with a single-use link. It is also the recovery for an operator
//! who has lost the password or the phone.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::crypto::console::{self, DeviceOwner, TokenKind};
use crate::domain::operator::{LinkPurpose, OperatorId, OperatorName};
use crate::domain::passwords::PasswordUse;
use crate::domain::reports::actor::Actor;
use crate::service::refusal::Refusal;
use crate::service::tenants::profile::TRIES;
use crate::store::{Acting, NewOperator, NewSetupLink, SetUp, StoreError};

use super::denied::{Denied, done};
use super::devices::Browser;
use super::parts::Console;
use super::secrets::SecretColumn;
use super::sessions::SignedIn;

/// The lifetime of a setup link.
const LIFETIME: Duration = Duration::from_secs(86_400);

/// A setup link. It has no `Debug`, because whoever has it becomes an operator.
pub struct SetupLink(SecretString);

impl SetupLink {
    /// Returns the token.
    pub fn token(&self) -> &SecretString {
        &self.0
    }

    /// Returns the path of the link on this server.
    pub fn path(&self) -> SecretString {
        SecretString::from(format!("/console/setup/{}", self.0.expose_secret()))
    }
}

impl Console {
    /// Returns whether any operator exists.
    pub async fn has_operators(&self) -> Result<bool, Refusal> {
        Ok(self.store.has_operators().await?)
    }

    /// Creates a setup link, and invalidates any other. This is for the shell, and for a start without operators.
    pub async fn make_setup_link(&self, purpose: LinkPurpose, by: Actor) -> Result<SetupLink, Denied> {
        self.make_link(purpose, Acting { operator: None, actor: by }).await
    }

    pub(super) async fn make_link(&self, purpose: LinkPurpose, by: Acting) -> Result<SetupLink, Denied> {
        let token = console::draw(self.entropy.as_ref());
        let hash = self.keyring.token_hash(TokenKind::SetupLink, token.expose_secret());
        let now = self.clock.now();
        let link = NewSetupLink { hash, purpose, expires_at: now + LIFETIME };
        done(self.store.keep_setup_link(link, by, now).await?)?;
        Ok(SetupLink(token))
    }

    /// Returns what a setup link is for, or an error if it is not valid. It is not consumed.
    pub async fn setup_link(&self, token: &str) -> Result<LinkPurpose, Denied> {
        if !console::is_token(token) {
            return Err(Denied::NoLink);
        }
        let hashes = self.keyring.token_hashes(TokenKind::SetupLink, token);
        self.store.setup_link(hashes, self.clock.now()).await?.ok_or(Denied::NoLink)
    }

    /// Sets up an account with a link and signs the operator in. An existing account of this name and of the link's
    /// role gets the new password, needs no more codes, and its sessions end.
    pub async fn set_up_operator(
        &self,
        token: &str,
        name: &str,
        new: &SecretString,
        browser: &Browser,
    ) -> Result<SignedIn, Denied> {
        // This comes first, so that nobody without a link can have passwords hashed.
        self.setup_link(token).await?;
        let name = OperatorName::parse(name).ok_or(Denied::Name)?;
        // The account needs no code until it has an authenticator app again.
        let hash = self.hash_new(new, &name, PasswordUse::Alone).await?;
        let links = self.keyring.token_hashes(TokenKind::SetupLink, token);
        for _ in 0..TRIES {
            let now = self.clock.now();
            // A new password is the next generation of an account's secrets.
            let owner = match self.store.operator_named(name.clone()).await? {
                Some(row) => DeviceOwner { operator: row.id, generation: row.generation + 1 },
                None => DeviceOwner { operator: OperatorId(self.ids.next(now)), generation: 0 },
            };
            let id = owner.operator;
            let password = self.seal_secret(id, SecretColumn::Password, hash.as_bytes());
            let (session, new) = self.new_session(browser);
            let account =
                NewOperator { links: links.clone(), id, name: name.clone(), password, session: new };
            match self.store.set_up_operator(account, now).await? {
                SetUp::Done => {
                    tracing::info!(operator = %name, "an operator's account was set up");
                    return Ok(SignedIn { token: session, device: Some(self.remember(None, owner)) });
                }
                SetUp::NoLink => return Err(Denied::NoLink),
                SetUp::OtherRole => return Err(Denied::OtherRole),
                SetUp::Conflict => {}
            }
        }
        Err(Refusal::Store(StoreError::Busy).into())
    }
}
