//! Adding, showing and deleting factors; bounds, and privacy.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{FACTORS, Factors};
use crate::api::harness::{TestApp, engine};
use crate::api::v1::assert_problem;
use crate::api::v1::sandbox;

#[tokio::test]
async fn a_factor_is_shown_with_its_secret_once() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let body = json!({ "identity": "user-17", "issuer": "Zoë: Shop", "account": "jane@example.com" });
    let answer = factors.create(&body).await;
    let mut told = answer.json();
    let id = told["factor"].as_str().expect("a handle").to_owned();
    assert_eq!(answer.header("location"), Some(format!("{FACTORS}/{id}").as_str()));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let taken = |told: &mut serde_json::Value, name: &str| {
        told.as_object_mut().unwrap().remove(name).unwrap().as_str().unwrap().to_owned()
    };
    let (secret, uri) = (taken(&mut told, "secret"), taken(&mut told, "uri"));
    assert_eq!(secret.len(), 32);
    assert_eq!(
        uri,
        format!(
            "otpauth://totp/Zo%C3%AB%3A%20Shop:jane%40example.com?secret={secret}&issuer=Zo%C3%AB%3A%20Shop\
             &algorithm=SHA1&digits=6&period=30"
        )
    );
    assert!(taken(&mut told, "qr_svg").starts_with("<svg "));
    assert!(STANDARD.decode(taken(&mut told, "qr_png")).unwrap().starts_with(b"\x89PNG"));
    assert_eq!(
        told,
        json!({
            "factor": id, "identity": "user-17", "status": "unconfirmed", "algorithm": "SHA1", "digits": 6,
            "period": 30, "recovery_codes_remaining": 0, "created_at": "2026-01-15T12:00:00Z",
            "confirmed_at": null, "used_at": null, "paused_until": null,
        })
    );
    assert_eq!(factors.get(&id).await.json(), told);
    assert_eq!(factors.list("user-17").await.json(), json!({ "data": [told], "next": null }));
    assert_eq!(factors.list("user-1").await.json(), json!({ "data": [], "next": null }));
    assert_eq!(factors.delete(&id).await.status, 204);
    assert_problem(&factors.delete(&id).await, 404, "factor_not_found");
    assert_problem(&factors.get("fct_x").await, 404, "factor_not_found");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_changes_nothing() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let long = "x".repeat(129);
    for (body, pointer) in [
        (json!({}), "/identity"),
        (json!({ "identity": "" }), "/identity"),
        (json!({ "identity": "a\nb" }), "/identity"),
        (json!({ "identity": long }), "/identity"),
        (json!({ "identity": 17 }), "/identity"),
        (json!({ "identity": "u", "issuer": " " }), "/issuer"),
        (json!({ "identity": "u", "account": long }), "/account"),
        (json!({ "identity": "u", "algorithm": "MD5" }), "/algorithm"),
        (json!({ "identity": "u", "algorithm": "sha1" }), "/algorithm"),
        (json!({ "identity": "u", "digits": 7 }), "/digits"),
        (json!({ "identity": "u", "digits": "6" }), "/digits"),
        (json!({ "identity": "u", "period": 14 }), "/period"),
        (json!({ "identity": "u", "period": 61 }), "/period"),
        (json!({ "identity": "u", "skew": 2 }), "/skew"),
    ] {
        let problem = assert_problem(&factors.create(&body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    for query in ["", "?identity=", "?identity=a%00b", "?identity=a&identity=b", "?user=a"] {
        let answer = factors.api.get(&format!("{FACTORS}{query}")).await;
        assert_problem(&answer, 422, "invalid_parameter");
    }
    assert_eq!(app.database().number("SELECT count(*) FROM factors"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_has_five_factors_at_most_also_in_a_race() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let factors = factors.clone();
        tasks.spawn(async move { factors.create(&json!({ "identity": "user-17" })).await.status });
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 5, "{statuses:?}");
    let refused = factors.create(&json!({ "identity": "user-17" })).await;
    assert_problem(&refused, 409, "too_many_factors");
    assert_eq!(factors.create(&json!({ "identity": "user-18" })).await.status, 201);
}

#[tokio::test]
async fn an_unconfirmed_factor_replaces_none_and_is_gone_after_a_day() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (first, phone, _) = factors.enrol(&app, "user-17").await;
    let (second, _) = factors.add(&json!({ "identity": "user-17" })).await;
    assert_eq!(factors.check(&first, &phone.code(&app, 0)).await.status, 200);
    app.clock.pass_seconds(86_400);
    app.sweep().await;
    assert_eq!(factors.get(&second).await.status, 200, "until the day is over");
    app.clock.pass_seconds(1);
    app.sweep().await;
    assert_problem(&factors.get(&second).await, 404, "factor_not_found");
    assert_eq!(factors.check(&first, &phone.code(&app, 0)).await.status, 200);
}

#[tokio::test]
async fn another_tenants_factor_is_unknown_on_every_route() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (factors, stranger) = (Factors::of(&app, &tenant), Factors::of(&app, &other));
    let (id, phone, recovery) = factors.enrol(&app, "user-17").await;
    let before = factors.get(&id).await.json();
    let code = phone.code(&app, 0);
    for answer in [
        stranger.get(&id).await,
        stranger.confirm(&id, &code).await,
        stranger.check(&id, &code).await,
        stranger.check(&id, &recovery[0]).await,
        stranger.renew(&id).await,
        stranger.delete(&id).await,
    ] {
        assert_problem(&answer, 404, "factor_not_found");
    }
    assert_eq!(stranger.list("user-17").await.json(), json!({ "data": [], "next": null }));
    assert_eq!(factors.get(&id).await.json(), before);
    assert_eq!(factors.check(&id, &code).await.status, 200);
}

#[tokio::test]
async fn the_trail_says_what_became_of_a_factor() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let factors = Factors::of(&app, &tenant);
    let (id, ..) = factors.enrol(&app, "user-17").await;
    factors.renew(&id).await;
    factors.delete(&id).await;
    let trail = factors.api.get("/v1/tenant/audit").await.json();
    let events: Vec<_> = trail["data"].as_array().unwrap().iter().map(|row| &row["event"]).collect();
    let expected = ["factor_removed", "recovery_codes_replaced", "factor_confirmed", "factor_added"];
    assert_eq!(events[..4], expected);
    let about: Vec<_> = trail["data"].as_array().unwrap().iter().map(|row| &row["object"]).collect();
    assert_eq!(about[..4], [&*id; 4]);
    assert!(!trail.to_string().contains("user-17"), "whose it is stays sealed: {trail}");
}

#[tokio::test]
async fn neither_secret_nor_identity_nor_recovery_code_is_in_the_database() {
    if engine::on_postgres() {
        return;
    }
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let (id, phone, recovery) = factors.enrol(&app, "somebody-very-particular").await;
    factors.check(&id, &phone.code(&app, 0)).await;
    let imported = json!({ "identity": "x", "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" });
    factors.add(&imported).await;
    let bytes = app.database().bytes();
    let ungrouped = recovery[0].replace('-', "");
    for secret in
        ["somebody-very-particular", "12345678901234567890", "GEZDGNBV", &recovery[0], ungrouped.as_str()]
    {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} is in the database");
    }
    assert!(bytes.windows(id.len()).any(|window| window == id.as_bytes()), "it is the right database");
}

#[tokio::test]
async fn a_sandbox_has_factors_of_its_own() {
    let app = TestApp::start().await;
    let (live, test) = sandbox::both(&app).await;
    let (live, test) = (Factors::of(&app, &live), Factors::of(&app, &test));
    let (id, phone, _) = test.enrol(&app, "user-17").await;
    assert_eq!(test.check(&id, &phone.code(&app, 0)).await.status, 200);
    assert_problem(&live.get(&id).await, 404, "factor_not_found");
}
