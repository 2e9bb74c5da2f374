//! The keyring: a versioned sub-key for each purpose, wrapped under the master key.
//!
//! Sub-keys are random and lie wrapped in the store, so a new master key means wrapping a handful
//! of keys again, and a new sub-key means adding a version: neither changes a format.

mod wrapping;

use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::domain::challenge::Binding;
use crate::domain::code::Code;
use crate::domain::details::BoundFields;
use crate::domain::id::TenantId;
use crate::domain::random::Entropy;
use crate::domain::receipt::ReceiptTerms;
use crate::domain::recipient::Recipient;
use crate::domain::secret::{CodeHash, RecipientIndex, RequestDigest, Sealed, SecretKeyHash, WrappedKey};
use crate::domain::time::Timestamp;

use super::key::Key;
use super::master::MasterKey;
use super::receipt::{self, Receipt};
use super::seal::{self, OpenError, Place};
use super::shareable_key;
use super::signing_key::SigningKey;

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
    /// Recognising requests that come again.
    Request,
    /// Signing receipts. The one pair of keys among them, kept as a PKCS#8 document.
    Receipt,
}

impl KeyPurpose {
    /// Every purpose.
    pub const ALL: [Self; 7] = [
        Self::Seal,
        Self::Code,
        Self::SecretKey,
        Self::Recipient,
        Self::ShareableKey,
        Self::Request,
        Self::Receipt,
    ];

    /// The word under which the key is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Code => "code",
            Self::SecretKey => "secret_key",
            Self::Recipient => "recipient",
            Self::ShareableKey => "shareable_key",
            Self::Request => "request",
            Self::Receipt => "receipt",
        }
    }
}

/// All sub-keys, open. Of each purpose the newest serves for writing, all for reading.
#[derive(Debug)]
pub struct Keyring {
    seal: Versions<Key>,
    code: Versions<Key>,
    secret_key: Versions<Key>,
    recipient: Versions<Key>,
    shareable_key: Versions<Key>,
    request: Versions<Key>,
    receipt: Versions<SigningKey>,
}

/// The versions of one key, newest last; never empty.
type Versions<K> = Vec<(u32, K)>;

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
    /// The system has no memory for making a key.
    #[error("a {0} key could not be made")]
    NotMade(&'static str),
}

impl Keyring {
    /// Fresh keys, wrapped, for the purposes that `existing` lacks: all of them for a new store, and
    /// for an older one those that came later.
    pub fn missing(
        master: &MasterKey,
        existing: &[WrappedKey],
        entropy: &dyn Entropy,
    ) -> Result<Vec<WrappedKey>, KeyringError> {
        KeyPurpose::ALL
            .into_iter()
            .filter(|purpose| !existing.iter().any(|key| key.purpose == purpose.as_str()))
            .map(|purpose| wrapping::make(master, purpose, 1, entropy))
            .collect()
    }

    /// Opens the wrapped keys of a store.
    pub fn open(master: &MasterKey, wrapped: &[WrappedKey]) -> Result<Self, KeyringError> {
        Ok(Self {
            seal: wrapping::versions(master, wrapped, KeyPurpose::Seal)?,
            code: wrapping::versions(master, wrapped, KeyPurpose::Code)?,
            secret_key: wrapping::versions(master, wrapped, KeyPurpose::SecretKey)?,
            recipient: wrapping::versions(master, wrapped, KeyPurpose::Recipient)?,
            shareable_key: wrapping::versions(master, wrapped, KeyPurpose::ShareableKey)?,
            request: wrapping::versions(master, wrapped, KeyPurpose::Request)?,
            receipt: wrapping::versions(master, wrapped, KeyPurpose::Receipt)?,
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
        self.secret_key.iter().rev().map(|(_, key)| hash_secret_key(key, secret_key))
    }

    /// The hash under which a new secret key is kept.
    pub fn secret_key_hash(&self, secret_key: &str) -> SecretKeyHash {
        hash_secret_key(&newest(&self.secret_key).1, secret_key)
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

    /// The digest of a tenant's request, or of what names it.
    pub fn request_digest(&self, tenant: TenantId, parts: [&[u8]; 3]) -> RequestDigest {
        let tenant = tenant.0.to_be_bytes();
        let [kind, place, content] = parts;
        RequestDigest(newest(&self.request).1.mac(&[b"request/1", &tenant, kind, place, content]))
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

    /// The receipt, issued at `now` and signed by the newest key: a JWT in its compact form
    /// (RFC 7515 §7.1). Takes a fraction of a millisecond, so it has no place on a thread that
    /// others wait for, such as the store's writer.
    pub fn issue_receipt(&self, terms: &ReceiptTerms, receipt: &Receipt<'_>, now: Timestamp) -> String {
        receipt::sign(&newest(&self.receipt).1, terms, receipt, now)
    }

    /// The public keys of all versions, the newest first (RFC 7517 §5): a receipt of an older one
    /// may still be on its way.
    pub fn jwks(&self) -> Value {
        let keys = self.receipt.iter().rev().map(|(_, key)| key.public().clone());
        json!(JwkSet { keys: keys.collect() })
    }
}

fn hash_secret_key(key: &Key, secret_key: &str) -> SecretKeyHash {
    SecretKeyHash(key.mac(&[b"secret key/1", secret_key.as_bytes()]))
}

fn newest<K>(versions: &Versions<K>) -> &(u32, K) {
    // `open` refuses an empty list.
    &versions[versions.len() - 1]
}

#[cfg(test)]
pub(super) mod tests {
    use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};

    use super::*;
    use crate::crypto::master::tests::{Counting, master};
    use crate::domain::channel::ChannelKind;
    use crate::domain::code::parse_answer;
    use crate::domain::id::ChallengeId;
    use crate::domain::purpose::Purpose;

    pub fn keyring() -> Keyring {
        let wrapped = Keyring::missing(&master(1), &[], &Counting::default()).unwrap();
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
        let wrapped = Keyring::missing(&master(1), &[], &Counting::default()).unwrap();
        assert!(Keyring::open(&master(1), &wrapped).is_ok());
        assert!(matches!(Keyring::open(&master(2), &wrapped), Err(KeyringError::NotOurs { .. })));
        assert!(matches!(Keyring::open(&master(1), &wrapped[1..]), Err(KeyringError::Missing("seal"))));
        assert!(Keyring::missing(&master(1), &wrapped, &Counting::default()).unwrap().is_empty());
    }

    #[test]
    fn a_wrapped_key_cannot_take_the_place_of_another() {
        let mut wrapped = Keyring::missing(&master(1), &[], &Counting::default()).unwrap();
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
    fn a_store_from_before_receipts_gets_the_key_it_lacks() {
        let wrapped = Keyring::missing(&master(1), &[], &Counting::default()).unwrap();
        let (of_receipts, older): (Vec<_>, Vec<_>) =
            wrapped.into_iter().partition(|key| key.purpose == "receipt");
        assert_eq!((of_receipts.len(), older.len()), (1, 6));
        assert_eq!(Keyring::open(&master(1), &older).unwrap_err(), KeyringError::Missing("receipt"));
        let made = Keyring::missing(&master(1), &older, &Counting::default()).unwrap();
        assert_eq!(made.iter().map(|key| key.purpose.as_str()).collect::<Vec<_>>(), ["receipt"]);
        assert!(Keyring::open(&master(1), &[older, made].concat()).is_ok());
    }

    #[test]
    fn what_is_no_signing_key_does_not_open_as_one() {
        let sealed = |bytes: &[u8]| {
            let place = Place { table: "keyring", column: "receipt", tenant: TenantId(0), row: 1 };
            let wrapped = seal::seal(0, master(1).wrapping_key(), &place, bytes, &Counting::default());
            WrappedKey { purpose: "receipt".to_owned(), version: 1, wrapped }
        };
        let others = Keyring::missing(&master(1), &[], &Counting::default()).unwrap();
        let opened = |bytes: &[u8]| Keyring::open(&master(1), &[&others[..6], &[sealed(bytes)]].concat());
        let document = SigningKey::generate().unwrap();
        assert!(opened(&document).is_ok());
        let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap().to_pkcs8v1().unwrap();
        for bad in [&document[..document.len() - 1], p384.as_ref(), &[7; 32], &[]] {
            let refused = opened(bad).unwrap_err();
            assert_eq!(refused, KeyringError::NotOurs { purpose: "receipt".to_owned(), version: 1 });
        }
    }

    #[test]
    fn after_a_rotation_the_newest_key_signs_and_the_older_stay_published() {
        let entropy = Counting::default();
        let mut wrapped = Keyring::missing(&master(1), &[], &entropy).unwrap();
        let kids = |ring: &Keyring| -> Vec<String> {
            let jwks = ring.jwks();
            let keys = jwks["keys"].as_array().unwrap().iter();
            keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
        };
        let before = kids(&Keyring::open(&master(1), &wrapped).unwrap());
        assert_eq!(before.len(), 1);
        wrapped.insert(0, wrapping::make(&master(1), KeyPurpose::Receipt, 2, &entropy).unwrap());
        let ring = Keyring::open(&master(1), &wrapped).unwrap();
        let after = kids(&ring);
        assert_eq!((after.len(), &after[1]), (2, &before[0]));
        assert!(receipt::tests::signed_by(&ring) == after[0]);
        // The same after every start.
        assert_eq!(kids(&Keyring::open(&master(1), &wrapped).unwrap()), after);
    }

    #[test]
    fn keys_are_never_printed() {
        let shown = format!("{:?}", keyring());
        assert!(shown.contains("Key(…)") && !shown.contains("[1"), "{shown}");
    }
}
