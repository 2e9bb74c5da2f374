//! The keyring: a versioned sub-key for each purpose, wrapped under the master key.
//!
//! Sub-keys are random and lie wrapped in the store, so a new master key means wrapping a handful
//! of keys again, and a new sub-key means adding a version: neither changes a format.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::domain::challenge::Binding;
use crate::domain::code::Code;
use crate::domain::details::BoundFields;
use crate::domain::id::TenantId;
use crate::domain::random::Entropy;
use crate::domain::recipient::Recipient;
use crate::domain::secret::{CodeHash, RecipientIndex, Sealed, SecretKeyHash, WrappedKey};

use super::master::MasterKey;
use super::seal::{self, OpenError, Place};
use super::shareable_key;

/// A 256-bit key. Erased when dropped, never printed.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub(super) fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A fresh random key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self::new(entropy.bytes())
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA-256 over `parts`, each preceded by its length, so that no two lists of parts
    /// give the same input.
    pub(super) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes a key of any length, so this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.bytes()) else { unreachable!() };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// What a sub-key is for. One key never serves two purposes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyPurpose {
    /// Sealing columns with AES-256-GCM.
    Seal,
    /// Hashing codes.
    Code,
    /// Hashing tenants' secret keys.
    SecretKey,
    /// Indexing recipients.
    Recipient,
    /// Encrypting challenge rows into shareable keys.
    ShareableKey,
}

impl KeyPurpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [Self::Seal, Self::Code, Self::SecretKey, Self::Recipient, Self::ShareableKey];

    /// The word under which the key is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Code => "code",
            Self::SecretKey => "secret_key",
            Self::Recipient => "recipient",
            Self::ShareableKey => "shareable_key",
        }
    }
}

/// All sub-keys, open. Of each purpose the newest serves for writing, all for reading.
#[derive(Debug)]
pub struct Keyring {
    seal: Versions,
    code: Versions,
    secret_key: Versions,
    recipient: Versions,
    shareable_key: Versions,
}

/// The versions of one key, newest last; never empty.
type Versions = Vec<(u32, Key)>;

/// Why a keyring does not open.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyringError {
    /// A wrapped key does not open: the master key is another one, or the row was changed.
    #[error("the {purpose} key (version {version}) does not open with this master key")]
    NotOurs {
        /// Which key.
        purpose: String,
        /// Which version.
        version: u32,
    },
    /// The store has no key of this purpose.
    #[error("the store has no {0} key")]
    Missing(&'static str),
}

impl Keyring {
    /// Fresh keys, wrapped, for the purposes that `existing` lacks.
    pub fn missing(master: &MasterKey, existing: &[WrappedKey], entropy: &dyn Entropy) -> Vec<WrappedKey> {
        KeyPurpose::ALL
            .into_iter()
            .filter(|purpose| !existing.iter().any(|key| key.purpose == purpose.as_str()))
            .map(|purpose| wrap(master, purpose, 1, &Key::generate(entropy), entropy))
            .collect()
    }

    /// Opens the wrapped keys of a store.
    pub fn open(master: &MasterKey, wrapped: &[WrappedKey]) -> Result<Self, KeyringError> {
        let versions = |purpose: KeyPurpose| -> Result<Versions, KeyringError> {
            let mut keys = Versions::new();
            for key in wrapped.iter().filter(|key| key.purpose == purpose.as_str()) {
                keys.push((key.version, unwrap(master, key)?));
            }
            keys.sort_by_key(|(version, _)| *version);
            if keys.is_empty() { Err(KeyringError::Missing(purpose.as_str())) } else { Ok(keys) }
        };
        Ok(Self {
            seal: versions(KeyPurpose::Seal)?,
            code: versions(KeyPurpose::Code)?,
            secret_key: versions(KeyPurpose::SecretKey)?,
            recipient: versions(KeyPurpose::Recipient)?,
            shareable_key: versions(KeyPurpose::ShareableKey)?,
        })
    }

    /// The version under which new codes are hashed.
    pub fn code_version(&self) -> u32 {
        newest(&self.code).0
    }

    /// The keyed hash of `code` under key `version`, bound to its challenge and to the fields that
    /// verification must repeat; `None` when there is
    /// no such version.
    pub fn code_hash(
        &self,
        version: u32,
        binding: &Binding,
        bound: &BoundFields,
        code: &Code,
    ) -> Option<CodeHash> {
        let (_, key) = self.code.iter().find(|(known, _)| *known == version)?;
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

    /// The hashes under which a secret key may be kept, the newest key version first.
    pub fn secret_key_hashes(&self, secret_key: &str) -> impl Iterator<Item = SecretKeyHash> {
        let hash = |key: &Key| SecretKeyHash(key.mac(&[b"secret key/1", secret_key.as_bytes()]));
        self.secret_key.iter().rev().map(move |(_, key)| hash(key))
    }

    /// The hash under which a new secret key is kept.
    pub fn secret_key_hash(&self, secret_key: &str) -> SecretKeyHash {
        SecretKeyHash(newest(&self.secret_key).1.mac(&[b"secret key/1", secret_key.as_bytes()]))
    }

    /// The index of `recipient` within `tenant`.
    pub fn recipient_index(&self, tenant: TenantId, recipient: &Recipient) -> RecipientIndex {
        let mac = newest(&self.recipient).1.mac(&[
            b"recipient/1",
            &tenant.0.to_be_bytes(),
            recipient.channel().as_str().as_bytes(),
            recipient.canonical().as_bytes(),
        ]);
        let mut index = [0; 16];
        index.copy_from_slice(&mac[..16]);
        RecipientIndex(index)
    }

    /// Seals `plaintext` to its place in the store.
    pub fn seal(&self, place: &Place, plaintext: &[u8], entropy: &dyn Entropy) -> Sealed {
        let (version, key) = newest(&self.seal);
        seal::seal(*version, key, place, plaintext, entropy)
    }

    /// Opens what was sealed to this place.
    pub fn open_sealed(&self, place: &Place, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let version = seal::version(sealed)?;
        let key = self.seal.iter().find(|(known, _)| *known == version).ok_or(OpenError)?;
        seal::open(&key.1, place, sealed)
    }

    /// The cipher that turns challenge rows into shareable keys and back.
    pub fn shareable_keys(&self) -> shareable_key::Codec {
        shareable_key::Codec::new(self.shareable_key.iter().rev().map(|(_, key)| key))
    }
}

fn newest(versions: &Versions) -> &(u32, Key) {
    // `open` refuses an empty list.
    &versions[versions.len() - 1]
}

fn wrapped_place(purpose: &str, version: u32) -> Place<'_> {
    Place { table: "keyring", column: purpose, tenant: TenantId(0), row: i64::from(version) }
}

fn wrap(
    master: &MasterKey,
    purpose: KeyPurpose,
    version: u32,
    key: &Key,
    entropy: &dyn Entropy,
) -> WrappedKey {
    let place = wrapped_place(purpose.as_str(), version);
    let wrapped = seal::seal(0, master.wrapping_key(), &place, key.bytes(), entropy);
    WrappedKey { purpose: purpose.as_str().to_owned(), version, wrapped }
}

fn unwrap(master: &MasterKey, key: &WrappedKey) -> Result<Key, KeyringError> {
    let not_ours = || KeyringError::NotOurs { purpose: key.purpose.clone(), version: key.version };
    let place = wrapped_place(&key.purpose, key.version);
    let bytes = seal::open(master.wrapping_key(), &place, &key.wrapped).map_err(|_| not_ours())?;
    Ok(Key::new(<[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| not_ours())?))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::crypto::master::tests::{Counting, master};
    use crate::domain::channel::ChannelKind;
    use crate::domain::code::parse_answer;
    use crate::domain::id::ChallengeId;
    use crate::domain::purpose::Purpose;

    pub fn keyring() -> Keyring {
        let wrapped = Keyring::missing(&master(1), &[], &Counting::default());
        Keyring::open(&master(1), &wrapped).unwrap()
    }

    fn binding() -> Binding {
        Binding {
            tenant: TenantId(7),
            challenge: ChallengeId(8),
            purpose: Purpose::VERIFICATION,
            channel: ChannelKind::Email,
            recipient: RecipientIndex([9; 16]),
        }
    }

    #[test]
    fn a_keyring_opens_with_its_master_key_only() {
        let wrapped = Keyring::missing(&master(1), &[], &Counting::default());
        assert!(Keyring::open(&master(1), &wrapped).is_ok());
        assert!(matches!(Keyring::open(&master(2), &wrapped), Err(KeyringError::NotOurs { .. })));
        assert!(matches!(Keyring::open(&master(1), &wrapped[1..]), Err(KeyringError::Missing("seal"))));
        assert!(Keyring::missing(&master(1), &wrapped, &Counting::default()).is_empty());
    }

    #[test]
    fn a_wrapped_key_cannot_take_the_place_of_another() {
        let mut wrapped = Keyring::missing(&master(1), &[], &Counting::default());
        wrapped[0].wrapped = wrapped[1].wrapped.clone();
        assert!(Keyring::open(&master(1), &wrapped).is_err());
    }

    #[test]
    fn a_code_hash_is_bound_to_everything_it_names() {
        let ring = keyring();
        let code = parse_answer("123456").unwrap();
        let free = BoundFields::default();
        let hash = |binding: &Binding, code: &Code| ring.code_hash(1, binding, &free, code).unwrap();
        let reference = hash(&binding(), &code);
        assert!(reference == hash(&binding(), &code));
        let others = [
            Binding { tenant: TenantId(70), ..binding() },
            Binding { challenge: ChallengeId(80), ..binding() },
            Binding { purpose: Purpose::parse("login").unwrap(), ..binding() },
            Binding { recipient: RecipientIndex([90; 16]), ..binding() },
        ];
        for other in others {
            assert!(reference != hash(&other, &code), "{other:?}");
        }
        assert!(reference != hash(&binding(), &parse_answer("123457").unwrap()));
        let bound = |value: &str| BoundFields::new([("amount".into(), value.into())].into()).unwrap();
        let with = |value: &str| ring.code_hash(1, &binding(), &bound(value), &code).unwrap();
        assert!(with("9.99") == with("9.99") && with("9.99") != with("99.9") && with("9.99") != reference);
        assert!(ring.code_hash(2, &binding(), &free, &code).is_none());
    }

    #[test]
    fn the_same_recipient_has_another_index_in_another_tenant() {
        let ring = keyring();
        let jane = Recipient::email("jane@example.com").unwrap();
        let shouted = Recipient::email("JANE@EXAMPLE.COM").unwrap();
        assert!(ring.recipient_index(TenantId(1), &jane) == ring.recipient_index(TenantId(1), &shouted));
        assert!(ring.recipient_index(TenantId(1), &jane) != ring.recipient_index(TenantId(2), &jane));
    }

    #[test]
    fn keys_are_never_printed() {
        let shown = format!("{:?}", keyring());
        assert!(shown.contains("Key(…)") && !shown.contains("[1"), "{shown}");
    }
}
