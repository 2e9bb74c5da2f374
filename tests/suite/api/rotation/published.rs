//! The published keys during a rotation of the signing key.

use jsonwebtoken::decode_header;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::sub_key::{KeyPurpose, OVERLAP, SHORTEST_LEAD};
use otpmint::service::{FormerReceipts, KeysRotated, RotationUrgency};
use serde_json::json;

use crate::api::harness::TestApp;
use crate::api::v1::receipts::claims;
use crate::api::v1::{Backend, minted};

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
    let rotated = app
        .app()
        .services()
        .keys
        .rotate(&[KeyPurpose::Receipt], RotationUrgency::Usual, Actor::default())
        .await
        .unwrap();
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
    assert_eq!(&kids(&app).await[..], std::slice::from_ref(next));
}

#[tokio::test]
async fn a_key_that_has_leaked_is_withdrawn_as_soon_as_it_does_not_sign() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let former = kids(&app).await.remove(0);
    let prune = async |receipts| {
        let removed = app.app().services().keys.prune(receipts, Actor::default()).await.unwrap();
        app.look_after_keys().await;
        removed.len()
    };
    app.rotate_unnoticed(&KeyPurpose::ALL).await;
    assert_eq!(prune(FormerReceipts::Withdraw).await, 0, "it still signs");
    app.clock.pass(SHORTEST_LEAD);
    assert_eq!(prune(FormerReceipts::Keep).await, 0);
    assert_eq!(kids(&app).await.len(), 2);
    assert_eq!(prune(FormerReceipts::Withdraw).await, 1);
    assert!(!kids(&app).await.contains(&former));
    let new = receipt(&app, &Backend::of(&app, &tenant), "one@recipient.example").await;
    claims(&app, &new, &tenant.handle).await;
    let events = "SELECT group_concat(event) FROM audit WHERE event LIKE 'keys_%'";
    assert_eq!(app.database().text(events), "keys_rotated,keys_removed");
}
