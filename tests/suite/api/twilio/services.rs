//! Services: purposes of a tenant under a name.

use otpmint::domain::sub_key::KeyPurpose;
use serde_json::{Value, json};

use super::{Sdk, assert_error, begun, sid};
use crate::api::harness::{JANE, TestApp};

async fn world() -> (TestApp, Sdk) {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    (app, sdk)
}

fn names(listed: &Value) -> Vec<&str> {
    let services = listed["services"].as_array().unwrap();
    services.iter().map(|service| service["friendly_name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_service_is_made_read_changed_and_deleted() {
    let (app, sdk) = world().await;
    let form = [("FriendlyName", "My App"), ("CodeLength", "8"), ("CustomCodeEnabled", "true")];
    let made = sdk.post("/Services", &form).await;
    let object = made.json();
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(
        (&object["friendly_name"], &object["code_length"], &object["custom_code_enabled"]),
        (&json!("My App"), &json!(8), &json!(true))
    );
    assert_eq!(object["date_created"], object["date_updated"]);
    let path = format!("/Services/{}", sid(&made));
    let url = object["url"].as_str().unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with(&format!("/v2{path}")), "{url}");
    assert_eq!(object["links"]["verifications"], json!(format!("{url}/Verifications")));
    assert_eq!(sdk.get(&path).await.json(), object);

    let (_, code) = begun(&app, &sdk, &path, JANE).await;
    assert_eq!(code.len(), 8);
    app.clock.pass_seconds(5);
    let changed = sdk.post(&path, &[("FriendlyName", "Other"), ("CodeLength", "6")]).await;
    assert_eq!(
        (changed.status, &changed.json()["friendly_name"]),
        (200, &json!("Other")),
        "{}",
        changed.body
    );
    assert_eq!(changed.json()["custom_code_enabled"], true, "what is not named stays");
    assert_eq!((sid(&changed), &changed.json()["date_created"]), (sid(&made), &object["date_created"]));
    assert_ne!(changed.json()["date_updated"], object["date_updated"]);

    let deleted = sdk.delete(&path).await;
    assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    assert_error(&sdk.get(&path).await, 404, 20404);
    assert_error(&sdk.delete(&path).await, 404, 20404);
    let again = sdk.post("/Services", &form).await;
    assert_ne!(sid(&again), sid(&made), "a service of the same name is another one");
}

#[tokio::test]
async fn the_first_service_always_exists() {
    let (app, sdk) = world().await;
    let path = sdk.service().await;
    let deleted = assert_error(&sdk.delete(&path).await, 400, 60200);
    assert!(deleted["message"].as_str().unwrap().contains("always exists"), "{deleted}");
    let renamed = sdk.post(&path, &[("FriendlyName", "Renamed"), ("CodeLength", "7")]).await;
    assert_eq!((renamed.status, &renamed.json()["friendly_name"]), (200, &json!("Renamed")));
    assert_eq!(sdk.service().await, path, "its sid stays");
    let (_, code) = begun(&app, &sdk, &path, JANE).await;
    assert_eq!(code.len(), 7);
}

#[tokio::test]
async fn lists_come_in_pages_on_the_host_that_was_called() {
    let (app, sdk) = world().await;
    for name in ["one", "two", "one"] {
        sdk.new_service(&[("FriendlyName", name)]).await;
        app.clock.pass_seconds(1);
    }
    let whole = sdk.get("/Services").await.json();
    assert_eq!(names(&whole)[1..], ["one", "two", "one"]);
    assert_eq!((&whole["meta"]["key"], &whole["meta"]["page_size"]), (&json!("services"), &json!(50)));
    assert_eq!(whole["meta"]["next_page_url"], Value::Null);
    let mut found = Vec::new();
    let mut path = "/Services?PageSize=3".to_owned();
    for page in 0..2 {
        let listed = sdk.get(&path).await.json();
        found.extend(names(&listed).into_iter().map(str::to_owned));
        let meta = &listed["meta"];
        assert_eq!((&meta["page"], &meta["page_size"]), (&json!(page), &json!(3)));
        assert_eq!(meta["previous_page_url"].is_null(), page == 0);
        let host = format!("http://{}/v2", app.app().address());
        assert!(meta["url"].as_str().unwrap().starts_with(&host), "{meta}");
        assert!(meta["first_page_url"].as_str().unwrap().ends_with("PageSize=3&Page=0"), "{meta}");
        let Some(next) = meta["next_page_url"].as_str() else { break };
        path = next.strip_prefix(&host).unwrap().to_owned();
    }
    assert_eq!(found, names(&whole));
    for query in ["PageSize=0", "PageSize=1001", "PageSize=x", "Page=-1", "PageSize=1&PageSize=2", "Else=1"] {
        assert_error(&sdk.get(&format!("/Services?{query}")).await, 400, 60200);
    }
}

#[tokio::test]
async fn the_public_address_is_named_where_there_is_one() {
    let app = TestApp::with(|settings| settings.server.public_url = "https://otp.example".to_owned()).await;
    let tenant = app.tenant().await;
    let listed = Sdk::of(&app, &tenant).await.get("/Services").await.json();
    assert!(listed["meta"]["url"].as_str().unwrap().starts_with("https://otp.example/v2/Services?"));
    assert!(listed["services"][0]["url"].as_str().unwrap().starts_with("https://otp.example/v2/Services/VA"));
}

#[tokio::test]
async fn what_cannot_be_honoured_is_refused_by_its_name() {
    let (_app, sdk) = world().await;
    let path = sdk.service().await;
    for (name, value) in [
        ("FriendlyName", ""),
        ("FriendlyName", "a name of more than thirty-two characters"),
        ("FriendlyName", "two\nlines"),
        ("CodeLength", "3"),
        ("CodeLength", "11"),
        ("CodeLength", "six"),
        ("CustomCodeEnabled", "yes"),
        ("LookupEnabled", "true"),
        ("DtmfInputRequired", "true"),
        ("DoNotShareWarningEnabled", "true"),
        ("VerifyEventSubscriptionEnabled", "true"),
        ("TtsName", "Anna"),
        ("DefaultTemplateSid", "HJ00000000000000000000000000000000"),
        ("Push.FcmCredentialSid", "CR00000000000000000000000000000000"),
        ("Whatsapp.From", "whatsapp:+49"),
        ("Passkeys.RelyingParty.Id", "app.example"),
        ("Totp.TimeStep", "5"),
        ("Totp.TimeStep", "61"),
        ("Totp.TimeStep", ""),
        ("Totp.CodeLength", "5"),
        ("Totp.CodeLength", "7"),
        ("Totp.CodeLength", "eight"),
        ("Totp.Skew", "0"),
        ("Totp.Skew", "2"),
        ("Totp.Skew", ""),
        ("Totp.Issuer", ""),
        ("Totp.Issuer", "Acme: app"),
        ("Totp.Period", "30"),
        ("Unheard", "of"),
    ] {
        let refused = assert_error(&sdk.post(&path, &[(name, value)]).await, 400, 60200);
        assert!(refused["message"].as_str().unwrap().contains(name), "{refused}");
    }
    assert_error(&sdk.post("/Services", &[("CodeLength", "6")]).await, 400, 60200);
    assert_error(&sdk.post("/Services", &[("FriendlyName", "a"), ("FriendlyName", "b")]).await, 400, 60200);
    let neutral = [
        ("LookupEnabled", "false"),
        ("SkipSmsToLandlines", "true"),
        ("DtmfInputRequired", "False"),
        ("TtsName", ""),
        ("Totp.Issuer", "Acme"),
        ("Totp.Skew", "1"),
    ];
    let changed = sdk.post(&path, &neutral).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(
        changed.json()["totp"],
        json!({ "issuer": "Acme", "time_step": 30, "code_length": 6, "skew": 1 })
    );
}

#[tokio::test]
async fn a_tenant_has_so_many_services_and_no_more() {
    let (_app, sdk) = world().await;
    for _ in 0..30 {
        sdk.new_service(&[("FriendlyName", "the same")]).await;
    }
    assert_error(&sdk.post("/Services", &[("FriendlyName", "one more")]).await, 400, 60200);
    let listed = sdk.get("/Services").await.json();
    let mut sids: Vec<_> =
        listed["services"].as_array().unwrap().iter().map(|one| one["sid"].to_string()).collect();
    sids.sort();
    sids.dedup();
    assert_eq!(sids.len(), 31);
}

#[tokio::test]
async fn services_survive_a_change_of_the_tenant_and_of_the_keys() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let path = sdk.new_service(&[("FriendlyName", "App")]).await;
    let (name, code) = begun(&app, &sdk, &path, JANE).await;
    let patch = json!({ "name": "New name" }).to_string().into_bytes();
    let patched = app.api.bearing(&tenant.key).send(reqwest::Method::PATCH, "/v1/tenant", patch).await;
    assert_eq!(patched.status, 200, "{}", patched.body);
    app.rotate_sub_keys(&KeyPurpose::ALL).await;
    let again = Sdk::of(&app, &tenant).await;
    assert_eq!(again.account, sdk.account);
    assert_eq!(sdk.get(&path).await.json()["friendly_name"], "App");
    let seen = sdk.get(&format!("{path}/Verifications/{name}")).await;
    assert_eq!((seen.status, sid(&seen)), (200, name), "{}", seen.body);
    assert_eq!(sdk.check(&path, JANE, &code).await.json()["status"], "approved");
}
