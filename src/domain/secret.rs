//! Secrets and what is derived from them are different types; none of them can be printed.

use std::fmt;

use subtle::ConstantTimeEq;

use crate::domain::time::Timestamp;

/// Bytes sealed by the keyring, as they lie in a column.
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

        /// In constant time, whatever the values.
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
    /// The keyed hash of a tenant's secret key: how the key is found again without being kept.
    /// [Tagged](tagged).
    SecretKeyHash, 32
);
digest!(
    /// The keyed hash of a recipient within one tenant: equal for the same recipient, meaningless
    /// to anybody without the key, different in another tenant. [Tagged](tagged).
    RecipientIndex, 16
);
digest!(
    /// The keyed hash of a request, or of the key that it came with: equal for the same one,
    /// meaningless to anybody without the key. [Tagged](tagged).
    RequestDigest, 32
);
digest!(
    /// The keyed hash of a result code within one tenant. [Tagged](tagged).
    ResultHash, 32
);

digest!(
    /// The keyed hash of what is handed out for the console: the token of a session, or of a setup link.
    /// [Tagged](tagged).
    TokenHash, 32
);

/// The beginning of a keyed hash with its first byte replaced by the key's version, so that what is
/// found by its hash alone still tells under which key it lies. After 255 rotations versions share
/// a tag, and the older of them are only taken to be in use for longer.
pub fn tagged<const N: usize>(version: u32, mac: [u8; 32]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&mac[..N]);
    out[0] = tag(version);
    out
}

/// What stands for a version in a [tagged] hash.
pub const fn tag(version: u32) -> u8 {
    version as u8
}

/// A sub-key as it lies in the store: sealed by the master key to its purpose and version.
#[derive(Clone, Debug)]
pub struct WrappedKey {
    /// What it is for.
    pub purpose: String,
    /// Grows with each rotation.
    pub version: u32,
    /// The key, sealed.
    pub wrapped: Sealed,
    /// When it was made.
    pub made_at: Timestamp,
    /// From when on it is used, until a later version is.
    pub active_from: Timestamp,
}

/// What the database keeps to recognise its master key, without telling anything about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyCheck {
    /// Salt of the derivation; random, one for each database.
    pub salt: [u8; 16],
    /// Derived from the master key beside the wrapping key.
    pub check: [u8; 32],
}

impl KeyCheck {
    /// As it is kept: the salt, then the check.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.salt.as_slice(), self.check.as_slice()].concat()
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
