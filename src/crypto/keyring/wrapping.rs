//! Keys on their way into the store and out of it: sealed under the master key to their place.

use zeroize::Zeroizing;

use crate::crypto::key::Key;
use crate::crypto::master::MasterKey;
use crate::crypto::seal::{self, Place};
use crate::crypto::signing_key::SigningKey;
use crate::domain::id::TenantId;
use crate::domain::random::Entropy;
use crate::domain::secret::WrappedKey;

use super::{KeyPurpose, KeyringError, Versions};

/// What a key of one kind looks like unwrapped.
pub(super) trait Material: Sized {
    /// The key of these bytes, if they are one.
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl Material for Key {
    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Key::new)
    }
}

impl Material for SigningKey {
    fn read(bytes: &[u8]) -> Option<Self> {
        SigningKey::from_pkcs8(bytes)
    }
}

/// A fresh key of this purpose, wrapped.
pub(super) fn make(
    master: &MasterKey,
    purpose: KeyPurpose,
    version: u32,
    entropy: &dyn Entropy,
) -> Result<WrappedKey, KeyringError> {
    let bytes = match purpose {
        KeyPurpose::Receipt => SigningKey::generate().ok_or(KeyringError::NotMade(purpose.as_str()))?,
        KeyPurpose::Seal
        | KeyPurpose::Code
        | KeyPurpose::SecretKey
        | KeyPurpose::Recipient
        | KeyPurpose::ShareableKey
        | KeyPurpose::Request => Zeroizing::new(Key::generate(entropy).bytes().to_vec()),
    };
    let place = place(purpose.as_str(), version);
    let wrapped = seal::seal(0, master.wrapping_key(), &place, &bytes, entropy);
    Ok(WrappedKey { purpose: purpose.as_str().to_owned(), version, wrapped })
}

/// All keys of one purpose, open, newest last.
pub(super) fn versions<K: Material>(
    master: &MasterKey,
    wrapped: &[WrappedKey],
    purpose: KeyPurpose,
) -> Result<Versions<K>, KeyringError> {
    let mut keys = Versions::new();
    for key in wrapped.iter().filter(|key| key.purpose == purpose.as_str()) {
        keys.push((key.version, unwrap(master, key)?));
    }
    keys.sort_by_key(|(version, _)| *version);
    if keys.is_empty() { Err(KeyringError::Missing(purpose.as_str())) } else { Ok(keys) }
}

fn unwrap<K: Material>(master: &MasterKey, key: &WrappedKey) -> Result<K, KeyringError> {
    let place = place(&key.purpose, key.version);
    let bytes = seal::open(master.wrapping_key(), &place, &key.wrapped).ok();
    let not_ours = || KeyringError::NotOurs { purpose: key.purpose.clone(), version: key.version };
    bytes.and_then(|bytes| K::read(&bytes)).ok_or_else(not_ours)
}

fn place(purpose: &str, version: u32) -> Place<'_> {
    Place { table: "keyring", column: purpose, tenant: TenantId(0), row: i64::from(version) }
}
