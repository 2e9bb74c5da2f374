//! Wraps keys for the store and unwraps them: sealed under the master key to their place.

use zeroize::Zeroizing;

use crate::crypto::key::Key;
use crate::crypto::master::MasterKey;
use crate::crypto::seal::{self, Place};
use crate::crypto::shareable_cipher::Cipher;
use crate::crypto::signing_key::SigningKey;
use crate::domain::id::TenantId;
use crate::domain::random::Entropy;
use crate::domain::secret::{Sealed, WrappedKey};
use crate::domain::sub_key::KeyPurpose;
use crate::domain::time::Timestamp;

use super::error::KeyringError;

/// The unwrapped form of a kind of key.
pub(in crate::crypto) trait Material: Sized {
    /// Parses the key; returns `None` if the bytes are invalid.
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl Material for Key {
    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Key::new)
    }
}

impl Material for Cipher {
    fn read(bytes: &[u8]) -> Option<Self> {
        Key::read(bytes).map(|key| Cipher::new(&key))
    }
}

impl Material for SigningKey {
    fn read(bytes: &[u8]) -> Option<Self> {
        SigningKey::from_pkcs8(bytes)
    }
}

/// The version to create, and when it comes into use.
#[derive(Clone, Copy)]
pub(super) struct NextVersion {
    pub(super) purpose: KeyPurpose,
    pub(super) version: u32,
    pub(super) now: Timestamp,
    pub(super) active_from: Timestamp,
}

/// Creates a wrapped key.
pub(super) fn make(
    master: &MasterKey,
    plan: NextVersion,
    entropy: &dyn Entropy,
) -> Result<WrappedKey, KeyringError> {
    let purpose = plan.purpose;
    let bytes = match purpose {
        KeyPurpose::Receipt => SigningKey::generate().ok_or(KeyringError::NotMade(purpose.as_str()))?,
        KeyPurpose::Seal
        | KeyPurpose::Code
        | KeyPurpose::SecretKey
        | KeyPurpose::Recipient
        | KeyPurpose::ShareableKey
        | KeyPurpose::Request
        | KeyPurpose::Audit => Zeroizing::new(Key::generate(entropy).bytes().to_vec()),
    };
    Ok(WrappedKey {
        purpose: purpose.as_str().to_owned(),
        version: plan.version,
        wrapped: wrap(master, purpose.as_str(), plan.version, &bytes, entropy),
        made_at: plan.now,
        active_from: plan.active_from,
    })
}

/// Wraps the same key under a new master key.
pub(super) fn rewrap(
    master: &MasterKey,
    key: &WrappedKey,
    successor: &MasterKey,
    entropy: &dyn Entropy,
) -> Result<WrappedKey, KeyringError> {
    let bytes = open(master, key)?;
    let wrapped = wrap(successor, &key.purpose, key.version, &bytes, entropy);
    Ok(WrappedKey { wrapped, ..key.clone() })
}

/// Unwraps a key.
pub(super) fn unwrap<K: Material>(master: &MasterKey, key: &WrappedKey) -> Result<K, KeyringError> {
    K::read(&open(master, key)?).ok_or_else(|| not_ours(key))
}

fn open(master: &MasterKey, key: &WrappedKey) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    let place = place(&key.purpose, key.version);
    seal::open(master.wrapping_key(), &place, &key.wrapped).map_err(|_| not_ours(key))
}

fn not_ours(key: &WrappedKey) -> KeyringError {
    KeyringError::NotOurs { purpose: key.purpose.clone(), version: key.version }
}

fn wrap(master: &MasterKey, purpose: &str, version: u32, bytes: &[u8], entropy: &dyn Entropy) -> Sealed {
    seal::seal(0, master.wrapping_key(), &place(purpose, version), bytes, entropy)
}

fn place(purpose: &str, version: u32) -> Place<'_> {
    Place { table: "keyring", column: purpose, tenant: TenantId(0), row: i64::from(version) }
}
