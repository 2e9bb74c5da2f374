//! AES-256-GCM with a random 96-bit nonce; the place of the ciphertext is the associated data (NIST SP
//! 800-38D).

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use zeroize::Zeroizing;

use crate::domain::id::TenantId;
use crate::domain::random::Entropy;
use crate::domain::secret::Sealed;

use super::key::Key;

/// The place of a ciphertext. Opening it anywhere else fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The tenant that owns the row.
    pub tenant: TenantId,
    /// The row.
    pub row: i64,
}

/// A ciphertext that is truncated, altered, moved, or sealed under another key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the sealed value does not open: it was altered, moved, or sealed under another key")]
pub struct OpenError;

/// Layout: format (1 byte), key version (4), nonce (12), ciphertext with tag (16 more than the text).
const FORMAT: u8 = 1;
const HEADER: usize = 5;
const NONCE: usize = 12;
const TAG: usize = 16;

pub(super) fn seal(
    version: u32,
    key: &Key,
    place: &Place,
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Sealed {
    let nonce: [u8; NONCE] = entropy.bytes();
    let aad = associated_data(place);
    let sealed = Aes256Gcm::new(key.bytes().into())
        .encrypt(&Nonce::from(nonce), Payload { msg: plaintext, aad: &aad })
        // Only a text beyond 64 GiB is refused.
        .unwrap_or_else(|_| unreachable!("a column is far below the limit of the cipher"));
    let mut out = Vec::with_capacity(HEADER + NONCE + sealed.len());
    out.push(FORMAT);
    out.extend_from_slice(&version.to_be_bytes());
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    Sealed(out)
}

pub(super) fn version(sealed: &Sealed) -> Result<u32, OpenError> {
    match sealed.0.as_slice() {
        [FORMAT, a, b, c, d, rest @ ..] if rest.len() >= NONCE + TAG => {
            Ok(u32::from_be_bytes([*a, *b, *c, *d]))
        }
        _ => Err(OpenError),
    }
}

pub(super) fn open(key: &Key, place: &Place, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    version(sealed)?;
    let (nonce, ciphertext) = sealed.0[HEADER..].split_at(NONCE);
    let nonce: &Nonce<_> = nonce.try_into().map_err(|_| OpenError)?;
    let aad = associated_data(place);
    Aes256Gcm::new(key.bytes().into())
        .decrypt(nonce, Payload { msg: ciphertext, aad: &aad })
        .map(Zeroizing::new)
        .map_err(|_| OpenError)
}

/// Length-prefixed, so that different places never give the same bytes.
fn associated_data(place: &Place) -> Vec<u8> {
    let mut aad = vec![FORMAT];
    for part in [place.table.as_bytes(), place.column.as_bytes()] {
        aad.extend_from_slice(&(part.len() as u32).to_be_bytes());
        aad.extend_from_slice(part);
    }
    aad.extend_from_slice(&place.tenant.0.to_be_bytes());
    aad.extend_from_slice(&place.row.to_be_bytes());
    aad
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::master::tests::CountingEntropy;

    const HERE: Place = Place { table: "tenants", column: "routes", tenant: TenantId(1), row: 2 };

    fn key(byte: u8) -> Key {
        Key::new([byte; 32])
    }

    fn sealed() -> Sealed {
        seal(3, &key(1), &HERE, b"secret", &CountingEntropy::default())
    }

    #[test]
    fn opens_where_it_was_sealed() {
        assert_eq!(open(&key(1), &HERE, &sealed()).unwrap().as_slice(), b"secret");
        assert_eq!(version(&sealed()), Ok(3));
    }

    #[test]
    fn does_not_open_for_another_owner_place_or_key() {
        let elsewhere = [
            Place { tenant: TenantId(2), ..HERE },
            Place { row: 3, ..HERE },
            Place { table: "challenges", ..HERE },
            Place { column: "name", ..HERE },
        ];
        for place in elsewhere {
            assert_eq!(open(&key(1), &place, &sealed()), Err(OpenError), "{place:?}");
        }
        assert_eq!(open(&key(2), &HERE, &sealed()), Err(OpenError));
    }

    #[test]
    fn does_not_open_when_short_or_altered() {
        let whole = sealed();
        for length in 0..whole.0.len() {
            assert_eq!(open(&key(1), &HERE, &Sealed(whole.0[..length].to_vec())), Err(OpenError));
        }
        for at in (0..whole.0.len()).filter(|at| !(1..HEADER).contains(at)) {
            let mut altered = whole.clone();
            altered.0[at] ^= 1;
            assert_eq!(open(&key(1), &HERE, &altered), Err(OpenError), "byte {at}");
        }
    }

    #[test]
    fn the_same_text_is_never_sealed_alike() {
        let entropy = CountingEntropy::default();
        assert_ne!(seal(1, &key(1), &HERE, b"x", &entropy), seal(1, &key(1), &HERE, b"x", &entropy));
    }
}
