//! Entities: identities that have factors.

use serde_json::json;

use super::{Sdk, assert_error, sid};
use crate::api::harness::TestApp;

const TOTP: [(&str, &str); 2] = [("FriendlyName", "Jane"), ("FactorType", "totp")];

#[tokio::test]
async fn an_entity_is_there_as_long_as_it_has_factors() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let service = sdk.service().await;
    let path = format!("{service}/Entities");
    let made = sdk.post(&path, &[("Identity", "user-4711")]).await;
    assert_eq!((made.status, &made.json()["identity"]), (201, &json!("user-4711")), "{}", made.body);
    assert!(sid(&made).starts_with("YE"));
    let one = format!("{path}/user-4711");
    assert!(made.json()["links"]["factors"].as_str().unwrap().ends_with(&format!("{one}/Factors")));
    assert_error(&sdk.get(&one).await, 404, 20404);
    assert_error(&sdk.delete(&one).await, 404, 20404);
    for _ in 0..2 {
        assert_eq!(sdk.post(&format!("{one}/Factors"), &TOTP).await.status, 201);
    }
    assert_eq!((sdk.get(&one).await.status, sid(&sdk.get(&one).await)), (200, sid(&made)));
    assert_error(&sdk.post(&path, &[("Identity", "user-4711")]).await, 409, 60301);
    assert_eq!(sdk.delete(&one).await.status, 204);
    assert_error(&sdk.get(&one).await, 404, 20404);
    assert_eq!(sdk.get(&format!("{one}/Factors")).await.json()["factors"], json!([]));
    assert_error(&sdk.get(&path).await, 400, 60201);
}

#[tokio::test]
async fn an_identity_stands_in_the_path_as_it_is_or_encoded() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let path = format!("{}/Entities", sdk.service().await);
    let made = sdk.post(&format!("{path}/jane%40recipient.example/Factors"), &TOTP).await;
    assert_eq!(
        (made.status, &made.json()["identity"]),
        (201, &json!("jane@recipient.example")),
        "{}",
        made.body
    );
    let found = sdk.get(&format!("{path}/jane@recipient.example")).await;
    assert_eq!(found.status, 200, "{}", found.body);
    let url = found.json()["url"].as_str().unwrap().to_owned();
    let at = url.find("/v2").unwrap() + 3;
    assert_eq!(sdk.get(&url[at..]).await.status, 200, "{url}");
    for bad in ["%00", "a%0Ab", &"x".repeat(129)] {
        assert_error(&sdk.get(&format!("{path}/{bad}")).await, 404, 20404);
        assert_error(&sdk.post(&format!("{path}/{bad}/Factors"), &TOTP).await, 404, 20404);
    }
    for bad in ["", "a\nb", &"x".repeat(129)] {
        assert_error(&sdk.post(&path, &[("Identity", bad)]).await, 400, 60200);
    }
}
