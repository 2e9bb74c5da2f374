//! Tests of the keyring's guarantees, over wrapped keys.

use crate::domain::address::Address;
use crate::domain::id::TenantId;
use crate::domain::secret::RecipientIndex;
use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};

use super::*;
use crate::crypto::master::tests::{CountingEntropy, master};
use crate::crypto::signing_key::SigningKey;
use crate::domain::challenges::alias::Alias;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::parse_answer;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::{self, ChallengeId};
use crate::domain::limits::named::LimitName;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn fresh() -> Vec<WrappedKey> {
    Keyring::missing(&master(1), &[], &CountingEntropy::default(), NOW).unwrap()
}

pub fn keyring() -> Keyring {
    let wrapped = fresh();
    Keyring::open(&master(1), &wrapped, NOW).unwrap()
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
    let wrapped = fresh();
    assert!(Keyring::open(&master(1), &wrapped, NOW).is_ok());
    assert!(matches!(Keyring::open(&master(2), &wrapped, NOW), Err(KeyringError::NotOurs { .. })));
    assert!(matches!(Keyring::open(&master(1), &wrapped[1..], NOW), Err(KeyringError::Missing("seal"))));
    assert!(Keyring::missing(&master(1), &wrapped, &CountingEntropy::default(), NOW).unwrap().is_empty());
}

#[test]
fn a_wrapped_key_cannot_take_the_place_of_another() {
    let mut wrapped = fresh();
    wrapped[0].wrapped = wrapped[1].wrapped.clone();
    assert!(Keyring::open(&master(1), &wrapped, NOW).is_err());
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
    let jane = Address::parse("jane@example.com").unwrap();
    let shouted = Address::parse("JANE@EXAMPLE.COM").unwrap();
    assert!(ring.recipient_index(TenantId(1), &jane) == ring.recipient_index(TenantId(1), &shouted));
    assert!(ring.recipient_index(TenantId(1), &jane) != ring.recipient_index(TenantId(2), &jane));
}

#[test]
fn a_store_from_before_receipts_gets_the_key_it_lacks() {
    let wrapped = fresh();
    let (of_receipts, older): (Vec<_>, Vec<_>) =
        wrapped.into_iter().partition(|key| key.purpose == "receipt");
    assert_eq!((of_receipts.len(), older.len()), (1, 7));
    assert_eq!(Keyring::open(&master(1), &older, NOW).unwrap_err(), KeyringError::Missing("receipt"));
    let made = Keyring::missing(&master(1), &older, &CountingEntropy::default(), NOW).unwrap();
    assert_eq!(made.iter().map(|key| key.purpose.as_str()).collect::<Vec<_>>(), ["receipt"]);
    assert!(Keyring::open(&master(1), &[older, made].concat(), NOW).is_ok());
}

#[test]
fn what_is_no_signing_key_does_not_open_as_one() {
    let sealed = |bytes: &[u8]| {
        let place = Place { table: "keyring", column: "receipt", tenant: TenantId(0), row: 1 };
        let wrapped = seal::seal(0, master(1).wrapping_key(), &place, bytes, &CountingEntropy::default());
        WrappedKey {
            purpose: "receipt".to_owned(),
            version: 1,
            wrapped,
            made_at: NOW,
            active_from: Timestamp::default(),
        }
    };
    let others = fresh();
    let opened = |bytes: &[u8]| Keyring::open(&master(1), &[&others[..7], &[sealed(bytes)]].concat(), NOW);
    let document = SigningKey::generate().unwrap();
    assert!(opened(&document).is_ok());
    let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap().to_pkcs8v1().unwrap();
    for bad in [&document[..document.len() - 1], p384.as_ref(), &[7; 32], &[]] {
        let refused = opened(bad).unwrap_err();
        assert_eq!(refused, KeyringError::NotOurs { purpose: "receipt".to_owned(), version: 1 });
    }
}

/// Returns a keyring whose key for `purpose` is rotated at [`NOW`] and used a minute later, and its
/// wrapped keys.
fn rotated(purpose: KeyPurpose) -> (Keyring, Vec<WrappedKey>) {
    let entropy = CountingEntropy::default();
    let mut wrapped = Keyring::missing(&master(1), &[], &entropy, NOW).unwrap();
    let ring = Keyring::open(&master(1), &wrapped, NOW).unwrap();
    wrapped.push(ring.successor(&wrapped, purpose, (NOW, later(60)), &entropy).unwrap());
    assert!(ring.reload(&wrapped, NOW).unwrap());
    (ring, wrapped)
}

fn later(seconds: u64) -> Timestamp {
    NOW + Duration::from_secs(seconds)
}

fn kids(ring: &Keyring) -> Vec<String> {
    let jwks = ring.jwks();
    let keys = jwks["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_signing_key_is_published_before_it_signs_and_until_its_receipts_are_over() {
    let (ring, wrapped) = rotated(KeyPurpose::Receipt);
    let [new, former] = &kids(&ring)[..] else { panic!("both are published") };
    assert_eq!(&receipt::tests::signed_by(&ring), former);
    ring.advance(later(59));
    assert_eq!(&receipt::tests::signed_by(&ring), former);
    ring.advance(later(60));
    assert_eq!(&receipt::tests::signed_by(&ring), new);
    ring.advance(later(59) + OVERLAP);
    assert_eq!(kids(&ring), [new.clone(), former.clone()]);
    ring.advance(later(60) + OVERLAP);
    assert_eq!(&kids(&ring)[..], std::slice::from_ref(new));
    // The same after every start.
    assert_eq!(kids(&Keyring::open(&master(1), &wrapped, NOW).unwrap()), [new.clone(), former.clone()]);
}

#[test]
fn what_was_sealed_opens_under_every_version_that_is_known() {
    let (ring, wrapped) = rotated(KeyPurpose::Seal);
    let place = Place { table: "t", column: "c", tenant: TenantId(1), row: 2 };
    let entropy = CountingEntropy::default();
    let former = ring.seal(&place, b"former", &entropy);
    ring.advance(later(60));
    let present = ring.seal(&place, b"present", &entropy);
    assert_eq!([seal::version(&former), seal::version(&present)], [Ok(1), Ok(2)]);
    assert_eq!(ring.open_sealed(&place, &former).unwrap().as_slice(), b"former");
    assert_eq!(ring.open_sealed(&place, &present).unwrap().as_slice(), b"present");
    let unknowing = keyring();
    assert!(unknowing.is_of_unknown_version(&present) && !unknowing.is_of_unknown_version(&former));
    assert_eq!(unknowing.open_sealed(&place, &present), Err(OpenError));
    assert!(unknowing.reload(&wrapped, NOW).unwrap() && !unknowing.is_of_unknown_version(&present));
}

#[test]
fn a_shareable_key_is_the_same_for_ever() {
    let (ring, _) = rotated(KeyPurpose::ShareableKey);
    let codec = ring.shareable_keys();
    let (before, after) = (ChallengeId(id::first_at(later(59))), ChallengeId(id::first_at(later(60))));
    let texts = [codec.encode(before), codec.encode(after)];
    ring.advance(later(9_000));
    assert_eq!([codec.encode(before), codec.encode(after)], texts);
    assert_eq!(texts.map(|text| codec.decode(text.as_str())), [Some(before), Some(after)]);
    assert_eq!(keyring().shareable_keys().decode(codec.encode(after).as_str()), None);
}

#[test]
fn who_has_a_former_version_cannot_name_what_was_minted_after_it() {
    let (ring, _) = rotated(KeyPurpose::ShareableKey);
    ring.advance(later(60));
    // The same first version, in a keyring that knows no other.
    let leaked = keyring().shareable_keys();
    let (before, after) = (ChallengeId(id::first_at(later(59))), ChallengeId(id::first_at(later(60))));
    let tried = [before, after].map(|id| ring.shareable_keys().decode(leaked.encode(id).as_str()));
    assert_eq!(tried, [Some(before), None]);
}

#[test]
fn what_is_looked_up_is_looked_up_under_all_versions_the_present_one_first() {
    let jane = Address::parse("jane@example.com").unwrap();
    let (ring, _) = rotated(KeyPurpose::Recipient);
    let former = ring.recipient_index(TenantId(1), &jane);
    ring.advance(later(60));
    let present = ring.recipient_index(TenantId(1), &jane);
    assert_eq!([former.0[0], present.0[0]], [1, 2]);
    assert_eq!(ring.other_recipient_indexes(TenantId(1), &jane), [former]);
    let alias = Alias::parse("jane@example.com").unwrap();
    let [named, formerly] = ring.alias_indexes(TenantId(1), &alias)[..] else { panic!("one per version") };
    assert_eq!([named.0[0], formerly.0[0]], [2, 1]);
    // An alias with the characters of a recipient, or of a subject, is something else.
    let name = LimitName::try_from("alias".to_owned()).unwrap();
    let subject = ring.subject_indexes(TenantId(1), &name, alias.as_str())[0];
    let others = [present, subject, ring.alias_indexes(TenantId(2), &alias)[0]];
    assert!(others.iter().all(|other| other.0 != named.0));
    let (ring, _) = rotated(KeyPurpose::SecretKey);
    let former = ring.secret_key_hash("a secret key");
    ring.advance(later(60));
    assert_eq!(ring.secret_key_hashes("a secret key"), [ring.secret_key_hash("a secret key"), former]);
    let (ring, _) = rotated(KeyPurpose::Request);
    let digests = || ring.request_digests(TenantId(1), [b"key", b"route", b"k"]);
    let before = digests();
    ring.advance(later(60));
    assert_eq!(digests(), [before[1], before[0]]);
}

#[test]
fn a_key_that_does_not_open_changes_nothing() {
    let (ring, mut wrapped) = rotated(KeyPurpose::Code);
    let other = Keyring::open(&master(2), &other_master(), NOW).unwrap();
    wrapped
        .push(other.successor(&wrapped, KeyPurpose::Code, (NOW, NOW), &CountingEntropy::default()).unwrap());
    let refused = KeyringError::NotOurs { purpose: "code".to_owned(), version: 3 };
    assert_eq!(ring.reload(&wrapped, later(60)).unwrap_err(), refused);
    assert!(ring.code_version() == 1 && ring.knows_code_version(2) && !ring.knows_code_version(3));
}

fn other_master() -> Vec<WrappedKey> {
    Keyring::missing(&master(2), &[], &CountingEntropy::default(), NOW).unwrap()
}

#[test]
fn keys_that_are_wrapped_again_are_the_same_keys() {
    let (ring, wrapped) = rotated(KeyPurpose::Code);
    let again = Keyring::rewrap(&master(1), &wrapped, &master(2), &CountingEntropy::default()).unwrap();
    assert!(Keyring::open(&master(1), &again, NOW).is_err());
    let opened = Keyring::open(&master(2), &again, NOW).unwrap();
    assert_eq!(kids(&opened), kids(&ring));
    assert!(opened.secret_key_hash("a secret key") == ring.secret_key_hash("a secret key"));
    assert!(Keyring::rewrap(&master(2), &wrapped, &master(1), &CountingEntropy::default()).is_err());
}

#[test]
fn keys_are_never_printed() {
    let shown = format!("{:?}", keyring());
    assert!(shown.contains("Key(…)") && !shown.contains("[1"), "{shown}");
}
