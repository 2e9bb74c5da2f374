//! Sids: they carry our own identities, so that no table has to map one to the other.
//!
//! Those of challenges, messages and tenants are rows under the cipher of shareable keys, each with a tag of its
//! own. A tenant has few of anything else, so that its sids can be computed and compared: they are digests of names,
//! and a rotation of keys does not change them. That is enough because no sid authorises anybody for anything.

use std::iter::once;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::policy::MAX_SENDS;
use crate::domain::sid::{Sid, SidKind};
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;

use super::digest::digest;
use super::shareable_key::Codec;

/// The bytes after the row in the sid of a verification.
const VERIFICATION: u64 = u64::from_be_bytes(*b"verifies");
/// The bytes after the row in the sid of a message; the last one is the number of the message.
const SEND_ATTEMPT: u64 = u64::from_be_bytes(*b"attempt\0");
/// The bytes after the row in the sid of a tenant.
const ACCOUNT: u64 = u64::from_be_bytes(*b"accounts");

/// Converts identities to sids and back.
#[derive(Clone, Debug)]
pub struct Sids {
    codec: Codec,
}

impl Sids {
    /// Creates sids over the cipher of shareable keys.
    pub const fn new(codec: Codec) -> Self {
        Self { codec }
    }

    /// Returns the sid of a tenant.
    pub fn account(&self, tenant: TenantId) -> Sid {
        Sid::new(SidKind::Account, self.codec.encrypt_row(tenant.0, ACCOUNT))
    }

    /// Returns the sid of a challenge.
    pub fn verification(&self, id: ChallengeId) -> Sid {
        Sid::new(SidKind::Verification, self.codec.encrypt_row(id.0, VERIFICATION))
    }

    /// Returns the challenge of a verification's sid.
    pub fn challenge(&self, text: &str) -> Option<ChallengeId> {
        let sid = Sid::parse(SidKind::Verification, text)?;
        self.codec.decrypt_row(sid.number(), VERIFICATION).map(ChallengeId)
    }

    /// Returns the sid of a message, by its number within the challenge.
    pub fn send_attempt(&self, id: ChallengeId, number: u8) -> Sid {
        Sid::new(SidKind::SendAttempt, self.codec.encrypt_row(id.0, SEND_ATTEMPT | u64::from(number)))
    }

    /// Returns the challenge and the number of a message's sid.
    pub fn message(&self, text: &str) -> Option<(ChallengeId, u8)> {
        let sid = Sid::parse(SidKind::SendAttempt, text)?;
        let row = |number| self.codec.decrypt_row(sid.number(), SEND_ATTEMPT | u64::from(number));
        (1..=MAX_SENDS).find_map(|number| row(number).map(|row| (ChallengeId(row), number)))
    }

    /// Returns the sid of a service. One that is created again after it was deleted is another one: it says since
    /// when it exists.
    pub fn service(&self, tenant: &TenantHandle, purpose: &Purpose, since: Option<Timestamp>) -> Sid {
        let since = since.map(|since| since.as_millis().to_string());
        let names: Vec<&str> = once(purpose.as_str()).chain(since.as_deref()).collect();
        self.named(SidKind::Service, tenant, &names)
    }

    /// Returns the sid of a phone number of a tenant, given as digits with plus. Without our key nobody can find the
    /// number by trying all.
    pub fn safe_number(&self, tenant: TenantId, number: &str) -> Sid {
        let hash = digest(number.as_bytes()).into_iter().take(8);
        let hash = hash.fold(0, |hash, byte| hash << 8 | u64::from(byte));
        Sid::new(SidKind::SafeNumber, self.codec.encrypt_row(tenant.0, hash))
    }

    /// Returns the sid of something that a tenant has few of, by the names that identify it.
    pub fn named(&self, kind: SidKind, tenant: &TenantHandle, names: &[&str]) -> Sid {
        digested(kind, once(tenant.as_str()).chain(names.iter().copied()))
    }
}

/// Returns the sid of a secret key, whose handle no other key has.
pub fn key_sid(key: &KeyHandle) -> Sid {
    digested(SidKind::Key, once(key.as_str()))
}

fn digested<'a>(kind: SidKind, names: impl Iterator<Item = &'a str>) -> Sid {
    let text: Vec<&str> = once(kind.as_str()).chain(names).collect();
    let number = digest(text.join("\0").as_bytes()).into_iter().take(16);
    Sid::new(kind, number.fold(0, |number, byte| number << 8 | u128::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::keyring::tests::keyring;

    #[test]
    fn rows_come_back_from_their_own_sids_only() {
        let codec = keyring().shareable_keys();
        let sids = Sids::new(codec.clone());
        let (id, tenant) = (ChallengeId(7), TenantId(7));
        let verification = sids.verification(id).to_string();
        let message = sids.send_attempt(id, 3).to_string();
        assert_eq!(sids.challenge(&verification), Some(id));
        assert_eq!(sids.message(&message), Some((id, 3)));
        for other in [message.clone(), sids.account(tenant).to_string()] {
            assert_eq!(sids.challenge(&other.replace("VL", "VE").replace("AC", "VE")), None);
        }
        assert_eq!(sids.message(&verification.replace("VE", "VL")), None);
        assert_ne!(message, sids.send_attempt(id, 2).to_string());
    }

    #[test]
    fn a_sid_is_no_shareable_key_and_a_shareable_key_no_sid() {
        let codec = keyring().shareable_keys();
        let sids = Sids::new(codec.clone());
        let verification = sids.verification(ChallengeId(7));
        assert_eq!(codec.decode(&Codec::letters(verification.number())), None);
        let key = codec.encode(ChallengeId(7));
        assert_eq!(sids.challenge(key.as_str()), None);
        let shareable = Sid::new(SidKind::Verification, codec.encrypt_row(7, 0));
        assert_eq!(sids.challenge(&shareable.to_string()), None);
    }

    #[test]
    fn a_number_has_another_sid_with_every_tenant() {
        let sids = Sids::new(keyring().shareable_keys());
        let sid = |tenant, number| sids.safe_number(TenantId(tenant), number);
        assert_eq!(sid(7, "+4915123456789"), sid(7, "+4915123456789"));
        assert_ne!(sid(7, "+4915123456789"), sid(8, "+4915123456789"));
        assert_ne!(sid(7, "+4915123456789"), sid(7, "+4915123456788"));
    }

    #[test]
    fn names_of_two_tenants_have_nothing_in_common() {
        let tenant = |text: &str| TenantHandle::parse(text).unwrap();
        let (one, other) = (tenant("tnt_aaaaaaaaaaaaaaaa"), tenant("tnt_bbbbbbbbbbbbbbbb"));
        let sids = Sids::new(keyring().shareable_keys());
        let sid = sids.service(&one, &Purpose::LOGIN, None);
        assert_eq!(sid, sids.service(&one, &Purpose::LOGIN, None));
        assert_ne!(sid, sids.service(&one, &Purpose::LOGIN, Some(Timestamp::default())));
        assert_ne!(sid, sids.service(&other, &Purpose::LOGIN, None));
        assert_ne!(sid, sids.service(&one, &Purpose::VERIFICATION, None));
        assert_ne!(sid.number(), sids.named(SidKind::Key, &one, &["login"]).number());
        let key = |text: &str| key_sid(&KeyHandle::parse(text).unwrap());
        assert_ne!(key("key_aaaaaaaaaaaaaaaa"), key("key_bbbbbbbbbbbbbbbb"));
    }
}
