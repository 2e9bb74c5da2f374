//! Templates, and what this server has in no form.

use serde_json::json;

use super::{Sdk, assert_error};
use crate::api::harness::TestApp;

#[tokio::test]
async fn templates_are_shown_with_their_languages() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (sdk, api) = (Sdk::of(&app, &tenant).await, app.api.bearing(&tenant.key));
    assert_eq!(sdk.get("/Templates").await.json()["templates"], json!([]));
    for (language, text) in [("en", "Your code is {{code}}."), ("de", "Ihr Code ist {{code}}.")] {
        let body = json!({ "subject": "Code", "text": text }).to_string().into_bytes();
        let path = format!("/v1/tenant/templates/login/{language}");
        let saved = api.send(reqwest::Method::PUT, &path, body).await;
        assert_eq!(saved.status, 201, "{}", saved.body);
    }
    let listed = sdk.get("/Templates").await.json();
    let template = &listed["templates"][0];
    assert_eq!(listed["templates"].as_array().unwrap().len(), 1, "{listed}");
    assert!(template["sid"].as_str().unwrap().starts_with("HJ"), "{template}");
    assert_eq!(
        (&template["friendly_name"], &template["channels"]),
        (&json!("login email"), &json!(["email"]))
    );
    assert_eq!(template["translations"]["de"]["text"], "Ihr Code ist {{code}}.");
    assert_eq!(template["translations"]["en"]["is_default_translation"], true);
    let named = async |name: &str| sdk.get(&format!("/Templates?FriendlyName={name}")).await.json();
    assert_eq!(named("login%20email").await["templates"].as_array().unwrap().len(), 1);
    let none = named("else").await;
    assert_eq!(none["templates"], json!([]));
    assert!(none["meta"]["url"].as_str().unwrap().ends_with("&FriendlyName=else"), "{none}");
    let stranger = Sdk::of(&app, &app.tenant().await).await;
    assert_eq!(stranger.get("/Templates").await.json()["templates"], json!([]));
}

#[tokio::test]
async fn what_is_set_elsewhere_is_refused_to_tenants_alone() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let stranger = Sdk::of(&app, &app.tenant().await).await;
    let service = sdk.service().await;
    let path = format!("{service}/MessagingConfigurations");
    let listed = sdk.get(&path).await.json();
    assert_eq!(
        (&listed["messaging_configurations"], &listed["meta"]["key"]),
        (&json!([]), &json!("messaging_configurations"))
    );
    let new = [("Country", "DE"), ("MessagingServiceSid", "MG00000000000000000000000000000000")];
    assert_error(&sdk.post(&path, &new).await, 400, 60201);
    assert_error(&stranger.post(&path, &new).await, 404, 20404);
    assert_error(&stranger.get(&path).await, 404, 20404);
    assert_error(&sdk.get(&format!("{path}/DE")).await, 404, 20404);
    assert_error(&sdk.delete(&format!("{path}/DE")).await, 404, 20404);
    assert_error(&app.api.get(&format!("/v2{path}")).await, 401, 20003);
    assert_error(&sdk.get("/Forms/form-push").await, 404, 20404);
    assert_error(&sdk.post(&format!("{service}/AccessTokens"), &[]).await, 404, 20404);
}
