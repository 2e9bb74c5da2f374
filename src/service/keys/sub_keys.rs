//! Sub-keys: their rotation, and how a running server follows it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::crypto::keyring::Keyring;
use crate::domain::random::Entropy;
use crate::domain::reports::actor::Actor;
use crate::domain::sub_key::{KeyPurpose, SHORTEST_LEAD};
use crate::domain::time::{Clock, Timestamp};
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::store::{Store, StoreError};

use super::reseal::Resealer;
use super::versions::{KeyState, KeyVersion, standing};

/// The minimum interval between unscheduled rereads of the keys, so that invalid secret keys cannot
/// overload the store.
const PAUSE: Duration = Duration::from_secs(1);

/// The time at which the keys were last reread because one was missing.
#[derive(Default)]
pub(super) struct LastReading(Mutex<Option<Timestamp>>);

impl LastReading {
    fn begin(&self, now: Timestamp) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not disable rereading.
        let is_due = last.is_none_or(|last| now < last || now >= last + PAUSE);
        if is_due {
            *last = Some(now);
        }
        is_due
    }
}

/// The urgency of a rotation, which decides how soon new keys are used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RotationUrgency {
    /// After everybody has had time to learn of them.
    Usual,
    /// As soon as every process has read them.
    AtOnce,
}

/// The treatment of former receipt keys that may still be needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormerReceipts {
    /// They stay published until none of their receipts is valid.
    Keep,
    /// They are removed, and their receipts become invalid at once.
    Withdraw,
}

/// The result of a rotation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeysRotated {
    /// These new versions were made.
    Rotated(Vec<KeyVersion>),
    /// One of the purposes already has a version that waits for its time; nothing was changed.
    Waiting(KeyVersion),
    /// Somebody else rotated concurrently; nothing was changed.
    Conflict,
}

/// The sub-keys in the store, and the keyring that has them open.
pub struct SubKeys {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    last_reading: LastReading,
    resealer: Resealer,
}

impl SubKeys {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            last_reading: LastReading::default(),
            resealer: Resealer::new(parts),
        }
    }
}

impl SubKeys {
    /// Adopts the keys that the store has now. Every node does so. If a key does not open, the known
    /// ones stay in use.
    pub async fn follow(&self) -> Result<(), Refusal> {
        self.read_keys().await.map(|_| ())
    }

    /// Reseals some of the values under former keys. One node does so for all.
    pub async fn reseal(&self) -> Result<(), Refusal> {
        self.resealer.reseal().await
    }

    /// Rereads the keys because something was not found, at most once per second. Returns `true` if
    /// they have changed.
    pub(in crate::service) async fn refresh_missing(&self) -> bool {
        self.last_reading.begin(self.clock.now()) && self.read_keys().await.unwrap_or(false)
    }

    async fn read_keys(&self) -> Result<bool, Refusal> {
        let wrapped = self.store.keyring().await?;
        match self.keyring.reload(&wrapped, self.clock.now()) {
            Ok(false) => Ok(false),
            Ok(true) => {
                tracing::info!(in_use = %self.keyring, "the keys have changed");
                Ok(true)
            }
            Err(error) => {
                tracing::error!(%error, "a new key cannot be used; the former ones stay in use");
                Err(Refusal::Store(StoreError::Unavailable))
            }
        }
    }

    /// Returns all versions, with the number of rows under each.
    pub async fn versions(&self) -> Result<Vec<KeyVersion>, Refusal> {
        let (keys, uses) = (self.store.keyring().await?, self.store.key_uses().await?);
        Ok(standing(&keys, &uses, self.clock.now()))
    }

    /// Returns the public receipt keys, as a JWK set (RFC 7517 §5).
    pub fn jwks(&self) -> Value {
        json!(self.keyring.jwks())
    }

    /// Makes the next version for each of `purposes`. They come into use later, when every process
    /// knows them.
    pub async fn rotate(
        &self,
        purposes: &[KeyPurpose],
        urgency: RotationUrgency,
        by: Actor,
    ) -> Result<KeysRotated, Refusal> {
        let now = self.clock.now();
        let existing = self.store.keyring().await?;
        let waiting = standing(&existing, &[], now)
            .into_iter()
            .find(|key| key.state == KeyState::Next && purposes.contains(&key.purpose));
        if let (Some(waiting), RotationUrgency::Usual) = (waiting, urgency) {
            return Ok(KeysRotated::Waiting(waiting));
        }
        let mut made = Vec::new();
        for purpose in purposes {
            let lead = match urgency {
                RotationUrgency::Usual => purpose.lead(),
                RotationUrgency::AtOnce => SHORTEST_LEAD,
            };
            let key = self.keyring.successor(&existing, *purpose, (now, now + lead), self.entropy.as_ref());
            made.push(key.map_err(|error| {
                tracing::error!(%error, "the keys were not rotated");
                Refusal::Store(StoreError::Unavailable)
            })?);
        }
        if !self.store.add_versions(made.clone(), (by, now)).await? {
            return Ok(KeysRotated::Conflict);
        }
        Ok(KeysRotated::Rotated(standing(&made, &[], now)))
    }

    /// Removes the versions that nothing can need any more, and returns them.
    pub async fn prune(&self, receipts: FormerReceipts, by: Actor) -> Result<Vec<KeyVersion>, Refusal> {
        let now = self.clock.now();
        let is_over = |key: &KeyVersion| {
            let is_withdrawn = receipts == FormerReceipts::Withdraw && key.purpose == KeyPurpose::Receipt;
            key.is_over(now) || (is_withdrawn && matches!(key.state, KeyState::Former(_)))
        };
        let over: Vec<_> = self.versions().await?.into_iter().filter(is_over).collect();
        let versions = over.iter().map(|key| (key.purpose, key.version)).collect();
        self.store.remove_versions(versions, (by, now)).await?;
        Ok(over)
    }
}
