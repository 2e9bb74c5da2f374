//! What a tenant is told of its factors: events of webhooks, and numbers.

use serde_json::{Value, json};

use super::{FACTORS, Factors};
use crate::api::harness::TestApp;
use crate::api::v1::webhooks::receiver::Receiver;
use crate::api::v1::webhooks::{Hooks, local};

#[tokio::test]
async fn an_app_is_told_when_a_factor_is_confirmed_pauses_is_recovered_and_removed() {
    let app = TestApp::with(local).await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (receiver, stranger) = (Receiver::start().await, Receiver::start().await);
    let hook = Hooks::of(&app, &tenant).add(&receiver).await;
    Hooks::of(&app, &other).add(&stranger).await;
    let factors = Factors::of(&app, &tenant);
    let (id, phone, recovery) = factors.enrol(&app, "user-17").await;
    assert_eq!(factors.check(&id, &phone.code(&app, 0)).await.status, 200);
    assert_eq!(factors.check(&id, &recovery[0]).await.status, 200);
    for _ in 0..5 {
        factors.check(&id, &phone.wrong(&app)).await;
    }
    factors.delete(&id).await;
    let imported = json!({ "identity": "user-17", "secret": "GEZDGNBVGY3TQOJQ", "confirmed": true });
    let second = factors.create(&imported).await.json()["factor"].clone();

    let mut told = Vec::new();
    for number in 0..5 {
        told.push(receiver.nth(number).await);
    }
    let of = |kind: &str| -> Vec<Value> {
        told.iter().filter(|told| told.kind() == kind).map(|told| told.json()["data"].clone()).collect()
    };
    let confirmed = of("factor.confirmed");
    assert_eq!(confirmed.iter().map(|data| &data["factor"]).collect::<Vec<_>>().len(), 2);
    assert!([&json!(id), &second].iter().all(|one| confirmed.iter().any(|data| data["factor"] == **one)));
    let recovered = json!({
        "factor": id, "status": "active", "recovery_codes_remaining": 9,
        "created_at": "2026-01-15T12:00:00Z", "confirmed_at": "2026-01-15T12:00:00Z",
        "used_at": "2026-01-15T12:00:30Z", "paused_until": null,
    });
    assert_eq!(of("factor.recovered"), std::slice::from_ref(&recovered));
    let mut paused = recovered;
    paused["paused_until"] = json!("2026-01-15T12:01:30Z");
    assert_eq!((of("factor.paused"), of("factor.removed")), (vec![paused.clone()], vec![paused]));
    for told in &told {
        assert!(told.is_signed_with(&hook.secret));
        assert!(!told.body.contains("user-17") && !told.body.contains(&recovery[0]), "{}", told.body);
    }
    assert_eq!(stranger.told().len(), 0);
}

#[tokio::test]
async fn what_happens_to_factors_is_counted_apart_from_challenges() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let factors = Factors::of(&app, &tenant);
    let (id, phone, recovery) = factors.enrol(&app, "user-17").await;
    factors.add(&json!({ "identity": "user-17" })).await;
    let login = json!({ "code": phone.code(&app, 0), "purpose": "login" });
    assert_eq!(factors.api.post(&format!("{FACTORS}/{id}/check"), &login).await.status, 200);
    assert_eq!(factors.check(&id, &phone.code(&app, 0)).await.status, 403);
    assert_eq!(factors.check(&id, &recovery[0]).await.status, 200);
    for _ in 0..6 {
        factors.check(&id, &phone.wrong(&app)).await;
    }
    factors.delete(&id).await;

    let stats = factors.api.get("/v1/tenant/stats?group_by=channel,purpose").await.json();
    let groups = stats["data"].as_array().unwrap();
    let counts = |purpose: &str| {
        let group =
            groups.iter().find(|group| group["purpose"] == purpose).unwrap_or_else(|| panic!("{stats}"));
        assert_eq!(
            (&group["channel"], &group["minted"], &group["conversion"]),
            (&json!("totp"), &json!(0), &json!(null))
        );
        group["factors"].clone()
    };
    let zero = json!({
        "added": 0, "confirmed": 0, "checked": 0, "recovered": 0, "mismatched": 0, "paused": 0, "removed": 0,
    });
    let with = |changes: &[(&str, u64)]| {
        let mut all = zero.clone();
        changes.iter().for_each(|(name, count)| all[*name] = json!(count));
        all
    };
    assert_eq!(groups.len(), 3);
    assert_eq!(counts("none"), with(&[("added", 2), ("confirmed", 1), ("removed", 1)]));
    assert_eq!(counts("login"), with(&[("checked", 1)]));
    assert_eq!(counts("verification"), with(&[("recovered", 1), ("mismatched", 5), ("paused", 1)]));
    let all = factors.api.get("/v1/tenant/stats?channel=totp").await.json();
    assert_eq!(
        (&all["data"][0]["factors"]["checked"], &all["data"][0]["factors"]["added"]),
        (&json!(1), &json!(2))
    );
    let other = factors.api.get("/v1/tenant/stats?channel=email").await.json();
    assert_eq!(other["data"][0]["factors"], zero);
    let path = format!("/v1/admin/stats?tenant={}&group_by=tenant", tenant.handle);
    let admin = app.operator().get(&path).await.json();
    assert_eq!(admin["data"][0]["factors"]["recovered"], 1, "{admin}");
}
