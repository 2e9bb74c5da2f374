//! Guesses at the codes of very many recipients, each within its limits.

use otpmint::config::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp};
use crate::api::twilio::{Sdk, begun};
use crate::api::v1::sandbox::both;
use crate::api::v1::webhooks::receiver::Receiver;
use crate::api::v1::webhooks::{Hooks, local};
use crate::api::v1::{Backend, assert_problem, minted};

const HOUR: u64 = 3_600;

/// A hundred wrong answers to codes of six digits are an attack.
fn sensitive(settings: &mut Settings) {
    local(settings);
    settings.spray.days_per_account = 10_000;
}

async fn start() -> (TestApp, Tenant) {
    let app = TestApp::with(sensitive).await;
    let tenant = app.tenant().await;
    (app, tenant)
}

/// Guesses at the codes of so many people as often as each challenge lets. No code has four digits, so none is right.
async fn guess(app: &TestApp, tenant: &Tenant, people: std::ops::Range<usize>) -> usize {
    let (backend, mut wrong) = (Backend::of(app, tenant), 0);
    for person in people {
        // Within the rates of the tenant.
        app.clock.pass_millis(60);
        let answer = backend.mint(&json!({ "to": format!("r{person}@recipient.example") })).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let key = answer.json()["key"].as_str().unwrap().to_owned();
        while backend.verify(&key, "0000").await.status == 403 {
            wrong += 1;
        }
    }
    wrong
}

async fn attacked(app: &TestApp, tenant: &Tenant) {
    assert!(guess(app, tenant, 0..22).await >= 100);
    assert_eq!(spray(app, tenant).await["level"], "under_attack");
}

async fn spray(app: &TestApp, tenant: &Tenant) -> Value {
    app.api.bearing(&tenant.key).get("/v1/tenant").await.json()["spray"].clone()
}

async fn patch(api: &Api, path: &str, spray: Value) -> Answer {
    let body = json!({ "spray": spray }).to_string().into_bytes();
    api.send(Method::PATCH, path, body).await
}

async fn patch_own(app: &TestApp, tenant: &Tenant, spray: Value) -> Answer {
    patch(&app.api.bearing(&tenant.key), "/v1/tenant", spray).await
}

/// The length of a new code, and how many answers to it are evaluated.
async fn shape(app: &TestApp, tenant: &Tenant, to: &str, trusted: bool) -> (usize, u64) {
    let backend = Backend::of(app, tenant);
    let (key, code) = minted(app, &backend, &json!({ "to": to, "trusted": trusted })).await;
    let left = backend.challenge(&key).await["attempts_remaining"].as_u64().unwrap();
    (code.len(), left)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spray_is_noticed_and_codes_get_harder_to_guess() {
    let (app, tenant) = start().await;
    let other = app.tenant().await;
    let (hooks, receiver) = (Hooks::of(&app, &tenant), Receiver::start().await);
    let hook = hooks.create(&json!({ "url": receiver.url, "events": ["tenant.spray_suspected"] })).await;
    assert_eq!(hook.status, 201, "{}", hook.body);
    assert_eq!(shape(&app, &tenant, JANE, false).await, (6, 5));
    let calm = spray(&app, &tenant).await;
    assert_eq!(
        (&calm["level"], &calm["measures"], &calm["seen"]),
        (&json!("calm"), &Value::Null, &Value::Null)
    );
    attacked(&app, &tenant).await;
    let suspected = spray(&app, &tenant).await;
    assert_eq!(suspected["measures"], json!({ "longer_by": 2, "attempts": 2, "pause": 10 }));
    assert!(suspected["seen"]["wrong"].as_u64().unwrap() >= 100, "{suspected}");
    assert!(suspected["seen"]["expected_accounts"].as_f64().unwrap() >= 0.0001, "{suspected}");
    assert_eq!(shape(&app, &tenant, "ada@recipient.example", false).await, (8, 2));
    assert_eq!(shape(&app, &other, "ada@recipient.example", false).await, (6, 5), "another tenant's");
    assert_eq!(shape(&app, &tenant, "joe@recipient.example", true).await, (6, 5), "on a trusted device");
    let told = app.database().number("SELECT count(*) FROM audit WHERE event = 'spray_suspected'");
    assert_eq!(told, 2, "suspicious, then under attack");
    let snapshots = "SELECT max(snapshot) FROM webhook_deliveries WHERE kind = 'tenant.spray_suspected'";
    let snapshot: Value = serde_json::from_str(&app.database().text(snapshots)).unwrap();
    assert_eq!((&snapshot["level"], &snapshot["acts"]), (&json!("under_attack"), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn challenges_that_wait_are_cut() {
    let (app, tenant) = start().await;
    let backend = Backend::of(&app, &tenant);
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    let (spared, right) = minted(&app, &backend, &json!({ "to": "joe@recipient.example" })).await;
    attacked(&app, &tenant).await;
    let wrong = backend.verify(&key, "0000").await;
    assert_eq!(assert_problem(&wrong, 403, "code_mismatch")["attempts_remaining"], 1);
    assert_eq!(backend.challenge(&key).await["attempts_remaining"], 1);
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    let trusted = json!({ "code": "0000", "trusted": true });
    let wrong = backend.verify_with(&spared, &trusted).await;
    assert_eq!(assert_problem(&wrong, 403, "code_mismatch")["attempts_remaining"], 4);
    assert_eq!(backend.verify(&spared, &right).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_mistype_are_no_attack() {
    let (app, tenant) = start().await;
    let backend = Backend::of(&app, &tenant);
    for person in 0..40 {
        app.clock.pass_millis(60);
        let to = json!({ "to": format!("r{person}@recipient.example") });
        let (key, code) = minted(&app, &backend, &to).await;
        for _ in 0..4 {
            assert_eq!(backend.verify(&key, "0000").await.status, 403);
        }
        assert_eq!(backend.verify(&key, &code).await.status, 200);
    }
    assert_eq!(spray(&app, &tenant).await["level"], "calm");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mint_and_an_answer_that_is_right_at_once_write_nothing_for_it() {
    let (app, tenant) = start().await;
    let backend = Backend::of(&app, &tenant);
    let rows = || app.database().number("SELECT count(*) FROM guesses");
    let (key, code) = minted(&app, &backend, &json!({ "to": JANE })).await;
    assert_eq!(backend.verify(&key, &code).await.status, 200);
    assert_eq!(rows(), 0);
    let (key, _) = minted(&app, &backend, &json!({ "to": JANE })).await;
    assert_eq!(backend.verify(&key, "0000").await.status, 403);
    assert_eq!(rows(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_by_itself() {
    let (app, tenant) = start().await;
    attacked(&app, &tenant).await;
    app.clock.pass_seconds(25 * HOUR);
    assert_eq!(spray(&app, &tenant).await["level"], "calm");
    assert_eq!(shape(&app, &tenant, JANE, false).await, (6, 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_counted_and_what_is_done_survive_a_restart() {
    let (app, tenant) = start().await;
    guess(&app, &tenant, 0..15).await;
    let app = app.restart(|_| {}).await;
    guess(&app, &tenant, 15..22).await;
    let app = app.restart(|_| {}).await;
    assert_eq!(spray(&app, &tenant).await["level"], "under_attack");
    assert_eq!(shape(&app, &tenant, JANE, false).await, (8, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenant_and_the_operator_end_it_and_order_it() {
    let (app, tenant) = start().await;
    attacked(&app, &tenant).await;
    let ended = patch_own(&app, &tenant, json!({ "level": "calm" })).await;
    assert_eq!(ended.json()["spray"]["level"], "calm", "{}", ended.body);
    assert_eq!(shape(&app, &tenant, JANE, false).await, (6, 5));
    assert_eq!(guess(&app, &tenant, 30..31).await, 5);
    assert_eq!(spray(&app, &tenant).await["level"], "calm", "what was counted is forgotten");
    let path = format!("/v1/admin/tenants/{}", tenant.handle);
    let operator = app.api.bearing(&app.operator_token);
    let ordered = patch(&operator, &path, json!({ "level": "under_attack" })).await;
    assert_eq!(ordered.json()["spray"]["level"], "under_attack", "{}", ordered.body);
    assert_eq!(operator.get(&path).await.json()["spray"]["measures"]["longer_by"], 2);
    assert_eq!(shape(&app, &tenant, "ada@recipient.example", false).await, (8, 2));
    app.clock.pass_seconds(24 * HOUR);
    assert_eq!(shape(&app, &tenant, "joe@recipient.example", false).await, (6, 5), "for a day");
    let of =
        |event: &str| app.database().number(&format!("SELECT count(*) FROM audit WHERE event = '{event}'"));
    assert_eq!((of("spray_ordered"), of("spray_ended")), (1, 1));
    for wrong in [json!({ "level": "suspicious" }), json!({ "level": null }), json!({ "level": 1 })] {
        for (api, path) in [(&operator, path.as_str()), (&app.api.bearing(&tenant.key), "/v1/tenant")] {
            let refused = patch(api, path, wrong.clone()).await;
            assert!(matches!(refused.status, 400 | 422), "{}", refused.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_decides_what_is_done_and_only_tightens_when() {
    let (app, tenant) = start().await;
    for wrong in [
        json!({ "longer_by": 5 }),
        json!({ "attempts": 0 }),
        json!({ "attempts": 11 }),
        json!({ "pause": 61 }),
        json!({ "days_per_account": 9 }),
        json!({ "days_per_account": 10_001 }),
        json!({ "record_only": "yes" }),
        json!({ "budget": 1 }),
    ] {
        let refused = patch_own(&app, &tenant, wrong.clone()).await;
        assert!(matches!(refused.status, 400 | 422), "{wrong}: {}", refused.body);
    }
    let own = json!({ "longer_by": 0, "attempts": 1, "pause": 0, "days_per_account": 10 });
    let changed = patch_own(&app, &tenant, own).await.json()["spray"].clone();
    assert_eq!((&changed["longer_by"], &changed["days_per_account"]), (&json!(0), &json!(10)));
    attacked(&app, &tenant).await;
    assert_eq!(shape(&app, &tenant, JANE, false).await, (6, 1), "not later than others");
    // A change of what is done is followed at once.
    let changed = patch_own(&app, &tenant, json!({ "longer_by": 4, "attempts": null })).await;
    let measures = &changed.json()["spray"]["measures"];
    assert_eq!(*measures, json!({ "longer_by": 4, "attempts": 2, "pause": 0 }), "{}", changed.body);
    assert_eq!(shape(&app, &tenant, "ada@recipient.example", false).await, (10, 2));
    let recorded = patch_own(&app, &tenant, json!({ "record_only": true })).await.json()["spray"].clone();
    assert_eq!((&recorded["level"], &recorded["measures"]), (&json!("under_attack"), &Value::Null));
    assert_eq!(shape(&app, &tenant, "joe@recipient.example", false).await, (6, 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_every_face_get_longer() {
    let (app, tenant) = start().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let service = sdk.service().await;
    attacked(&app, &tenant).await;
    assert_eq!(app.mint(&tenant, "ada@recipient.example").await.code.len(), 8);
    assert_eq!(begun(&app, &sdk, &service, "joe@recipient.example").await.1.len(), 8);
    let wished = json!({ "to": JANE, "code": { "length": 4, "alphabet": "unambiguous" } });
    assert_eq!(minted(&app, &Backend::of(&app, &tenant), &wished).await.1.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_is_left_alone() {
    let app = TestApp::with(sensitive).await;
    let (_, sandbox) = both(&app).await;
    let backend = Backend::of(&app, &sandbox);
    for person in 0..25 {
        app.clock.pass_millis(60);
        let answer = backend.mint(&json!({ "to": format!("delivered+{person}@otpmint.test") })).await;
        let key = answer.json()["key"].as_str().unwrap().to_owned();
        while backend.verify(&key, "0000").await.status == 403 {}
    }
    assert_eq!(spray(&app, &sandbox).await["level"], "calm");
    let refused = patch_own(&app, &sandbox, json!({ "level": "under_attack" })).await;
    assert_problem(&refused, 422, "invalid_field");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_looks_nothing_is_suspected() {
    let app = TestApp::with(|settings| {
        sensitive(settings);
        settings.spray.enabled = false;
    })
    .await;
    let tenant = app.tenant().await;
    guess(&app, &tenant, 0..22).await;
    assert_eq!(spray(&app, &tenant).await["level"], "calm");
    let refused = patch_own(&app, &tenant, json!({ "level": "under_attack" })).await;
    assert_problem(&refused, 422, "invalid_field");
    assert_eq!(patch_own(&app, &tenant, json!({ "level": "calm" })).await.status, 200);
}
