//! Hashes, seals, keys and receipts: what a request computes before and after the store.

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use otpmint::app::{SystemClocks, SystemEntropy};
use otpmint::crypto::Place;
use otpmint::crypto::keyring::Keyring;
use otpmint::crypto::master::{self, MasterKeySource};
use otpmint::crypto::receipt::Receipt;
use otpmint::crypto::secret_key::SecretKey;
use otpmint::domain::address::Address;
use otpmint::domain::challenges::challenge::Binding;
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::code::{Code, parse_answer};
use otpmint::domain::challenges::details::BoundFields;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::challenges::receipt::ReceiptTerms;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::steady_clock::TimeSource as _;
use otpmint::domain::tenants::tenant::TenantHandle;

const TENANT: TenantId = TenantId(1 << 20);
const CHALLENGE: ChallengeId = ChallengeId(2 << 20);

/// About the size of a sealed message.
const MESSAGE: [u8; 110] = [b'x'; 110];

/// Every part of the cryptography.
pub fn measure(criterion: &mut Criterion) {
    let keyring = keyring();
    codes(criterion, &keyring);
    seals(criterion, &keyring);
    keys(criterion, &keyring);
    recipients(criterion, &keyring);
    receipts(criterion, &keyring);
}

/// A keyring of fresh keys.
fn keyring() -> Keyring {
    let folder = tempfile::tempdir().unwrap();
    let source = MasterKeySource::File(folder.path().join("master.key"));
    let (master, _) = master::load(&source, None, &SystemEntropy).unwrap();
    let now = SystemClocks.wall();
    let wrapped = Keyring::missing(&master, &[], &SystemEntropy, now).unwrap();
    Keyring::open(&master, &wrapped, now).unwrap()
}

fn codes(criterion: &mut Criterion, keyring: &Keyring) {
    let mut group = criterion.benchmark_group("code");
    let to = Address::parse("jane@example.com").unwrap();
    let binding = Binding {
        tenant: TENANT,
        challenge: CHALLENGE,
        purpose: Purpose::VERIFICATION,
        channel: ChannelKind::Email,
        recipient: keyring.recipient_index(TENANT, &to),
    };
    let (version, bound) = (keyring.code_version(), BoundFields::default());
    let code = Code::from_sealed("012345".to_owned());
    group.bench_function("hash", |b| {
        b.iter(|| keyring.code_hash(version, black_box(&binding), &bound, black_box(&code)));
    });
    group.bench_function("parse an answer", |b| b.iter(|| parse_answer(black_box(" 012-345 "))));
    group.finish();
}

fn seals(criterion: &mut Criterion, keyring: &Keyring) {
    let mut group = criterion.benchmark_group("seal");
    let place = Place { table: "challenges", column: "payload", tenant: TENANT, row: CHALLENGE.0 };
    let sealed = keyring.seal(&place, &MESSAGE, &SystemEntropy);
    group.bench_function("seal", |b| b.iter(|| keyring.seal(&place, black_box(&MESSAGE), &SystemEntropy)));
    group.bench_function("open", |b| b.iter(|| keyring.open_sealed(&place, black_box(&sealed))));
    group.finish();
}

fn keys(criterion: &mut Criterion, keyring: &Keyring) {
    let mut group = criterion.benchmark_group("shareable key");
    let codec = keyring.shareable_keys();
    let key = codec.encode(CHALLENGE);
    group.bench_function("encode", |b| b.iter(|| codec.encode(black_box(CHALLENGE))));
    group.bench_function("decode", |b| b.iter(|| codec.decode(black_box(key.as_str()))));
    group.finish();

    let mut group = criterion.benchmark_group("secret key");
    let key = SecretKey::generate(&SystemEntropy);
    group.bench_function("parse and hash", |b| {
        b.iter(|| {
            let presented = SecretKey::presented(black_box(key.expose())).unwrap();
            keyring.secret_key_hash(presented.expose())
        });
    });
    group.finish();
}

fn recipients(criterion: &mut Criterion, keyring: &Keyring) {
    let mut group = criterion.benchmark_group("recipient");
    let addresses =
        [("parse", "Jane.Doe@Example.com"), ("parse an international domain", "jane@bücher.example")];
    for (name, address) in addresses {
        group.bench_function(name, |b| {
            b.iter(|| Address::parse(black_box(address)).map(|recipient| recipient.canonical()));
        });
    }
    let to = Address::parse("jane@example.com").unwrap();
    group.bench_function("index", |b| b.iter(|| keyring.recipient_index(TENANT, black_box(&to))));
    group.finish();
}

fn receipts(criterion: &mut Criterion, keyring: &Keyring) {
    let mut group = criterion.benchmark_group("receipt");
    let terms = ReceiptTerms::new("https://otp.example.com", Duration::from_secs(300)).unwrap();
    let (tenant, key) = (TenantHandle::draw(&SystemEntropy), keyring.shareable_keys().encode(CHALLENGE));
    let receipt = Receipt {
        tenant: &tenant,
        recipient: "jane@example.com",
        purpose: &Purpose::VERIFICATION,
        channel: ChannelKind::Email.as_str(),
        key: key.as_str(),
        nonce: None,
        bind: None,
        metadata: None,
    };
    let now = SystemClocks.wall();
    group.bench_function("sign", |b| b.iter(|| keyring.issue_receipt(&terms, black_box(&receipt), now)));
    group.finish();
}
