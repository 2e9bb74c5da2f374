//! The keyring: a versioned sub-key for each purpose, wrapped under the master key.
//!
//! Sub-keys are random and stored wrapped. So a new master key only requires wrapping a handful of keys
//! again, and a new sub-key only adds a version: neither changes a format. Every process knows a version
//! before it is used, and all known versions serve for reading.

mod devices;
mod error;
mod hashes;
mod pauses;
pub(super) mod ring;
#[cfg(test)]
pub(crate) mod tests;
mod tokens;
mod trail;
mod wrapping;

use std::fmt;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::domain::challenges::challenge::Binding;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::details::BoundFields;
use crate::domain::challenges::receipt::ReceiptTerms;
use crate::domain::random::Entropy;
use crate::domain::secret::{CodeHash, Sealed, WrappedKey};
use crate::domain::sub_key::{KeyPurpose, OVERLAP};
use crate::domain::time::Timestamp;

use super::master::MasterKey;
use super::receipt::{self, Receipt};
use super::seal::{self, OpenError, Place};
use super::shareable_key;
pub use error::KeyringError;
use ring::{CurrentRing, Ring, Version};
use wrapping::NextVersion;

/// All sub-keys, unwrapped. For each purpose one version serves for writing, all for reading.
#[derive(Debug)]
pub struct Keyring {
    master: MasterKey,
    present: CurrentRing,
}

impl Keyring {
    /// Creates wrapped keys for the purposes that `existing` lacks: all of them for a new store;
    /// for an older one, the purposes added since. They are in use from the beginning of time.
    pub fn missing(
        master: &MasterKey,
        existing: &[WrappedKey],
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> Result<Vec<WrappedKey>, KeyringError> {
        let active_from = Timestamp::default();
        KeyPurpose::ALL
            .into_iter()
            .filter(|purpose| !existing.iter().any(|key| key.purpose == purpose.as_str()))
            .map(|purpose| {
                wrapping::make(master, NextVersion { purpose, version: 1, now, active_from }, entropy)
            })
            .collect()
    }

    /// Opens the wrapped keys of a store.
    pub fn open(master: &MasterKey, wrapped: &[WrappedKey], now: Timestamp) -> Result<Self, KeyringError> {
        let ring = Ring::open(master, wrapped, None, now)?;
        Ok(Self { master: master.clone(), present: CurrentRing::new(ring) })
    }

    /// Adopts the keys that the store has now, as of `now`. Returns `true` if they differ from the
    /// previous ones. If one cannot be unwrapped, nothing changes.
    pub fn reload(&self, wrapped: &[WrappedKey], now: Timestamp) -> Result<bool, KeyringError> {
        let known = self.present.ring();
        let ring = Ring::open(&self.master, wrapped, Some(&known), now)?;
        let is_as_before =
            |a: &Ring, b: &Ring| a.numbers() == b.numbers() && a.versions_in_use() == b.versions_in_use();
        let has_changed = !is_as_before(&ring, &known);
        self.present.replace(ring);
        Ok(has_changed)
    }

    /// Switches to the keys that come into use at `now`.
    pub fn advance(&self, now: Timestamp) {
        self.present.replace(self.present.ring().at_moment(now));
    }

    /// Creates a wrapped key for `purpose`: the version after those of `existing`.
    pub fn successor(
        &self,
        existing: &[WrappedKey],
        purpose: KeyPurpose,
        (now, active_from): (Timestamp, Timestamp),
        entropy: &dyn Entropy,
    ) -> Result<WrappedKey, KeyringError> {
        let versions = existing.iter().filter(|key| key.purpose == purpose.as_str());
        let version = versions.map(|key| key.version).max().unwrap_or(0).saturating_add(1);
        wrapping::make(&self.master, NextVersion { purpose, version, now, active_from }, entropy)
    }

    /// Wraps the same keys under a new master key.
    pub fn rewrap(
        master: &MasterKey,
        existing: &[WrappedKey],
        successor: &MasterKey,
        entropy: &dyn Entropy,
    ) -> Result<Vec<WrappedKey>, KeyringError> {
        existing.iter().map(|key| wrapping::rewrap(master, key, successor, entropy)).collect()
    }

    /// Returns the version under which new codes are hashed.
    pub fn code_version(&self) -> u32 {
        self.present.ring().code.in_use().number
    }

    /// Returns the keyed hash of `code` under key `version`, bound to its challenge and to the
    /// fields that a verification must repeat; `None` if the version is unknown.
    pub fn code_hash(
        &self,
        version: u32,
        binding: &Binding,
        bound: &BoundFields,
        code: &Code,
    ) -> Option<CodeHash> {
        let ring = self.present.ring();
        let key = &ring.code.find(version)?.key;
        let (version, tenant) = (version.to_be_bytes(), binding.tenant.0.to_be_bytes());
        let challenge = binding.challenge.0.to_be_bytes();
        let mut parts: Vec<&[u8]> = vec![
            b"code/1",
            &version,
            &tenant,
            &challenge,
            binding.purpose.as_str().as_bytes(),
            binding.channel.as_str().as_bytes(),
            &binding.recipient.0,
            code.expose().as_bytes(),
        ];
        parts.extend(bound.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
        Some(CodeHash(key.mac(&parts)))
    }

    /// Returns whether this process knows this version of the code key.
    pub fn knows_code_version(&self, version: u32) -> bool {
        self.present.ring().code.find(version).is_some()
    }

    /// Seals `plaintext` to its place in the store.
    pub fn seal(&self, place: &Place, plaintext: &[u8], entropy: &dyn Entropy) -> Sealed {
        let ring = self.present.ring();
        let version = ring.seal.in_use();
        seal::seal(version.number, &version.key, place, plaintext, entropy)
    }

    /// Returns the version under which values are sealed; `None` if there are no former versions.
    pub fn seal_version_after_others(&self) -> Option<u32> {
        let ring = self.present.ring();
        let in_use = ring.seal.in_use().number;
        ring.seal.others().any(|other| other.number < in_use).then_some(in_use)
    }

    /// Opens a value that was sealed to this place.
    pub fn open_sealed(&self, place: &Place, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let version = seal::version(sealed)?;
        let ring = self.present.ring();
        let known = ring.seal.find(version).ok_or(OpenError)?;
        seal::open(&known.key, place, sealed)
    }

    /// Returns whether a value was sealed under a version that is unknown here: another process may
    /// have created it since the keys were read.
    pub fn is_of_unknown_version(&self, sealed: &Sealed) -> bool {
        seal::version(sealed).is_ok_and(|version| self.present.ring().seal.find(version).is_none())
    }

    /// Returns the cipher that turns challenge rows into shareable keys and back. It follows the keyring.
    pub fn shareable_keys(&self) -> shareable_key::Codec {
        shareable_key::Codec::new(self.present.clone())
    }

    /// Issues a receipt at `now`, signed by the key in use: a JWT in its compact form (RFC 7515
    /// §7.1). Signing takes a fraction of a millisecond, so it must not run on a thread that others
    /// wait for, such as the store's writer.
    pub fn issue_receipt(&self, terms: &ReceiptTerms, receipt: &Receipt<'_>, now: Timestamp) -> String {
        receipt::sign(&self.present.ring().receipt.in_use().key, terms, receipt, now)
    }

    /// Returns the public keys (RFC 7517 §5), newest first: the one in use; the next one, so that
    /// it is known before it signs; and former ones while a receipt signed by them may still be
    /// valid.
    pub fn jwks(&self) -> Value {
        let ring = self.present.ring();
        let is_needed = |version: &&Version<_>| {
            let retired_at = ring.receipt.retired_at(version.number);
            retired_at.is_none_or(|retired_at| ring.now < retired_at + OVERLAP)
        };
        let keys = ring.receipt.newest_first().filter(is_needed);
        json!({ "keys": keys.map(|version| version.key.public()).collect::<Vec<_>>() })
    }
}

/// Lists the versions in use.
impl fmt::Display for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let in_use = self.present.ring().versions_in_use();
        let words = KeyPurpose::ALL.iter().zip(in_use).map(|(purpose, version)| (purpose.as_str(), version));
        let words: Vec<_> = words.map(|(purpose, version)| format!("{purpose} {version}")).collect();
        f.write_str(&words.join(", "))
    }
}
