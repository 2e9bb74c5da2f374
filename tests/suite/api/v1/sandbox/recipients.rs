//! Recipients with known behaviour.

use std::time::Duration;

use serde_json::json;

use super::super::{Backend, assert_problem, minted};
use super::{DELIVERED, both, key_of, mails};
use crate::api::harness::{JANE, TestApp};

#[tokio::test]
async fn reserved_recipients_have_a_known_code_in_a_sandbox_and_never_in_live() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let (live, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox).waiting();
    let key = key_of(&backend.mint(&json!({ "to": "delivered+a@otpmint.test" })).await);
    assert_eq!(backend.verify(&key, "424242").await.status, 200);
    let long = json!({ "to": DELIVERED, "code": { "length": 9, "alphabet": "unambiguous" } });
    let key = key_of(&backend.mint(&long).await);
    assert_eq!(backend.verify(&key, "424242424").await.status, 200);
    let other = key_of(&backend.mint(&json!({ "to": JANE })).await);
    let code = mails(&app, &sandbox, &format!("?challenge={other}")).await[0]["code"].clone();
    assert_ne!(code, "424242");
    let live = Backend::of(&app, &live);
    let (_, first) = minted(&app, &live, &json!({ "to": DELIVERED })).await;
    let (key, second) = minted(&app, &live, &json!({ "to": DELIVERED })).await;
    assert!(first != "424242" && second != "424242" && first != second, "{first} {second}");
    assert_problem(&live.verify(&key, "424242").await, 403, "code_mismatch");
    let expired = live.mint(&json!({ "to": "expired@otpmint.test" })).await;
    assert_eq!(expired.json()["status"], "pending");
    assert_eq!(live.mint(&json!({ "to": "limited@otpmint.test" })).await.status, 201);
}

#[tokio::test]
async fn reserved_recipients_fail_expire_and_are_limited_at_once() {
    let app = TestApp::start().await;
    let (_, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox).waiting();
    let failed = backend.mint(&json!({ "to": "failed@otpmint.test" })).await.json();
    let delivery = json!({ "status": "failed", "at": "2026-01-15T12:00:00Z", "error": "recipient_refused" });
    assert_eq!(failed["delivery"], delivery);
    let expired = backend.mint(&json!({ "to": "expired@otpmint.test" })).await.json();
    assert_eq!((&expired["status"], &expired["delivery"]["status"]), (&json!("expired"), &json!("sent")));
    let late = backend.verify(expired["key"].as_str().unwrap(), "424242").await;
    assert_problem(&late, 410, "challenge_expired");
    let limited = backend.mint(&json!({ "to": "limited@otpmint.test" })).await;
    assert_eq!(assert_problem(&limited, 429, "sends_per_recipient")["retry_after"], 600);
    assert_eq!(limited.retry_after(), 600);
    for _ in 0..3 {
        assert_eq!(backend.mint(&json!({ "to": DELIVERED })).await.status, 201);
    }
    assert_problem(&backend.mint(&json!({ "to": DELIVERED })).await, 429, "sends_per_recipient");
    assert_eq!(backend.mint(&json!({ "to": "delivered+other@otpmint.test" })).await.status, 201);
}

#[tokio::test]
async fn the_slow_one_and_the_one_that_is_tried_again_arrive_as_time_passes() {
    let app = TestApp::start().await;
    let (_, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox);
    let slow = key_of(&backend.mint(&json!({ "to": "slow@otpmint.test" })).await);
    let retry = key_of(&backend.mint(&json!({ "to": "retry@otpmint.test" })).await);
    let delivery = async |key: &str| backend.status(key).await.json()["delivery"].clone();
    for _ in 0..200 {
        if delivery(&retry).await["error"] == "connection_failed" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(delivery(&retry).await["status"], "queued");
    assert_eq!(
        (delivery(&slow).await["status"].clone(), mails(&app, &sandbox, "").await.len()),
        (json!("queued"), 0)
    );
    for _ in 0..400 {
        app.clock.pass_millis(100);
        if delivery(&slow).await["status"] == "sent" && delivery(&retry).await["status"] == "sent" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let at = delivery(&slow).await["at"].as_str().unwrap().to_owned();
    assert!(at.as_str() >= "2026-01-15T12:00:05", "{at}");
    assert_eq!(mails(&app, &sandbox, "").await.len(), 2);
}
