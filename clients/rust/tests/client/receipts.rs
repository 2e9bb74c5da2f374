// SPDX-License-Identifier: MIT

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use otpmint_client::receipts::{Expected, Fault, ReceiptVerifier, bind_hash};
use otpmint_client::{Builder, Fields, Lost, Request, Response, Timestamp, Transport};
use serde_json::{Value, json};

const NOON: i64 = 1_768_478_400;

struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    fn set(&self, kids: &[&str]) -> Value {
        let point = &self.0.public_key().as_ref()[1..];
        let [x, y] = [&point[..32], &point[32..]].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
        let other =
            json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "k-9", "x": "AA" });
        let ours = kids.iter().map(|kid| {
            json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid, "x": x, "y": y })
        });
        json!({ "keys": std::iter::once(other).chain(ours).collect::<Vec<_>>() })
    }

    fn signed(&self, text: &str) -> String {
        let signature = self.0.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    /// With changes, of which null removes.
    fn made(&self, header: Value, claims: Value) -> String {
        let usual = json!({ "alg": "ES256", "typ": "otpmint-receipt+jwt", "kid": "k-1" });
        let said = json!({
            "iss": "otpmint", "aud": "tnt_1", "sub": "jane@example.com", "purpose": "login", "channel": "email",
            "jti": "KeyOfTheChallenge", "nonce": "n-1", "iat": NOON, "exp": NOON + 300, "amr": ["otp"], "later": 1,
        });
        self.signed(&format!("{}.{}", encoded(&merged(usual, header)), encoded(&merged(said, claims))))
    }

    fn good(&self) -> String {
        self.made(json!({}), json!({}))
    }

    fn at(&self, seconds: i64) -> ReceiptVerifier {
        let set = self.set(&["k-1"]).to_string();
        let verifier = ReceiptVerifier::offline(set.as_bytes(), "tnt_1").unwrap();
        verifier.clock(move || Timestamp::from_second(NOON + seconds).unwrap())
    }
}

fn merged(mut all: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        all[name] = value.clone();
        if value.is_null() {
            all.as_object_mut().unwrap().remove(name);
        }
    }
    all
}

fn encoded(part: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(part.to_string())
}

async fn fault(verifier: &ReceiptVerifier, receipt: &str) -> Option<Fault> {
    verifier.verify(receipt, &Expected::nonce("login", "n-1")).await.err()
}

#[tokio::test]
async fn the_header_chooses_neither_algorithm_nor_kind() {
    let signer = Signer::new();
    let verifier = signer.at(0);
    assert_eq!(fault(&verifier, &signer.good()).await, None);
    for (header, expected) in [
        (json!({ "typ": "JWT" }), Fault::WrongType),
        (json!({ "typ": null }), Fault::WrongType),
        (json!({ "alg": "none" }), Fault::WrongAlgorithm),
        (json!({ "alg": "HS256" }), Fault::WrongAlgorithm),
        (json!({ "alg": "ES384" }), Fault::WrongAlgorithm),
        (json!({ "alg": null }), Fault::WrongAlgorithm),
        (json!({ "crit": ["b64"], "b64": false }), Fault::WrongAlgorithm),
        (json!({ "kid": 1 }), Fault::Malformed),
        (json!({ "kid": "k-2" }), Fault::UnknownKey),
        (json!({ "kid": "k-9" }), Fault::UnknownKey),
    ] {
        assert_eq!(
            fault(&verifier, &signer.made(header.clone(), json!({}))).await,
            Some(expected),
            "{header}"
        );
    }
}

#[tokio::test]
async fn only_the_servers_signature_over_these_claims_is_good() {
    let signer = Signer::new();
    let (verifier, good) = (signer.at(0), signer.good());
    let parts: Vec<&str> = good.split('.').collect();
    let forged = merged(json!({}), json!({ "sub": "eve@example.com" }));
    for bad in [
        Signer::new().good(),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], BASE64_URL_SAFE_NO_PAD.encode([0; 64])),
    ] {
        assert_eq!(fault(&verifier, &bad).await, Some(Fault::WrongSignature), "{bad}");
    }
    for bad in [
        String::new(),
        "a.b".to_owned(),
        format!("{good}.more"),
        format!("{good}\n"),
        format!("{good}="),
        format!("{}.%.{}", parts[0], parts[2]),
        format!("{}.{}.{}", parts[0], encoded(&forged), parts[2]),
        signer.made(json!({}), json!({ "metadata": { "a": "a".repeat(50_000) } })),
        signer.made(json!({}), json!({ "metadata": { "a": 1 } })),
        signer.made(json!({}), json!({ "nonce": 1 })),
        signer.made(json!({}), json!({ "aud": ["tnt_1"] })),
        signer.made(json!({}), json!({ "exp": 1e300 })),
    ] {
        assert_eq!(fault(&verifier, &bad).await, Some(Fault::Malformed), "{bad}");
    }
    for name in ["iss", "aud", "sub", "purpose", "channel", "jti", "iat", "exp"] {
        let bad = signer.made(json!({}), json!({ name: null }));
        assert_eq!(fault(&verifier, &bad).await, Some(Fault::Malformed), "{name}");
    }
}

#[tokio::test]
async fn a_receipt_is_for_one_issuer_one_tenant_and_one_time() {
    let signer = Signer::new();
    let other = signer.made(json!({}), json!({ "iss": "other" }));
    assert_eq!(fault(&signer.at(0), &other).await, Some(Fault::WrongIssuer));
    assert_eq!(fault(&signer.at(0).issuer("other"), &other).await, None);
    let other = signer.made(json!({}), json!({ "aud": "tnt_2" }));
    assert_eq!(fault(&signer.at(0), &other).await, Some(Fault::WrongAudience));
    for (seconds, expected) in
        [(309, None), (310, Some(Fault::Expired)), (-10, None), (-11, Some(Fault::FromTheFuture))]
    {
        assert_eq!(fault(&signer.at(seconds), &signer.good()).await, expected, "{seconds}");
    }
    assert_eq!(fault(&signer.at(301).tolerance(0), &signer.good()).await, Some(Fault::Expired));
    let without = signer.made(json!({}), json!({ "nonce": null }));
    assert_eq!(fault(&signer.at(0), &without).await, Some(Fault::WrongNonce));
    for nothing in [Expected::default(), Expected::nonce("login", ""), Expected::nonce("", "n-1")] {
        assert_eq!(signer.at(0).verify(&without, &nothing).await, Err(Fault::NothingExpected));
    }
    assert!(ReceiptVerifier::offline(signer.set(&[]).to_string().as_bytes(), "").is_err());
}

#[test]
fn the_hash_of_bound_fields_is_that_of_the_documents() {
    let fields = Fields::from([("payee".into(), "Jane".into()), ("amount".into(), "9.99".into())]);
    assert_eq!(bind_hash(&fields), "iNv5yEtNXZwWOyYQ4YFctevkq3Nh-RrKvJSVc3WxRi0");
}

/// A server of keys with a clock, which counts.
#[derive(Clone)]
struct Served(Arc<Mutex<Published>>);

struct Published {
    now: i64,
    keys: Option<Value>,
    fetches: u32,
}

impl Transport for Served {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Response, Lost>> + Send + '_>> {
        assert_eq!(request.url, "https://otp.example/.well-known/jwks.json");
        Box::pin(async {
            tokio::task::yield_now().await;
            let mut published = self.0.lock().unwrap();
            published.fetches += 1;
            let keys = published.keys.as_ref().ok_or_else(|| Lost("down".to_owned()))?;
            Ok(Response { status: 200, headers: vec![], body: keys.to_string().into_bytes() })
        })
    }
}

fn served(signer: &Signer) -> (Served, ReceiptVerifier) {
    let published = Published { now: NOON, keys: Some(signer.set(&["k-1"])), fetches: 0 };
    let served = Served(Arc::new(Mutex::new(published)));
    let builder = Builder::new("https://otp.example").transport(Arc::new(served.clone())).retries(0);
    let clock = served.clone();
    let now = move || Timestamp::from_second(clock.0.lock().unwrap().now).unwrap();
    (served.clone(), builder.receipt_verifier("tnt_1").unwrap().clock(now))
}

impl Served {
    fn change(&self, change: impl FnOnce(&mut Published)) {
        change(&mut self.0.lock().unwrap());
    }

    #[track_caller]
    fn fetched(&self, times: u32) {
        assert_eq!(self.0.lock().unwrap().fetches, times);
    }
}

#[tokio::test]
async fn the_keys_are_fetched_once_for_all_who_wait_and_again_after_five_minutes() {
    let signer = Signer::new();
    let long = signer.made(json!({}), json!({ "exp": NOON + 3600 }));
    let (served, verifier) = served(&signer);
    let [one, two, three] =
        tokio::join!(fault(&verifier, &long), fault(&verifier, &long), fault(&verifier, &long)).into();
    assert_eq!([one, two, three], [None; 3]);
    served.fetched(1);
    for (passed, fetches) in [(299, 1), (1, 2), (-5, 3)] {
        served.change(|published| published.now += passed);
        assert_eq!(fault(&verifier, &long).await, None);
        served.fetched(fetches);
    }
    served.change(|published| {
        published.now += 300;
        published.keys = Some(signer.set(&["k-2"]));
    });
    assert_eq!(fault(&verifier, &long).await, Some(Fault::UnknownKey), "withdrawn");
}

#[tokio::test]
async fn an_unknown_key_fetches_the_set_again_at_most_every_ten_seconds() {
    let signer = Signer::new();
    let next = signer.made(json!({ "kid": "k-2" }), json!({}));
    let (served, verifier) = served(&signer);
    for _ in 0..5 {
        assert_eq!(fault(&verifier, &next).await, Some(Fault::UnknownKey));
    }
    served.fetched(1);
    served.change(|published| {
        published.now += 10;
        published.keys = Some(signer.set(&["k-1", "k-2"]));
    });
    assert_eq!(fault(&verifier, &next).await, None);
    served.fetched(2);
}

#[tokio::test]
async fn without_keys_nothing_is_accepted() {
    let signer = Signer::new();
    let (served, verifier) = served(&signer);
    served.change(|published| published.keys = None);
    for _ in 0..3 {
        assert_eq!(fault(&verifier, &signer.good()).await, Some(Fault::KeysUnavailable));
    }
    served.fetched(1);
    served.change(|published| {
        published.now += 1;
        published.keys = Some(signer.set(&["k-1"]));
    });
    assert_eq!(fault(&verifier, &signer.good()).await, None);
    // Nor are old keys used for ever.
    served.change(|published| {
        published.now += 300;
        published.keys = None;
    });
    assert_eq!(fault(&verifier, &signer.good()).await, Some(Fault::KeysUnavailable));
}
