//! Sub-keys: their rotation, and what a running server does about it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::domain::secret::{WrappedKey, tag};
use crate::domain::sub_key::{KeyPurpose, OVERLAP, SHORTEST_LEAD};
use crate::domain::time::Timestamp;
use crate::store::{KeyUse, StoreError};

use super::{Refusal, Services};

/// Between two readings of the keys that were not due: whoever makes up secret keys must not make
/// the store busy.
const PAUSE: Duration = Duration::from_secs(1);

/// When the keys were last read because one was missing.
#[derive(Default)]
pub(super) struct LastReading(Mutex<Option<Timestamp>>);

impl LastReading {
    fn begin(&self, now: Timestamp) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that went back must not switch it off.
        let is_due = last.is_none_or(|last| now < last || now >= last + PAUSE);
        if is_due {
            *last = Some(now);
        }
        is_due
    }
}

/// Where a version stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyState {
    /// Known, and used from its moment on.
    Next,
    /// New things are made under it.
    InUse,
    /// Only for what was made under it before this moment.
    Former(Timestamp),
}

/// A version of a sub-key, without the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyVersion {
    /// What it is for.
    pub purpose: KeyPurpose,
    /// Its number.
    pub version: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// From when on it is used.
    pub active_from: Timestamp,
    /// Where it stands.
    pub state: KeyState,
    /// How many rows lie under it.
    pub rows: u64,
}

impl KeyVersion {
    /// Whether nothing can need it any more at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        matches!(self.state, KeyState::Former(since) if now >= since + OVERLAP) && self.rows == 0
    }
}

/// How soon new keys are used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Haste {
    /// When everybody has had the time to learn of them.
    Usual,
    /// As soon as every process has read them.
    AtOnce,
}

/// What becomes of former keys of receipts that may still be needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormerReceipts {
    /// They stay published until no receipt of theirs is valid.
    Keep,
    /// They go, and their receipts are worth nothing from then on.
    Withdraw,
}

/// What came of rotating.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeysRotated {
    /// There are these new versions.
    Rotated(Vec<KeyVersion>),
    /// One of the purposes has a version already that waits for its moment; nothing was done.
    Waiting(KeyVersion),
    /// Somebody else rotated at the same moment; nothing was done.
    Conflict,
}

impl Services {
    /// Takes over the keys that the store has by now, and seals some of what lies under former ones
    /// again. When a key does not open, those known so far stay in use.
    pub async fn look_after_keys(&self) -> Result<(), Refusal> {
        self.read_keys().await?;
        self.reseal().await
    }

    /// The same because something is not found, at most once in a moment; `true` when there are
    /// other keys now.
    pub(super) async fn refresh_missing_keys(&self) -> bool {
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

    /// All versions, and what lies under them.
    pub async fn key_versions(&self) -> Result<Vec<KeyVersion>, Refusal> {
        let (keys, uses) = (self.store.keyring().await?, self.store.key_uses().await?);
        Ok(standing(&keys, &uses, self.clock.now()))
    }

    /// Makes the next version for each of `purposes`. They are used from a later moment on, by when
    /// every process knows them.
    pub async fn rotate_keys(&self, purposes: &[KeyPurpose], haste: Haste) -> Result<KeysRotated, Refusal> {
        let now = self.clock.now();
        let existing = self.store.keyring().await?;
        let waiting = standing(&existing, &[], now)
            .into_iter()
            .find(|key| key.state == KeyState::Next && purposes.contains(&key.purpose));
        if let (Some(waiting), Haste::Usual) = (waiting, haste) {
            return Ok(KeysRotated::Waiting(waiting));
        }
        let mut made = Vec::new();
        for purpose in purposes {
            let lead = match haste {
                Haste::Usual => purpose.lead(),
                Haste::AtOnce => SHORTEST_LEAD,
            };
            let key = self.keyring.successor(&existing, *purpose, (now, now + lead), self.entropy.as_ref());
            made.push(key.map_err(|error| {
                tracing::error!(%error, "the keys were not rotated");
                Refusal::Store(StoreError::Unavailable)
            })?);
        }
        if !self.store.add_versions(made.clone(), now).await? {
            return Ok(KeysRotated::Conflict);
        }
        Ok(KeysRotated::Rotated(standing(&made, &[], now)))
    }

    /// Removes the versions that nothing can need any more, and answers which.
    pub async fn prune_keys(&self, receipts: FormerReceipts) -> Result<Vec<KeyVersion>, Refusal> {
        let now = self.clock.now();
        let is_over = |key: &KeyVersion| {
            let is_withdrawn = receipts == FormerReceipts::Withdraw && key.purpose == KeyPurpose::Receipt;
            key.is_over(now) || (is_withdrawn && matches!(key.state, KeyState::Former(_)))
        };
        let over: Vec<_> = self.key_versions().await?.into_iter().filter(is_over).collect();
        let versions = over.iter().map(|key| (key.purpose, key.version)).collect();
        self.store.remove_versions(versions, now).await?;
        Ok(over)
    }
}

/// Where each version stands at `now`, purpose by purpose, the oldest first.
fn standing(keys: &[WrappedKey], uses: &[KeyUse], now: Timestamp) -> Vec<KeyVersion> {
    let mut found = Vec::new();
    for purpose in KeyPurpose::ALL {
        let of_purpose = || keys.iter().filter(|key| key.purpose == purpose.as_str());
        let in_use = of_purpose().filter(|key| key.active_from <= now).map(|key| key.version).max();
        for key in of_purpose() {
            let later = of_purpose().filter(|later| later.version > key.version);
            let state = match later.map(|later| later.active_from).min().filter(|until| *until <= now) {
                Some(since) => KeyState::Former(since),
                None if in_use == Some(key.version) => KeyState::InUse,
                None => KeyState::Next,
            };
            let (version, made_at, active_from) = (key.version, key.made_at, key.active_from);
            let rows = rows(uses, purpose, version);
            found.push(KeyVersion { purpose, version, made_at, active_from, state, rows });
        }
    }
    found.sort_by_key(|key| (KeyPurpose::ALL.iter().position(|known| *known == key.purpose), key.version));
    found
}

/// Rows under a version. Those that only tell a tag may be another version's too, and count for both.
fn rows(uses: &[KeyUse], purpose: KeyPurpose, version: u32) -> u64 {
    let tells_tag_only =
        matches!(purpose, KeyPurpose::SecretKey | KeyPurpose::Recipient | KeyPurpose::Request);
    let is_meant = |found: u32| match tells_tag_only {
        true => found == u32::from(tag(version)),
        false => found == version,
    };
    let under = uses.iter().filter(|found| found.purpose == purpose && is_meant(found.version));
    under.map(|found| found.rows).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Sealed;

    fn key(version: u32, active_from: i64) -> WrappedKey {
        WrappedKey {
            purpose: "code".to_owned(),
            version,
            wrapped: Sealed(Vec::new()),
            made_at: Timestamp::default(),
            active_from: Timestamp::from_millis(active_from),
        }
    }

    fn states(keys: &[WrappedKey], now: i64) -> Vec<KeyState> {
        let found = standing(keys, &[], Timestamp::from_millis(now));
        found.into_iter().map(|key| key.state).collect()
    }

    #[test]
    fn a_version_waits_is_used_and_is_followed() {
        let keys = [key(1, 0), key(2, 100)];
        let former = KeyState::Former(Timestamp::from_millis(100));
        assert_eq!(states(&keys, 99), [KeyState::InUse, KeyState::Next]);
        assert_eq!(states(&keys, 100), [former, KeyState::InUse]);
    }

    #[test]
    fn one_that_is_overtaken_is_never_used() {
        let keys = [key(1, 0), key(2, 100), key(3, 50)];
        let former = KeyState::Former(Timestamp::from_millis(50));
        assert_eq!(states(&keys, 60), [former, former, KeyState::InUse]);
    }

    #[test]
    fn rows_that_tell_a_tag_only_count_for_all_versions_that_share_it() {
        let uses = [KeyUse { purpose: KeyPurpose::Recipient, version: 2, rows: 5 }];
        assert_eq!([2, 258, 3].map(|version| rows(&uses, KeyPurpose::Recipient, version)), [5, 5, 0]);
        let uses = [KeyUse { purpose: KeyPurpose::Code, version: 2, rows: 5 }];
        assert_eq!([2, 258].map(|version| rows(&uses, KeyPurpose::Code, version)), [5, 0]);
    }
}
