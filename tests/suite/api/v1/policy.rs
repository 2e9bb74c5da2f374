//! A tenant's decisions about its codes.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Backend, assert_problem, minted};
use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp, wrong};

async fn patch(api: &Api, body: &Value) -> Answer {
    api.send(Method::PATCH, "/v1/tenant", body.to_string().into_bytes()).await
}

/// A server with one tenant that has decided this.
async fn decided(body: &Value) -> (TestApp, Tenant, Backend) {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let answer = patch(&app.api.bearing(&tenant.key), body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let backend = Backend::of(&app, &tenant);
    (app, tenant, backend)
}

#[tokio::test]
async fn a_tenant_is_seen_changed_and_changed_back() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let usual = api.get("/v1/tenant").await.json();
    let effective = json!({
        "code": { "length": 6, "alphabet": "digits" }, "ttl": 600, "attempts": 5, "sends": 3,
        "resend_after": [30, 60], "guess_odds": 200_000, "template": "login",
        "limits": {
            "sends_per_recipient": ["3/10m", "5/1h", "10/24h"], "failures_per_recipient": ["20/24h"],
            "named": {},
        },
    });
    assert_eq!((&usual["name"], &usual["policy"], &usual["purposes"]), (&json!(""), &json!({}), &json!({})));
    assert_eq!(usual["effective"]["login"], effective);
    let purposes: Vec<_> = usual["effective"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(purposes, ["login", "password_reset", "transaction", "verification"]);
    let body = json!({
        "name": " Acme ", "policy": { "ttl": 300, "limits": { "failures_per_recipient": "5/1h" } },
        "purposes": { "gift": { "code": { "length": 8 }, "template": "transaction" } },
    });
    let changed = patch(&api, &body).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(api.get("/v1/tenant").await.json(), changed.json());
    let changed = changed.json();
    assert_eq!((&changed["name"], &changed["policy"]), (&json!("Acme"), &body["policy"]));
    assert_eq!(changed["purposes"], body["purposes"]);
    let gift = &changed["effective"]["gift"];
    assert_eq!((&gift["ttl"], &gift["guess_odds"]), (&json!(300), &json!(20_000_000)));
    assert_eq!(
        (&gift["template"], &gift["limits"]["failures_per_recipient"]),
        (&json!("transaction"), &json!(["20/24h", "5/1h"]))
    );
    // Fields that are not in a patch stay; null removes.
    let next = patch(&api, &json!({ "policy": { "ttl": null, "sends": 2 } })).await.json();
    assert_eq!(next["policy"], json!({ "sends": 2, "limits": { "failures_per_recipient": "5/1h" } }));
    assert_eq!((&next["name"], &next["purposes"]), (&json!("Acme"), &body["purposes"]));
    let gone =
        patch(&api, &json!({ "name": null, "policy": null, "purposes": { "gift": null } })).await.json();
    assert_eq!(gone, usual);
    assert_eq!(app.database().number("SELECT count(*) FROM audit WHERE event = 'tenant_changed'"), 3);
    assert_eq!(app.database().text("SELECT settings FROM tenants"), "{}");
}

#[tokio::test]
async fn what_cannot_be_is_named_and_changes_nothing() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let before = api.get("/v1/tenant").await.body;
    let long = "x".repeat(101);
    for (body, pointer) in [
        (json!({ "name": long }), "/name"),
        (json!({ "name": "a\r\nBcc: x" }), "/name"),
        (json!({ "name": 5 }), "/name"),
        (json!({ "tenant": "tnt_x" }), "/tenant"),
        (json!({ "effective": null }), "/effective"),
        (json!({ "policy": [] }), "/policy"),
        (json!({ "policy": { "length": 6 } }), "/policy/length"),
        (json!({ "policy": { "ttl": -1 } }), "/policy/ttl"),
        (json!({ "policy": { "ttl": 59 } }), "/policy/ttl"),
        (json!({ "policy": { "attempts": 256 } }), "/policy/attempts"),
        (json!({ "policy": { "attempts": 11 } }), "/policy/attempts"),
        (json!({ "policy": { "sends": 0 } }), "/policy/sends"),
        (json!({ "policy": { "resend_after": [0] } }), "/policy/resend_after"),
        (json!({ "policy": { "resend_after": ["x"] } }), "/policy/resend_after/0"),
        (json!({ "policy": { "template": "No!" } }), "/policy/template"),
        (json!({ "policy": { "code": { "alphabet": "emoji" } } }), "/policy/code/alphabet"),
        (json!({ "policy": { "code": { "length": 4 }, "attempts": 6 } }), "/policy/code/length"),
        (
            json!({ "policy": { "limits": { "sends_per_recipient": ["3/10d"] } } }),
            "/policy/limits/sends_per_recipient/0",
        ),
        (
            json!({ "policy": { "limits": { "sends_per_recipient": ["99/1h"] } } }),
            "/policy/limits/sends_per_recipient",
        ),
        (json!({ "policy": { "limits": { "in_a_row": 5 } } }), "/policy/limits/in_a_row"),
        (json!({ "purposes": { "Log/In": {} } }), "/purposes/Log~1In"),
        (json!({ "purposes": { "login": [] } }), "/purposes/login"),
        (json!({ "purposes": { "login": { "code": { "size": 6 } } } }), "/purposes/login/code/size"),
        (json!({ "purposes": { "login": { "code": { "length": 11 } } } }), "/purposes/login/code/length"),
        (
            json!({ "policy": { "attempts": 10 }, "purposes": { "login": { "code": { "length": 4 } } } }),
            "/purposes/login/code/length",
        ),
    ] {
        let answer = patch(&api, &body).await;
        let problem = assert_problem(&answer, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}: {}", answer.body);
    }
    let many: serde_json::Map<_, _> = (0..41).map(|n| (format!("p{n}"), json!({ "ttl": 60 }))).collect();
    let problem = assert_problem(&patch(&api, &json!({ "purposes": many })).await, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], "/purposes");
    let twice = br#"{"purposes":{"login":{"ttl":60},"login":{"ttl":90}}}"#;
    let answer = api.send(Method::PATCH, "/v1/tenant", twice.to_vec()).await;
    assert_eq!(assert_problem(&answer, 422, "invalid_field")["detail"], "occurs twice");
    assert_problem(&api.send(Method::PATCH, "/v1/tenant", b"[]".to_vec()).await, 400, "invalid_json");
    assert_eq!(api.get("/v1/tenant").await.body, before);
    assert_eq!(app.database().number("SELECT revision FROM tenants"), 0);
}

#[tokio::test]
async fn a_policy_that_only_becomes_too_easy_for_one_purpose_later_is_refused_with_its_odds() {
    let (app, tenant, _) = decided(&json!({ "purposes": { "login": { "code": { "length": 4 } } } })).await;
    let api = app.api.bearing(&tenant.key);
    let problem =
        assert_problem(&patch(&api, &json!({ "policy": { "attempts": 8 } })).await, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], "/purposes/login/code/length");
    assert!(problem["detail"].as_str().unwrap().contains("once in 1250 challenges"), "{problem}");
    let both = json!({ "policy": { "attempts": 8 }, "purposes": { "login": { "attempts": 5 } } });
    assert_eq!(patch(&api, &both).await.status, 200);
}

#[tokio::test]
async fn codes_are_minted_tried_and_sent_as_the_purpose_has_it() {
    let (app, _, backend) = decided(&json!({
        "policy": { "ttl": 300, "attempts": 3 },
        "purposes": { "login": { "code": { "length": 8 }, "sends": 2, "resend_after": [10], "template": "password_reset" } },
    }))
    .await;
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE, "purpose": "login" })).await;
    let challenge = backend.status(&key).await.json();
    assert_eq!((code.len(), &challenge["attempts_remaining"]), (8, &json!(3)));
    assert_eq!(challenge["expires_at"], "2026-01-15T12:05:00Z");
    assert_eq!(
        (&challenge["resend_at"], &challenge["sends_remaining"]),
        (&json!("2026-01-15T12:00:10Z"), &json!(1))
    );
    let other = Api::post(
        &backend.api,
        "/v1/challenges",
        &json!({ "to": "joe@recipient.example", "purpose": "transaction", "ttl": 600 }),
    )
    .await
    .json();
    assert_eq!(
        (&other["expires_at"], &other["sends_remaining"]),
        (&json!("2026-01-15T12:10:00Z"), &json!(2))
    );
    app.clock.pass_seconds(10);
    let resent = backend.waiting().resend(&key).await;
    assert_eq!((resent.status, &resent.json()["resend_at"]), (200, &Value::Null), "{}", resent.body);
    let mails = app.mail.wait_for_many(JANE, 2).await.unwrap();
    for mail in mails {
        assert!(mail.subject().contains("password"), "{:?}", mail.subject());
    }
    app.clock.pass_seconds(10);
    assert_problem(&backend.resend(&key).await, 409, "sends_spent");
    for left in [2, 1, 0] {
        let problem = assert_problem(&backend.verify(&key, &wrong(&code)).await, 403, "code_mismatch");
        assert_eq!(problem["attempts_remaining"], left);
    }
    assert_problem(&backend.verify(&key, &code).await, 410, "challenge_exhausted");
}

#[tokio::test]
async fn attempts_and_sends_of_a_challenge_are_those_of_its_minting() {
    let (app, tenant, backend) = decided(&json!({ "policy": { "sends": 2, "attempts": 2 } })).await;
    let (key, _) = minted(&app, &backend, &json!({ "to": JANE })).await;
    patch(&app.api.bearing(&tenant.key), &json!({ "policy": { "sends": 5, "attempts": 9 } })).await;
    app.clock.pass_seconds(30);
    let resent = backend.resend(&key).await.json();
    assert_eq!((&resent["sends_remaining"], &resent["resend_at"]), (&json!(0), &Value::Null));
    assert_eq!(resent["attempts_remaining"], 2);
}

#[tokio::test]
async fn the_compat_routes_mint_as_the_purpose_verification_has_it() {
    let (app, tenant, _) =
        decided(&json!({ "purposes": { "verification": { "code": { "length": 7 } } } })).await;
    assert_eq!(app.mint(&tenant, JANE).await.code.len(), 7);
}

#[tokio::test]
async fn a_tenants_own_limits_tighten_and_never_loosen() {
    let limits = json!({ "sends_per_recipient": ["1/1m", "50/1h"], "failures_per_recipient": "2/1h" });
    let (app, _, backend) = decided(&json!({ "purposes": { "login": { "limits": limits } } })).await;
    let login = json!({ "to": JANE, "purpose": "login" });
    minted(&app, &backend, &login).await;
    assert_eq!(backend.mint(&login).await.is_limited_by("sends_per_recipient"), 60);
    // Another purpose is not bound by that minute, but its message counts against it.
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    app.clock.pass_seconds(59);
    assert_eq!(backend.mint(&login).await.is_limited_by("sends_per_recipient"), 1);
    app.clock.pass_seconds(1);
    let (key_of_login, code_of_login) = minted(&app, &backend, &login).await;
    // Three in ten minutes so far: the operator's limit still applies.
    app.clock.pass_seconds(60);
    backend.mint(&login).await.is_limited_by("sends_per_recipient");
    for _ in 0..2 {
        assert_problem(&backend.verify(&key, &wrong(&code)).await, 403, "code_mismatch");
    }
    // Wrong codes are counted for all purposes together, and each has its own window.
    let answer = backend.verify(&key_of_login, &code_of_login).await;
    answer.is_limited_by("failures_per_recipient");
    app.api.json().verify(&key_of_login, &code_of_login).await.is_limited_by("failures_per_recipient");
    assert_eq!(backend.verify(&key, &code).await.status, 200);
}

#[tokio::test]
async fn a_short_window_of_one_purpose_does_not_forget_what_a_long_one_of_another_needs() {
    let app =
        TestApp::with(|settings| settings.limits.sends_per_recipient = vec!["3/1m".parse().unwrap()]).await;
    let tenant = app.tenant().await;
    let body = json!({ "purposes": { "login": { "limits": { "sends_per_recipient": ["4/24h"] } } } });
    assert_eq!(patch(&app.api.bearing(&tenant.key), &body).await.status, 200);
    let backend = Backend::of(&app, &tenant);
    for _ in 0..4 {
        minted(&app, &backend, &json!({ "to": JANE })).await;
        app.clock.pass_seconds(3_600);
    }
    let wait =
        backend.mint(&json!({ "to": JANE, "purpose": "login" })).await.is_limited_by("sends_per_recipient");
    assert_eq!(wait, 20 * 3_600);
    minted(&app, &backend, &json!({ "to": JANE })).await;
}

#[tokio::test]
async fn changes_at_the_same_time_are_all_made() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let mut tasks = tokio::task::JoinSet::new();
    for purpose in ["login", "verification", "password_reset", "transaction"] {
        let (api, body) = (app.api.bearing(&tenant.key), json!({ "purposes": { purpose: { "ttl": 120 } } }));
        tasks.spawn(async move { patch(&api, &body).await.status });
    }
    assert_eq!(tasks.join_all().await, [200; 4]);
    let purposes = app.api.bearing(&tenant.key).get("/v1/tenant").await.json()["purposes"].clone();
    assert_eq!(purposes.as_object().unwrap().len(), 4, "{purposes}");
}

#[tokio::test]
async fn one_tenants_policy_is_no_other_tenants() {
    let (app, _, _) = decided(&json!({ "name": "Acme", "policy": { "code": { "length": 8 } } })).await;
    let other = app.tenant().await;
    let seen = app.api.bearing(&other.key).get("/v1/tenant").await.json();
    assert_eq!((&seen["name"], &seen["policy"]), (&json!(""), &json!({})));
    assert_eq!(app.mint(&other, JANE).await.code.len(), 6);
}
