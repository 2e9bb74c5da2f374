//! Sandboxes: their keys, and what they would have sent, under one version or another.

use otpmint::domain::reports::actor::Actor;
use otpmint::domain::reports::actor::ShellUser;
use otpmint::domain::sub_key::{KeyPurpose, OVERLAP};
use otpmint::service::{FormerReceipts, Refusal, TestKeyRequest};
use otpmint::store::KEEP_MAILS;
use serde_json::json;

use crate::api::harness::{JANE, TestApp};
use crate::api::v1::sandbox::{both, mails};
use crate::api::v1::{Backend, assert_problem};

#[tokio::test]
async fn what_would_have_been_sent_is_found_and_read_under_new_keys() {
    let app = TestApp::start().await;
    let (_, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox).waiting();
    let mint = async || backend.mint(&json!({ "to": JANE })).await.json()["key"].clone();
    let mut minted = vec![mint().await];
    for _ in 0..2 {
        app.rotate_sub_keys(&KeyPurpose::ALL).await;
        minted.insert(0, mint().await);
        backend.waiting().mint(&json!({ "to": "joe@recipient.example" })).await;
    }
    let found = mails(&app, &sandbox, &format!("?to={JANE}")).await;
    assert_eq!(found.iter().map(|mail| mail["challenge"].clone()).collect::<Vec<_>>(), minted);
    let latest = mails(&app, &sandbox, &format!("?to={JANE}&limit=1")).await;
    assert_eq!(latest[..], found[..1]);
    for mail in found {
        let (key, code) = (mail["challenge"].as_str().unwrap(), mail["code"].as_str().unwrap());
        assert_eq!(backend.verify(key, code).await.status, 200, "{mail}");
    }
    assert_problem(&backend.mint(&json!({ "to": JANE })).await, 429, "sends_per_recipient");
}

#[tokio::test]
async fn the_keys_of_what_would_have_been_sent_stay_until_it_is_gone() {
    let app = TestApp::start().await;
    let (_, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox).waiting();
    let pruned = async || {
        let removed = app.app().services().keys.prune(FormerReceipts::Keep, Actor::default()).await.unwrap();
        removed.into_iter().map(|key| (key.purpose, key.version)).collect::<Vec<_>>()
    };
    app.rotate_sub_keys(&[KeyPurpose::Seal]).await;
    backend.mint(&json!({ "to": JANE })).await;
    app.rotate_sub_keys(&[KeyPurpose::Seal]).await;
    app.clock.pass(OVERLAP);
    // The challenge is erased, the mail is not.
    app.database().change("UPDATE challenges SET payload = NULL, code_hash = NULL");
    assert_eq!(pruned().await, [(KeyPurpose::Seal, 1)]);
    assert_eq!(mails(&app, &sandbox, "").await.len(), 1);
    app.clock.pass(KEEP_MAILS);
    app.sweep().await;
    assert_eq!(pruned().await, [(KeyPurpose::Seal, 2)]);
}

#[tokio::test]
async fn a_test_key_that_is_known_before_is_taken_whichever_version_it_lies_under() {
    let app = TestApp::start().await;
    let (live, sandbox) = both(&app).await;
    let id = app.authenticated(&live).await.id();
    app.rotate_sub_keys(&[KeyPurpose::SecretKey]).await;
    let again = || TestKeyRequest { secret: Some(sandbox.key.clone().into()), ..TestKeyRequest::usual() };
    let refused = app.app().services().tenants.test_key_of(id, again(), ShellUser::new(0, None, None)).await;
    assert!(matches!(refused, Err(Refusal::UnusableSecretKey)), "{refused:?}");
    assert_eq!(Backend::of(&app, &sandbox).waiting().mint(&json!({ "to": JANE })).await.status, 201);
    let refused = app.app().services().tenants.test_key_of(id, again(), ShellUser::new(0, None, None)).await;
    assert!(matches!(refused, Err(Refusal::UnusableSecretKey)), "{refused:?}");
    let kept = "SELECT count(*) FROM secret_keys WHERE hex(substr(hash, 1, 1)) = '02'";
    assert_eq!(app.database().number(kept), 1);
}
