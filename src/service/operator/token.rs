//! The operator token, which proves the operator over HTTP.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::crypto::keyring::Keyring;
use crate::domain::secret::OperatorTokenHash;
use crate::service::keys::sub_keys::SubKeys;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::store::{Store, StoreError};

use super::identity::Operator;

/// The operator token. The store has its keyed hash, and no process needs to remember the token itself.
pub struct OperatorToken {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    keys: Arc<SubKeys>,
}

impl OperatorToken {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            keys: Arc::clone(&shared.keys),
        }
    }
}

impl OperatorToken {
    /// Returns the operator if the token is right.
    pub async fn prove(&self, token: &SecretString) -> Result<Operator, Refusal> {
        let Some(stored) = self.store.operator_token().await? else {
            return Err(Refusal::OperatorTokenNeeded);
        };
        // Another process may have stored it under a version that is newer than those known here.
        let is_right = self.matches(token, stored).await
            || (self.keys.refresh_missing().await && self.matches(token, stored).await);
        is_right.then(Operator::with_token).ok_or(Refusal::OperatorTokenNeeded)
    }

    async fn matches(&self, token: &SecretString, stored: OperatorTokenHash) -> bool {
        let hashes = self.hashes(token);
        // Hashes are compared in constant time.
        let is_right = hashes.contains(&stored);
        if is_right && hashes[0] != stored {
            self.rehash(stored, hashes[0]).await;
        }
        is_right
    }

    /// Moves the token to the present version of the key. If that cannot be recorded, it stays under
    /// the former version.
    async fn rehash(&self, former: OperatorTokenHash, present: OperatorTokenHash) {
        if let Err(error) = self.store.rehash_operator_token(former, present).await {
            tracing::warn!(%error, "the operator token stays under a former key");
        }
    }

    /// Returns whether there is a token.
    pub async fn exists(&self) -> Result<bool, StoreError> {
        Ok(self.store.operator_token().await?.is_some())
    }

    /// Makes this the token if there is none. Returns whether it is the token now.
    pub async fn add(&self, token: &SecretString) -> Result<bool, StoreError> {
        self.store.add_operator_token(self.hashes(token)[0]).await
    }

    /// Makes this the token, in the place of any other.
    pub async fn set(&self, token: &SecretString) -> Result<(), StoreError> {
        let present = self.hashes(token)[0];
        match self.store.operator_token().await? {
            Some(stored) if stored == present => Ok(()),
            Some(_) | None => self.store.set_operator_token(present).await,
        }
    }

    /// The hashes under all versions of the key; the first is the one to store.
    fn hashes(&self, token: &SecretString) -> Vec<OperatorTokenHash> {
        self.keyring.operator_token_hashes(token.expose_secret())
    }
}
