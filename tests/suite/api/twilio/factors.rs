//! Factors, and challenges that answer them.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Sdk, assert_error, sid};
use crate::api::harness::{Answer, Tenant, TestApp};
use crate::api::v1::factors::Phone;

const TOTP: [(&str, &str); 2] = [("FriendlyName", "Jane's phone"), ("FactorType", "totp")];

async fn world() -> (TestApp, Tenant, Sdk, String) {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let service = sdk.new_service(&[("FriendlyName", "App")]).await;
    (app, tenant, sdk, service)
}

fn entity(service: &str) -> String {
    format!("{service}/Entities/user-4711")
}

/// The app that has scanned what an answer shows.
fn phone(made: &Value) -> Phone {
    Phone::of(&json!({
        "algorithm": made["config"]["alg"].as_str().unwrap().to_uppercase(),
        "secret": made["binding"]["secret"],
        "digits": made["config"]["code_length"],
        "period": made["config"]["time_step"],
    }))
}

async fn add(sdk: &Sdk, entity: &str) -> (String, Phone) {
    let made = sdk.post(&format!("{entity}/Factors"), &TOTP).await;
    assert_eq!(made.status, 201, "{}", made.body);
    (sid(&made), phone(&made.json()))
}

async fn verify(sdk: &Sdk, entity: &str, factor: &str, code: &str) -> Answer {
    sdk.post(&format!("{entity}/Factors/{factor}"), &[("AuthPayload", code)]).await
}

async fn answer(sdk: &Sdk, entity: &str, factor: &str, code: &str) -> Answer {
    sdk.post(&format!("{entity}/Challenges"), &[("FactorSid", factor), ("AuthPayload", code)]).await
}

async fn enrolled(app: &TestApp, sdk: &Sdk, entity: &str) -> (String, Phone) {
    let (factor, phone) = add(sdk, entity).await;
    let verified = verify(sdk, entity, &factor, &phone.code(app, 0)).await;
    assert_eq!((verified.status, &verified.json()["status"]), (200, &json!("verified")), "{}", verified.body);
    app.clock.pass_seconds(30);
    (factor, phone)
}

#[tokio::test]
async fn a_factor_is_added_verified_and_answered() {
    let (app, _, sdk, service) = world().await;
    let entity = entity(&service);
    let made = sdk.post(&format!("{entity}/Factors"), &TOTP).await;
    let object = made.json();
    assert_eq!(made.status, 201, "{}", made.body);
    assert!(sid(&made).starts_with("YF") && object["entity_sid"].as_str().unwrap().starts_with("YE"));
    assert_eq!(
        (&object["identity"], &object["status"], &object["factor_type"], &object["friendly_name"]),
        (&json!("user-4711"), &json!("unverified"), &json!("totp"), &json!("Jane's phone"))
    );
    assert_eq!(object["config"], json!({ "alg": "sha1", "skew": 1, "code_length": 6, "time_step": 30 }));
    let uri = object["binding"]["uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/App:Jane"), "{uri}");
    let (factor, phone) = (sid(&made), phone(&object));
    let missed = verify(&sdk, &entity, &factor, &phone.wrong(&app)).await;
    assert_eq!((missed.status, &missed.json()["status"]), (200, &json!("unverified")));
    assert_error(&answer(&sdk, &entity, &factor, &phone.code(&app, 0)).await, 400, 60310);
    let verified = verify(&sdk, &entity, &factor, &phone.code(&app, 0)).await;
    assert_eq!((verified.status, &verified.json()["status"]), (200, &json!("verified")), "{}", verified.body);
    assert!(verified.json().get("binding").is_none(), "{}", verified.body);
    assert_error(&verify(&sdk, &entity, &factor, &phone.code(&app, 0)).await, 400, 60311);
    let used = answer(&sdk, &entity, &factor, &phone.code(&app, 0)).await;
    assert_eq!((used.status, &used.json()["status"]), (201, &json!("pending")), "a code is right once");
    app.clock.pass_seconds(30);
    let right = answer(&sdk, &entity, &factor, &phone.code(&app, 0)).await;
    let object = right.json();
    assert_eq!(
        (right.status, &object["status"], &object["factor_sid"]),
        (201, &json!("approved"), &json!(factor))
    );
    assert!(sid(&right).starts_with("YC") && object["date_responded"].is_string(), "{object}");
    let wrong = answer(&sdk, &entity, &factor, &phone.wrong(&app)).await.json();
    assert_eq!((&wrong["status"], &wrong["date_responded"]), (&json!("pending"), &Value::Null));
    assert_error(&sdk.get(&format!("{entity}/Challenges/{}", sid(&right))).await, 404, 20404);
    assert_error(&sdk.get(&format!("{entity}/Challenges")).await, 400, 60201);
}

#[tokio::test]
async fn the_secret_is_shown_once() {
    let (_app, _, sdk, service) = world().await;
    let entity = entity(&service);
    let made = sdk.post(&format!("{entity}/Factors"), &TOTP).await;
    let secret = made.json()["binding"]["secret"].as_str().unwrap().to_owned();
    for path in ["Factors".to_owned(), format!("Factors/{}", sid(&made))] {
        let shown = sdk.get(&format!("{entity}/{path}")).await;
        assert_eq!(shown.status, 200, "{}", shown.body);
        assert!(!shown.body.contains(&secret) && !shown.body.contains("binding"), "{}", shown.body);
    }
}

#[tokio::test]
async fn a_factor_is_as_the_service_and_the_form_say() {
    let (app, _, sdk, service) = world().await;
    let settings = [("Totp.Issuer", "Acme"), ("Totp.TimeStep", "60"), ("Totp.CodeLength", "8")];
    assert_eq!(sdk.post(&service, &settings).await.status, 200);
    let factors = format!("{}/Factors", entity(&service));
    let usual = sdk.post(&factors, &TOTP).await.json();
    assert_eq!(usual["config"], json!({ "alg": "sha1", "skew": 1, "code_length": 8, "time_step": 60 }));
    assert!(usual["binding"]["uri"].as_str().unwrap().starts_with("otpauth://totp/Acme:"), "{usual}");
    let own = [
        ("Config.Alg", "sha256"),
        ("Config.TimeStep", "30"),
        ("Config.CodeLength", "6"),
        ("Config.Skew", "1"),
        ("Binding.Secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
        ("Metadata", "{}"),
    ];
    let made = sdk.post(&factors, &[&TOTP[..], &own].concat()).await;
    let object = made.json();
    assert_eq!(object["config"], json!({ "alg": "sha256", "skew": 1, "code_length": 6, "time_step": 30 }));
    assert_eq!(object["binding"]["secret"], "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let entity = entity(&service);
    let verified = verify(&sdk, &entity, &sid(&made), &phone(&object).code(&app, 0)).await;
    assert_eq!(verified.json()["status"], "verified", "{}", verified.body);
    assert_eq!(sdk.delete(&format!("{factors}/{}", sid(&made))).await.status, 204);
    assert_error(&sdk.get(&format!("{factors}/{}", sid(&made))).await, 404, 20404);
    assert_error(&answer(&sdk, &entity, &sid(&made), "123456").await, 404, 60390);
}

#[tokio::test]
async fn what_is_no_totp_factor_is_refused_by_its_name() {
    let (_app, _, sdk, service) = world().await;
    let path = format!("{}/Factors", entity(&service));
    for kind in ["push", "passkeys"] {
        let form = [("FriendlyName", "x"), ("FactorType", kind)];
        assert_error(&sdk.post(&path, &form).await, 403, 60223);
    }
    assert_error(&sdk.post(&path, &[("FriendlyName", "x"), ("FactorType", "sms")]).await, 400, 60200);
    assert_error(&sdk.post(&path, &[("FriendlyName", "x")]).await, 400, 60200);
    assert_error(&sdk.post(&path, &[("FactorType", "totp")]).await, 400, 60200);
    for (name, value) in [
        ("Config.CodeLength", "7"),
        ("Config.CodeLength", "x"),
        ("Config.TimeStep", "5"),
        ("Config.Alg", "md5"),
        ("Config.Skew", "2"),
        ("Binding.Secret", "short"),
        ("Binding.PublicKey", "key"),
        ("Config.NotificationToken", "token"),
        ("Metadata", "{\"os\": \"x\"}"),
        ("Unheard", "of"),
    ] {
        let form = [&TOTP[..], &[(name, value)]].concat();
        let refused = assert_error(&sdk.post(&path, &form).await, 400, 60200);
        assert!(refused["message"].as_str().unwrap().contains(name), "{refused}");
    }
    assert_eq!(sdk.get(&path).await.json()["factors"], json!([]));
    let (factor, _) = add(&sdk, &entity(&service)).await;
    let one = format!("{path}/{factor}");
    for form in [&[][..], &[("AuthPayload", "")], &[("AuthPayload", "no code")], &[("FriendlyName", "New")]] {
        assert_error(&sdk.post(&one, form).await, 400, 60200);
    }
}

#[tokio::test]
async fn wrong_codes_pause_a_factor() {
    let (app, _, sdk, service) = world().await;
    let entity = entity(&service);
    let (factor, phone) = enrolled(&app, &sdk, &entity).await;
    for _ in 0..5 {
        assert_eq!(answer(&sdk, &entity, &factor, &phone.wrong(&app)).await.json()["status"], "pending");
    }
    let paused = answer(&sdk, &entity, &factor, &phone.code(&app, 0)).await;
    assert_error(&paused, 429, 60202);
    assert!(paused.header("retry-after").is_some());
    app.clock.pass_seconds(61);
    assert_eq!(answer(&sdk, &entity, &factor, &phone.code(&app, 0)).await.json()["status"], "approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_right_codes_at_once_one_approves() {
    let (app, _, sdk, service) = world().await;
    let entity = entity(&service);
    let (factor, phone) = enrolled(&app, &sdk, &entity).await;
    let code = phone.code(&app, 0);
    let mut tasks = JoinSet::new();
    for _ in 0..12 {
        let (sdk, entity, factor, code) = (sdk.clone(), entity.clone(), factor.clone(), code.clone());
        tasks.spawn(async move { answer(&sdk, &entity, &factor, &code).await });
    }
    let answers = tasks.join_all().await;
    let approved =
        answers.iter().filter(|answer| answer.status == 201 && answer.json()["status"] == "approved");
    assert_eq!(approved.count(), 1);
}

#[tokio::test]
async fn factors_are_closed_to_another_tenant_and_to_another_identity() {
    let (app, _, sdk, service) = world().await;
    let mine = entity(&service);
    let (factor, phone) = enrolled(&app, &sdk, &mine).await;
    let stranger = Sdk::of(&app, &app.tenant().await).await;
    let theirs = entity(&stranger.service().await);
    for (sdk, entity) in
        [(&stranger, mine.clone()), (&stranger, theirs), (&sdk, format!("{service}/Entities/somebody-else"))]
    {
        let one = format!("{entity}/Factors/{factor}");
        assert_error(&sdk.get(&one).await, 404, 20404);
        assert_error(&sdk.post(&one, &[("AuthPayload", "123456")]).await, 404, 20404);
        assert_error(&sdk.delete(&one).await, 404, 20404);
        assert_eq!(answer(sdk, &entity, &factor, &phone.code(&app, 0)).await.status, 404);
    }
    for path in ["Factors", "Challenges"] {
        assert_error(&stranger.get(&format!("{mine}/{path}")).await, 404, 20404);
    }
    assert_error(&stranger.post(&format!("{mine}/Factors"), &TOTP).await, 404, 20404);
    assert_error(&stranger.delete(&mine).await, 404, 20404);
    assert_error(&stranger.get(&mine).await, 404, 20404);
    assert_eq!(answer(&sdk, &mine, &factor, &phone.code(&app, 0)).await.json()["status"], "approved");
}
