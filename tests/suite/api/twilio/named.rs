//! Verifications by sid and by recipient.

use super::{NUMBER, assert_error, begun, phone_code, sid, with_phones};
use crate::api::harness::{JANE, TestApp};

#[tokio::test]
async fn a_number_stands_in_the_path_with_its_plus_or_encoded() {
    let (app, sdk) = with_phones().await;
    let service = sdk.service().await;
    let path = format!("{service}/Verifications");
    let begun = sdk.post(&path, &[("To", NUMBER), ("Channel", "sms")]).await;
    phone_code(&app, 1).await;
    for name in [NUMBER.to_owned(), NUMBER.replace('+', "%2B"), sid(&begun)] {
        let found = sdk.get(&format!("{path}/{name}")).await;
        assert_eq!((found.status, sid(&found)), (200, sid(&begun)), "{name}: {}", found.body);
        assert_eq!(found.json()["to"], NUMBER);
    }
    for name in ["+4915123456780", "15123456789", "VE00000000000000000000000000000000", "%00", "x", "%FF"] {
        assert_error(&sdk.get(&format!("{path}/{name}")).await, 404, 20404);
    }
}

#[tokio::test]
async fn the_pending_one_is_found_before_those_that_have_ended() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = super::Sdk::of(&app, &tenant).await;
    let service = sdk.service().await;
    let (first, code) = begun(&app, &sdk, &service, JANE).await;
    let path = format!("{service}/Verifications");
    for name in [JANE.to_owned(), JANE.replace('@', "%40"), JANE.to_uppercase()] {
        assert_eq!(sid(&sdk.get(&format!("{path}/{name}")).await), first, "{name}");
    }
    sdk.check(&service, JANE, &code).await;
    let ended = sdk.get(&format!("{path}/{JANE}")).await;
    assert_eq!((sid(&ended), &ended.json()["status"]), (first.clone(), &serde_json::json!("approved")));
    let (second, _) = begun(&app, &sdk, &service, JANE).await;
    assert_eq!(sid(&sdk.get(&format!("{path}/{JANE}")).await), second);
    assert_ne!(first, second);
}

#[tokio::test]
async fn a_sid_is_no_shareable_key_and_the_reverse() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = super::Sdk::of(&app, &tenant).await;
    let service = sdk.service().await;
    let (name, _) = begun(&app, &sdk, &service, JANE).await;
    let v1 = app.api.bearing(&tenant.key);
    assert_eq!(v1.get(&format!("/v1/challenges/{name}")).await.status, 404);
    let minted = app.mint(&tenant, "joe@recipient.example").await;
    for key in [minted.key.clone(), format!("VE{}", minted.key)] {
        assert_error(&sdk.get(&format!("{service}/Verifications/{key}")).await, 404, 20404);
    }
    // The same purpose is served by every face.
    let found = sdk.get(&format!("{service}/Verifications/joe@recipient.example")).await;
    assert_eq!(found.status, 200, "{}", found.body);
}
