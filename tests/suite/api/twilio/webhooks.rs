//! Webhooks.

use serde_json::json;

use super::{Sdk, assert_error, sid};
use crate::api::harness::TestApp;

const NEW: [(&str, &str); 4] = [
    ("FriendlyName", "Backend"),
    ("WebhookUrl", "https://app.example.com/hooks/otp"),
    ("EventTypes", "factor.verified"),
    ("EventTypes", "challenge.approved"),
];

#[tokio::test]
async fn a_webhook_lives_and_dies() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let path = format!("{}/Webhooks", sdk.service().await);
    let made = sdk.post(&path, &NEW).await;
    let object = made.json();
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(object["event_types"], json!(["challenge.approved", "factor.verified"]));
    assert_eq!((&object["status"], &object["webhook_method"]), (&json!("enabled"), &json!("POST")));
    assert!(object["secret"].as_str().unwrap().starts_with("whsec_"), "{object}");
    let second = [("FriendlyName", "Second"), NEW[1], NEW[2]];
    let second = format!("{path}/{}", sid(&sdk.post(&path, &second).await));
    assert_eq!(sdk.get(&second).await.json()["friendly_name"], "Second");
    assert_eq!(sdk.delete(&second).await.status, 204);
    let one = format!("{path}/{}", sid(&made));
    assert!(sid(&made).starts_with("YW") && object["url"].as_str().unwrap().ends_with(&one), "{object}");
    let shown = sdk.get(&one).await;
    assert!(shown.status == 200 && !shown.body.contains("whsec_"), "{}", shown.body);
    let changed = sdk.post(&one, &[("Status", "disabled"), ("EventTypes", "*")]).await.json();
    assert_eq!(
        (&changed["status"], changed["event_types"].as_array().unwrap().len()),
        (&json!("disabled"), 20)
    );
    assert_eq!((&changed["friendly_name"], &changed["webhook_url"]), (&json!("Backend"), &json!(NEW[1].1)));
    let listed = sdk.get(&path).await.json();
    assert_eq!(listed["webhooks"].as_array().unwrap().len(), 1);
    let own = app.api.bearing(&tenant.key).get("/v1/tenant/webhooks").await.json();
    assert_eq!(own["data"][0]["description"], "Backend", "{own}");
    assert_eq!(sdk.delete(&one).await.status, 204);
    assert_error(&sdk.get(&one).await, 404, 20404);
    assert_error(&sdk.delete(&one).await, 404, 20404);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let path = format!("{}/Webhooks", sdk.service().await);
    for without in ["FriendlyName", "WebhookUrl", "EventTypes"] {
        let form: Vec<_> = NEW.into_iter().filter(|(name, _)| *name != without).collect();
        let refused = assert_error(&sdk.post(&path, &form).await, 400, 60200);
        assert!(refused["message"].as_str().unwrap().contains(without), "{refused}");
    }
    for (name, value) in [
        ("EventTypes", "factor.created"),
        ("EventTypes", "challenge.denied"),
        ("Status", "on"),
        ("Version", "v1"),
        ("Unheard", "of"),
    ] {
        let refused =
            assert_error(&sdk.post(&path, &[&NEW[..], &[(name, value)]].concat()).await, 400, 60200);
        assert!(refused["message"].as_str().unwrap().contains(name), "{refused}");
    }
    for url in ["", "ftp://app.example.com", "no url", "https://user:password@app.example.com/"] {
        let form = [NEW[0], NEW[2], ("WebhookUrl", url)];
        assert_error(&sdk.post(&path, &form).await, 400, 60200);
    }
    assert_eq!(sdk.get(&path).await.json()["webhooks"], json!([]));
}

#[tokio::test]
async fn webhooks_are_closed_to_another_tenant() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let service = sdk.service().await;
    let made = sdk.post(&format!("{service}/Webhooks"), &NEW).await;
    let stranger = Sdk::of(&app, &app.tenant().await).await;
    for service in [&service, &stranger.service().await] {
        let one = format!("{service}/Webhooks/{}", sid(&made));
        assert_error(&stranger.get(&one).await, 404, 20404);
        assert_error(&stranger.post(&one, &[("Status", "disabled")]).await, 404, 20404);
        assert_error(&stranger.delete(&one).await, 404, 20404);
    }
    assert_error(&stranger.get(&format!("{service}/Webhooks")).await, 404, 20404);
    assert_error(&stranger.post(&format!("{service}/Webhooks"), &NEW).await, 404, 20404);
    assert_eq!(sdk.get(&format!("{service}/Webhooks/{}", sid(&made))).await.json()["status"], "enabled");
}
