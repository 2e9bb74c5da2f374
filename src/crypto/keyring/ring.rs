//! A snapshot of the unwrapped sub-keys at one moment, and the cell that swaps one snapshot for the next.

use std::sync::{Arc, PoisonError, RwLock};

use crate::crypto::key::Key;
use crate::crypto::master::MasterKey;
use crate::crypto::shareable_cipher::Cipher;
use crate::crypto::signing_key::SigningKey;
use crate::domain::secret::WrappedKey;
use crate::domain::sub_key::KeyPurpose;
use crate::domain::time::Timestamp;

use super::error::KeyringError;
use super::wrapping::{self, Material};

/// One version of a key.
#[derive(Debug)]
pub(in crate::crypto) struct Version<K> {
    pub(super) number: u32,
    active_from: Timestamp,
    pub(in crate::crypto) key: Arc<K>,
}

/// `Clone` is not derived, because the key itself need not implement it.
impl<K> Clone for Version<K> {
    fn clone(&self) -> Self {
        Self { number: self.number, active_from: self.active_from, key: Arc::clone(&self.key) }
    }
}

/// The versions of one key, newest last; never empty.
#[derive(Debug)]
pub(in crate::crypto) struct Versions<K> {
    all: Vec<Version<K>>,
    in_use: usize,
}

impl<K: Material> Versions<K> {
    /// Opens the versions for this purpose as of `now`. Keys that are already unwrapped are reused.
    fn open(
        master: &MasterKey,
        wrapped: &[WrappedKey],
        purpose: KeyPurpose,
        known: Option<&Self>,
        now: Timestamp,
    ) -> Result<Self, KeyringError> {
        let mut all = Vec::new();
        for key in wrapped.iter().filter(|key| key.purpose == purpose.as_str()) {
            let open = known.and_then(|known| known.find(key.version)).map(|open| Arc::clone(&open.key));
            let open = match open {
                Some(open) => open,
                None => Arc::new(wrapping::unwrap(master, key)?),
            };
            all.push(Version { number: key.version, active_from: key.active_from, key: open });
        }
        if all.is_empty() {
            return Err(KeyringError::Missing(purpose.as_str()));
        }
        all.sort_by_key(|version| version.number);
        let in_use = newest_at(&all, now);
        Ok(Self { all, in_use })
    }
}

impl<K> Versions<K> {
    /// Returns the version for new data.
    pub(in crate::crypto) fn in_use(&self) -> &Version<K> {
        &self.all[self.in_use]
    }

    /// Returns the version with this number.
    pub(super) fn find(&self, number: u32) -> Option<&Version<K>> {
        self.all.iter().find(|version| version.number == number)
    }

    /// Returns the version that was in use at `moment`.
    pub(in crate::crypto) fn at(&self, moment: Timestamp) -> &Version<K> {
        &self.all[newest_at(&self.all, moment)]
    }

    /// Iterates over all versions, newest first.
    pub(in crate::crypto) fn newest_first(&self) -> impl Iterator<Item = &Version<K>> {
        self.all.iter().rev()
    }

    /// Returns all versions but the one in use, newest first.
    pub(super) fn others(&self) -> impl Iterator<Item = &Version<K>> {
        self.newest_first().filter(|version| version.number != self.in_use().number)
    }

    /// Returns all versions, the one in use first.
    pub(super) fn present_first(&self) -> impl Iterator<Item = &Version<K>> {
        std::iter::once(self.in_use()).chain(self.others())
    }

    /// Returns when the use of a version ended or will end, if that is known.
    pub(super) fn retired_at(&self, number: u32) -> Option<Timestamp> {
        self.all.iter().filter(|other| other.number > number).map(|other| other.active_from).min()
    }

    fn numbers(&self) -> Vec<u32> {
        self.all.iter().map(|version| version.number).collect()
    }

    fn at_moment(&self, now: Timestamp) -> Self {
        Self { all: self.all.clone(), in_use: newest_at(&self.all, now) }
    }
}

/// Returns the newest version in use at `moment`; the oldest if none is, which happens only when a
/// clock went back.
fn newest_at<K>(all: &[Version<K>], moment: Timestamp) -> usize {
    all.iter().rposition(|version| version.active_from <= moment).unwrap_or(0)
}

/// All sub-keys, unwrapped, as of one moment.
#[derive(Debug)]
pub(in crate::crypto) struct Ring {
    pub(super) now: Timestamp,
    pub(super) seal: Versions<Key>,
    pub(super) code: Versions<Key>,
    pub(super) secret_key: Versions<Key>,
    pub(super) recipient: Versions<Key>,
    pub(in crate::crypto) shareable_key: Versions<Cipher>,
    pub(super) request: Versions<Key>,
    pub(super) audit: Versions<Key>,
    pub(super) receipt: Versions<SigningKey>,
}

impl Ring {
    /// Unwraps the keys as of `now`; those that `known` has are reused.
    pub(super) fn open(
        master: &MasterKey,
        wrapped: &[WrappedKey],
        known: Option<&Self>,
        now: Timestamp,
    ) -> Result<Self, KeyringError> {
        let plain = |purpose, known| Versions::open(master, wrapped, purpose, known, now);
        let shareable_key = KeyPurpose::ShareableKey;
        let receipt = KeyPurpose::Receipt;
        Ok(Self {
            now,
            seal: plain(KeyPurpose::Seal, known.map(|ring| &ring.seal))?,
            code: plain(KeyPurpose::Code, known.map(|ring| &ring.code))?,
            secret_key: plain(KeyPurpose::SecretKey, known.map(|ring| &ring.secret_key))?,
            recipient: plain(KeyPurpose::Recipient, known.map(|ring| &ring.recipient))?,
            shareable_key: Versions::open(
                master,
                wrapped,
                shareable_key,
                known.map(|ring| &ring.shareable_key),
                now,
            )?,
            request: plain(KeyPurpose::Request, known.map(|ring| &ring.request))?,
            audit: plain(KeyPurpose::Audit, known.map(|ring| &ring.audit))?,
            receipt: Versions::open(master, wrapped, receipt, known.map(|ring| &ring.receipt), now)?,
        })
    }

    /// Returns which versions exist, purpose by purpose.
    pub(super) fn numbers(&self) -> [Vec<u32>; 8] {
        [
            self.seal.numbers(),
            self.code.numbers(),
            self.secret_key.numbers(),
            self.recipient.numbers(),
            self.shareable_key.numbers(),
            self.request.numbers(),
            self.audit.numbers(),
            self.receipt.numbers(),
        ]
    }

    /// Returns which version is in use for each purpose, in the order of [`KeyPurpose::ALL`].
    pub(super) fn versions_in_use(&self) -> [u32; 8] {
        [
            self.seal.in_use().number,
            self.code.in_use().number,
            self.secret_key.in_use().number,
            self.recipient.in_use().number,
            self.shareable_key.in_use().number,
            self.request.in_use().number,
            self.audit.in_use().number,
            self.receipt.in_use().number,
        ]
    }

    /// Returns the same keys at another moment.
    pub(super) fn at_moment(&self, now: Timestamp) -> Self {
        Self {
            now,
            seal: self.seal.at_moment(now),
            code: self.code.at_moment(now),
            secret_key: self.secret_key.at_moment(now),
            recipient: self.recipient.at_moment(now),
            shareable_key: self.shareable_key.at_moment(now),
            request: self.request.at_moment(now),
            audit: self.audit.at_moment(now),
            receipt: self.receipt.at_moment(now),
        }
    }
}

/// The current snapshot. A reader keeps its snapshot as long as it needs, and never waits: the lock
/// is held only to copy a pointer.
#[derive(Clone, Debug)]
pub(in crate::crypto) struct CurrentRing(Arc<RwLock<Arc<Ring>>>);

impl CurrentRing {
    pub(super) fn new(ring: Ring) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(ring))))
    }

    /// Returns the current snapshot.
    pub(in crate::crypto) fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the current snapshot.
    pub(super) fn replace(&self, ring: Ring) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }
}
