//! Secrets. A secret and a value derived from it are different types, and none of them can be printed.

use std::fmt;

use subtle::ConstantTimeEq;

use crate::domain::time::Timestamp;

/// Bytes sealed by the keyring, as stored in a column.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

macro_rules! digest {
    ($(#[$doc:meta])* $name:ident, $size:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name(pub [u8; $size]);

        /// Compares in constant time, whatever the values.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0).into()
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.0.hash(state);
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

digest!(
    /// The keyed hash of a code, bound to its challenge.
    CodeHash, 32
);
digest!(
    /// The keyed hash of a tenant's secret key, by which the key is looked up without being stored.
    /// [Tagged](tagged).
    SecretKeyHash, 32
);
digest!(
    /// The keyed hash of a recipient within one tenant, or over all of them: equal for the same recipient,
    /// meaningless without the key, different in another tenant. [Tagged](tagged).
    RecipientIndex, 16
);
digest!(
    /// The keyed hash of a range of phone numbers, or of an end user's network, within one tenant.
    /// [Tagged](tagged).
    TrailKey, 16
);
digest!(
    /// The keyed hash of a request, or of its idempotency key: equal for the same value,
    /// meaningless without the key. [Tagged](tagged).
    RequestDigest, 32
);
digest!(
    /// The proof of when a page was shown. [Tagged](tagged).
    PauseMac, 32
);
digest!(
    /// The keyed hash of a result code within one tenant. [Tagged](tagged).
    ResultHash, 32
);

digest!(
    /// The keyed hash of whom a factor belongs to, within one tenant. [Tagged](tagged).
    IdentityIndex, 16
);
digest!(
    /// The keyed hash of a recovery code, bound to its factor. [Tagged](tagged).
    RecoveryHash, 32
);

digest!(
    /// The keyed hash of the operator token. [Tagged](tagged).
    OperatorTokenHash, 32
);

digest!(
    /// The keyed digest of a segment of the audit trail, of its seal, or of the proof that the trail
    /// begins after it. It is no secret.
    SealDigest, 32
);

impl SealDigest {
    /// Returns the bytes in hexadecimal digits.
    pub fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Parses what [`to_hex`](Self::to_hex) returns.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digit = |at: usize| text.get(at..=at).and_then(|digit| u8::from_str_radix(digit, 16).ok());
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = digit(2 * at)? << 4 | digit(2 * at + 1)?;
        }
        (text.len() == 64).then_some(Self(bytes))
    }
}

digest!(
    /// The keyed hash of a token for the console, of a session or a setup link. [Tagged](tagged).
    TokenHash, 32
);

digest!(
    /// The place where tries to sign in are counted: a kind of counter, and two bytes of a keyed hash. So there are at
    /// most 65 536 of a kind, however many names and addresses strangers try. [Tagged](tagged).
    TryPlace, 4
);

/// Returns the first `N` bytes of a keyed hash, with the first byte replaced by the key's version,
/// so that a row that is found by its hash alone still shows which key it was hashed with. After
/// 255 rotations several versions share a tag; the only effect is that the older ones are
/// considered in use for longer.
pub fn tagged<const N: usize>(version: u32, mac: [u8; 32]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&mac[..N]);
    out[0] = tag(version);
    out
}

/// Returns the byte that stands for a version in a [tagged] hash.
pub const fn tag(version: u32) -> u8 {
    version as u8
}

/// A sub-key as stored: sealed with the master key, and bound to its purpose and version.
#[derive(Clone, Debug)]
pub struct WrappedKey {
    /// The word of the key's purpose.
    pub purpose: String,
    /// The version, which grows with each rotation.
    pub version: u32,
    /// The key, sealed.
    pub wrapped: Sealed,
    /// When it was made.
    pub made_at: Timestamp,
    /// When the key comes into use; a later version replaces it.
    pub active_from: Timestamp,
}

/// A value that the database keeps to recognise its master key. It reveals nothing about the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyCheck {
    /// The salt of the derivation: random, one per database.
    pub salt: [u8; 16],
    /// The check value, derived from the master key together with the wrapping key.
    pub check: [u8; 32],
}

impl KeyCheck {
    /// Encodes for storage: the salt, then the check value.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.salt.as_slice(), self.check.as_slice()].concat()
    }

    /// Decodes what [`Self::to_bytes`] has returned.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (salt, check) = bytes.split_first_chunk()?;
        Some(Self { salt: *salt, check: check.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_do_not_print_their_bytes() {
        let shown = format!("{:?} {:?}", CodeHash([0xab; 32]), Sealed(vec![0xab; 9]));
        assert_eq!(shown, "CodeHash(…) Sealed(9 bytes)");
    }
}
