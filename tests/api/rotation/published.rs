//! The published keys, around a rotation of the one that signs.

use jsonwebtoken::decode_header;
use otpmint::domain::sub_key::{KeyPurpose, OVERLAP};
use otpmint::service::{Haste, KeysRotated};
use serde_json::json;

use crate::harness::TestApp;
use crate::v1::receipts::claims;
use crate::v1::{Backend, minted};

async fn kids(app: &TestApp) -> Vec<String> {
    let jwks = app.api.get("/.well-known/jwks.json").await.json();
    let keys = jwks["keys"].as_array().expect("a list").iter();
    keys.map(|key| key["kid"].as_str().expect("a name").to_owned()).collect()
}

/// The receipt of a new challenge for somebody.
async fn receipt(app: &TestApp, backend: &Backend, to: &str) -> String {
    let (key, code) = minted(app, backend, &json!({ "to": to })).await;
    let verified = backend.verify(&key, &code).await.json();
    verified["receipt"].as_str().expect("a receipt").to_owned()
}

fn kid(receipt: &str) -> String {
    decode_header(receipt).expect("a JWT").kid.expect("a name")
}

#[tokio::test]
async fn the_next_key_is_published_before_it_signs_and_the_former_as_long_as_it_is_needed() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let former = kids(&app).await.remove(0);
    let rotated = app.app().services().rotate_keys(&[KeyPurpose::Receipt], Haste::Usual).await.unwrap();
    assert!(matches!(rotated, KeysRotated::Rotated(_)));
    app.look_after_keys().await;
    let [next, still] = &kids(&app).await[..] else { panic!("the next key is published at once") };
    assert_eq!(still, &former);
    app.clock.pass_seconds(599);
    app.look_after_keys().await;
    let old = receipt(&app, &backend, "one@recipient.example").await;
    assert_eq!(kid(&old), former);
    app.clock.pass_seconds(1);
    app.look_after_keys().await;
    let new = receipt(&app, &backend, "two@recipient.example").await;
    assert_eq!(kid(&new), *next);
    for receipt in [&old, &new] {
        assert_eq!(claims(&app, receipt, &tenant.handle).await["aud"], tenant.handle);
    }
    app.clock.pass(OVERLAP - std::time::Duration::from_secs(1));
    app.look_after_keys().await;
    assert_eq!(kids(&app).await, [next.clone(), former]);
    app.clock.pass_seconds(1);
    app.look_after_keys().await;
    assert_eq!(kids(&app).await, [next.clone()]);
}
