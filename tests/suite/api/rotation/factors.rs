//! Factors under new keys: found, checked and recovered as before.

use otpmint::domain::reports::actor::Actor;
use otpmint::domain::sub_key::{KeyPurpose, OVERLAP};
use otpmint::service::FormerReceipts;

use crate::api::harness::TestApp;
use crate::api::v1::factors::Factors;

#[tokio::test]
async fn secrets_are_sealed_again_and_codes_go_on() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, phone, _) = factors.enrol(&app, "user-17").await;
    app.rotate_sub_keys(&[KeyPurpose::Seal]).await;
    assert_eq!(app.database().text("SELECT hex(substr(secret, 2, 4)) FROM factors"), "00000002");
    app.clock.pass(OVERLAP);
    let pruned = app.app().services().keys.prune(FormerReceipts::Keep, Actor::default()).await.unwrap();
    assert_eq!(pruned.len(), 1, "{pruned:?}");
    let checked = factors.check(&id, &phone.code(&app, 0)).await;
    assert_eq!((checked.status, &checked.json()["identity"]), (200, &"user-17".into()), "{}", checked.body);
}

#[tokio::test]
async fn hashes_from_before_are_found_and_the_identity_moves_with_the_next_code() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, phone, recovery) = factors.enrol(&app, "user-17").await;
    app.rotate_sub_keys(&[KeyPurpose::Recipient, KeyPurpose::SecretKey]).await;
    let listed = factors.list("user-17").await.json();
    assert_eq!(listed["data"][0]["factor"], id.as_str());
    let index = "SELECT hex(substr(identity, 1, 1)) FROM factors";
    assert_eq!(app.database().text(index), "01");
    assert_eq!(factors.check(&id, &phone.code(&app, 0)).await.status, 200);
    assert_eq!(app.database().text(index), "02");
    assert_eq!(factors.list("user-17").await.json()["data"][0]["factor"], id.as_str());
    // A former key stays as long as a recovery code needs it.
    app.clock.pass(OVERLAP);
    let pruned = app.app().services().keys.prune(FormerReceipts::Keep, Actor::default()).await.unwrap();
    assert!(pruned.iter().all(|key| key.purpose != KeyPurpose::SecretKey), "{pruned:?}");
    assert_eq!(factors.check(&id, &recovery[0]).await.status, 200);
}
