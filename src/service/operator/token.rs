//! Operator tokens, which prove operators over HTTP.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::crypto::keyring::Keyring;
use crate::crypto::operator_token;
use crate::domain::operator::Role;
use crate::domain::operator_token::{TokenInfo, TokenName};
use crate::domain::random::Entropy;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::OperatorTokenHash;
use crate::domain::time::{Clock, Timestamp};
use crate::service::keys::sub_keys::SubKeys;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::store::{NewOperatorToken, Store, StoreError, TokenAdded};

use super::identity::Operator;

/// The interval at which the use of a token is recorded.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// Operator tokens. The store has their keyed hashes, and is asked each time: so a token that is revoked proves nothing
/// from then on, on any node.
pub struct OperatorTokens {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) keyring: Arc<Keyring>,
    keys: Arc<SubKeys>,
}

impl OperatorTokens {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            keyring: Arc::clone(&parts.keyring),
            keys: Arc::clone(&shared.keys),
        }
    }
}

impl OperatorTokens {
    /// Returns the operator if the token is right.
    pub async fn prove(&self, token: &SecretString) -> Result<Operator, Refusal> {
        let now = self.clock.now();
        let info = match self.find(token).await? {
            Some(found) => Some(found),
            // Another process may have stored it under a version that is newer than those known here.
            None if self.keys.refresh_missing().await => self.find(token).await?,
            None => None,
        };
        let info = info.filter(|info| !info.is_over(now)).ok_or(Refusal::OperatorTokenNeeded)?;
        if info.used_at.is_none_or(|used_at| now >= used_at + NOTE_EVERY) {
            self.touch(&info.name, now).await;
        }
        Ok(Operator::with_token(info.name, info.role))
    }

    /// Finds a token, and moves it to the present version of the key.
    async fn find(&self, token: &SecretString) -> Result<Option<TokenInfo>, Refusal> {
        let mut hashes = self.hashes(token);
        let present = hashes[0];
        if hashes.len() > 1 {
            // While the other versions are looked up, another request may move it to the present one.
            hashes.push(present);
        }
        let Some((stored, info)) = self.store.operator_token(hashes).await? else { return Ok(None) };
        if stored != present {
            self.rehash(stored, present).await;
        }
        Ok(Some(info))
    }

    /// If that cannot be recorded, it stays under the former version.
    async fn rehash(&self, former: OperatorTokenHash, present: OperatorTokenHash) {
        if let Err(error) = self.store.rehash_operator_token(former, present).await {
            tracing::warn!(%error, "an operator token stays under a former key");
        }
    }

    async fn touch(&self, name: &TokenName, now: Timestamp) {
        if let Err(error) = self.store.touch_operator_token(name.clone(), now).await {
            tracing::warn!(%error, token = %name, "it could not be recorded that an operator token was used");
        }
    }

    /// Returns whether there is the token of the settings or its file.
    pub async fn exists(&self) -> Result<bool, StoreError> {
        let tokens = self.store.operator_tokens().await?;
        Ok(tokens.iter().any(|token| token.name.is_of_settings()))
    }

    /// Makes this the token of the file if there is none. Returns whether it is the token now.
    pub async fn add_first(&self, token: &SecretString) -> Result<bool, StoreError> {
        let new = self.of_settings(token, Actor::default());
        Ok(self.store.add_operator_token(new, usize::MAX).await? == TokenAdded::Added)
    }

    /// Makes this the token of the settings or its file, in the place of any other.
    pub async fn set(&self, token: &SecretString, by: Actor) -> Result<(), StoreError> {
        let hashes = self.hashes(token);
        let present = hashes[0];
        match self.store.operator_token(hashes).await? {
            Some((stored, info)) if info.name.is_of_settings() => {
                if stored != present {
                    self.store.rehash_operator_token(stored, present).await?;
                }
                Ok(())
            }
            Some(_) | None => self.store.set_operator_token(self.of_settings(token, by)).await,
        }
    }

    fn of_settings(&self, token: &SecretString, by: Actor) -> NewOperatorToken {
        self.new_token(token, (TokenName::of_settings(), Role::Owner, None), by)
    }

    /// Returns the row of a token that is made now.
    pub(super) fn new_token(
        &self,
        token: &SecretString,
        (name, role, expires_at): (TokenName, Role, Option<Timestamp>),
        by: Actor,
    ) -> NewOperatorToken {
        let (hint, created_at) = (operator_token::hint(token), self.clock.now());
        let info = TokenInfo { name, role, hint, created_at, expires_at, used_at: None };
        NewOperatorToken { hash: self.hashes(token)[0], info, by }
    }

    /// The hashes under all versions of the key; the first is the one to store.
    fn hashes(&self, token: &SecretString) -> Vec<OperatorTokenHash> {
        self.keyring.operator_token_hashes(token.expose_secret())
    }
}
