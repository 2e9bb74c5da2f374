//! Tokens by which a browser is known again in which an operator has signed in. Nothing is stored for them: a token
//! carries its device and its end, under a hash that is keyed and covers the account.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use subtle::ConstantTimeEq;

use crate::crypto::console::{DeviceId, DeviceOwner};
use crate::crypto::key::Key;
use crate::domain::time::Timestamp;

use super::Keyring;

/// Bytes of a hash, of a token, and characters of its text.
const HASH: usize = 32;
const SIZE: usize = DeviceId::SIZE + 8 + HASH;
const LENGTH: usize = (SIZE * 4).div_ceil(3);

impl Keyring {
    /// Returns the token by which this device is known to its owner until `ends_at`.
    pub fn device_token(&self, device: DeviceId, owner: DeviceOwner, ends_at: Timestamp) -> SecretString {
        let end = ends_at.as_millis().to_be_bytes();
        let hash = hash(&self.present.ring().request.in_use().key, device, owner, end);
        SecretString::from(URL_SAFE_NO_PAD.encode([&device.0[..], &end, &hash].concat()))
    }

    /// Returns the device of a token that was made for this owner and has not ended at `now`.
    pub fn device(&self, token: &str, owner: DeviceOwner, now: Timestamp) -> Option<DeviceId> {
        let bytes = (token.len() == LENGTH).then(|| URL_SAFE_NO_PAD.decode(token).ok())??;
        let (device, rest) = bytes.split_first_chunk()?;
        let (end, sent) = rest.split_first_chunk()?;
        let (device, ends_at) = (DeviceId(*device), Timestamp::from_millis(i64::from_be_bytes(*end)));
        let ring = self.present.ring();
        let mut versions = ring.request.present_first();
        let is_own = versions.any(|version| bool::from(hash(&version.key, device, owner, *end).ct_eq(sent)));
        (is_own && now < ends_at).then_some(device)
    }
}

fn hash(key: &Key, device: DeviceId, owner: DeviceOwner, end: [u8; 8]) -> [u8; HASH] {
    let (operator, generation) = (owner.operator.0.to_be_bytes(), owner.generation.to_be_bytes());
    key.mac(&[b"device/1", &operator, &generation, &device.0, &end])
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::crypto::keyring::tests::keyring;
    use crate::crypto::master::tests::{CountingEntropy, master};
    use crate::domain::operator::OperatorId;
    use crate::domain::random::Entropy as _;

    const OWNER: DeviceOwner = DeviceOwner { operator: OperatorId(7), generation: 2 };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_device_is_known_to_one_owner_with_these_secrets_until_the_token_ends() {
        let (ring, device) = (keyring(), DeviceId([5; 16]));
        let token = ring.device_token(device, OWNER, at(1_000));
        let token = token.expose_secret();
        assert_eq!(ring.device(token, OWNER, at(999)), Some(device));
        assert_eq!(ring.device(token, OWNER, at(1_000)), None);
        for other in [
            DeviceOwner { operator: OperatorId(8), ..OWNER },
            DeviceOwner { generation: 1, ..OWNER },
            DeviceOwner { generation: 3, ..OWNER },
        ] {
            assert_eq!(ring.device(token, other, at(0)), None, "{other:?}");
        }
        // What is not from this server, whichever part differs.
        for position in 0..token.len() {
            let mut other = token.to_owned().into_bytes();
            other[position] = if other[position] == b'A' { b'B' } else { b'A' };
            assert_eq!(ring.device(&String::from_utf8(other).unwrap(), OWNER, at(0)), None, "{position}");
        }
        for other in ["", "x", &token[1..], &format!("{token}A"), &"A".repeat(LENGTH)] {
            assert_eq!(ring.device(other, OWNER, at(0)), None, "{other}");
        }
        let entropy = CountingEntropy::default();
        entropy.fill(&mut [0; 7]);
        let wrapped = Keyring::missing(&master(1), &[], &entropy, at(0)).unwrap();
        let stranger = Keyring::open(&master(1), &wrapped, at(0)).unwrap();
        assert_eq!(stranger.device(token, OWNER, at(0)), None);
    }
}
