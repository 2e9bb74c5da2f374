//! The safe list: numbers that are not judged by others of their range or country.

use serde_json::json;

use super::{Sdk, assert_error, with_phones};
use crate::api::harness::TestApp;

const LIST: &str = "/SafeList/Numbers";

/// A German number whose last four digits are these.
fn number(last: u32) -> String {
    format!("+49151234{last:05}")
}

async fn is_sent(sdk: &Sdk, service: &str, last: u32) -> bool {
    let answer =
        sdk.post(&format!("{service}/Verifications"), &[("To", &number(last)), ("Channel", "sms")]).await;
    if answer.status != 201 {
        assert_error(&answer, 429, 60410);
    }
    answer.status == 201
}

async fn add(sdk: &Sdk, last: u32) {
    let added = sdk.post(LIST, &[("PhoneNumber", &number(last))]).await;
    assert_eq!(added.status, 201, "{}", added.body);
}

#[tokio::test]
async fn a_number_is_added_seen_and_removed() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let path = format!("{LIST}/{}", number(1));
    assert_error(&sdk.get(&path).await, 404, 20404);
    assert_error(&sdk.delete(&path).await, 404, 20404);
    let added = sdk.post(LIST, &[("PhoneNumber", "+49 151 234-00001")]).await;
    assert_eq!(added.status, 201, "{}", added.body);
    let added = added.json();
    assert_eq!(added["phone_number"], number(1));
    assert!(added["sid"].as_str().unwrap().starts_with("GN"), "{added}");
    assert!(added["url"].as_str().unwrap().ends_with(&format!("/v2{path}")), "{added}");
    for seen in [sdk.get(&path).await, sdk.get(&path.replace('+', "%2B")).await] {
        assert_eq!((seen.status, seen.json()), (200, added.clone()));
    }
    assert_eq!(sdk.post(LIST, &[("PhoneNumber", &number(1))]).await.json(), added);
    let kept = app.database().text("SELECT settings FROM tenants WHERE settings LIKE '%safe_numbers%'");
    assert!(kept.contains("GN") && !kept.contains("4915123400001"), "{kept}");
    assert_eq!(sdk.delete(&path).await.status, 204);
    assert_error(&sdk.get(&path).await, 404, 20404);
}

#[tokio::test]
async fn only_whole_numbers_of_tenants_are_taken() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (sdk, stranger) = (Sdk::of(&app, &tenant).await, Sdk::of(&app, &other).await);
    for wrong in ["", "015123456789", "+", "jane@example.com", "+49151234567890123456"] {
        assert_error(&sdk.post(LIST, &[("PhoneNumber", wrong)]).await, 400, 60200);
    }
    assert_error(&sdk.post(LIST, &[]).await, 400, 60200);
    add(&sdk, 1).await;
    let path = format!("{LIST}/{}", number(1));
    assert_error(&stranger.get(&path).await, 404, 20404);
    assert_error(&stranger.delete(&path).await, 404, 20404);
    assert_error(&app.api.get(&format!("/v2{path}")).await, 401, 20003);
    let body = json!({ "name": "mint", "scopes": ["mint"] });
    let verifier = app.api.bearing(&tenant.key).post("/v1/tenant/keys", &body).await;
    let verifier = Sdk::with(&app, &sdk.account, verifier.json()["secret"].as_str().unwrap());
    assert_error(&verifier.get(&path).await, 403, 20403);
    assert_error(&verifier.delete(&path).await, 403, 20403);
    assert_error(&verifier.post(LIST, &[("PhoneNumber", &number(2))]).await, 403, 20403);
    assert_eq!(sdk.get(&path).await.status, 200);
    assert_error(&sdk.get(&format!("{LIST}/{}", number(2))).await, 404, 20404);
}

#[tokio::test]
async fn a_list_has_room_for_two_hundred() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    for last in 0..200 {
        if last % 100 == 0 {
            app.clock.pass_seconds(60);
        }
        add(&sdk, last).await;
    }
    app.clock.pass_seconds(60);
    assert_error(&sdk.post(LIST, &[("PhoneNumber", &number(200))]).await, 400, 60200);
    add(&sdk, 199).await;
    assert_eq!(sdk.delete(&format!("{LIST}/{}", number(0))).await.status, 204);
    add(&sdk, 200).await;
}

#[tokio::test]
async fn a_safe_number_is_not_judged_by_its_neighbours_and_says_nothing_about_them() {
    let (_app, sdk) = with_phones().await;
    let service = sdk.service().await;
    for last in [100, 110, 120] {
        assert!(is_sent(&sdk, &service, last).await);
    }
    assert!(!is_sent(&sdk, &service, 130).await, "the run would be complete");
    add(&sdk, 130).await;
    assert!(is_sent(&sdk, &service, 130).await);
    assert!(!is_sent(&sdk, &service, 125).await, "nobody vouches for this one");
    add(&sdk, 125).await;
    assert_eq!(sdk.delete(&format!("{LIST}/{}", number(125))).await.status, 204);
    assert!(!is_sent(&sdk, &service, 125).await, "nobody vouches for it any more");
    // Four in a row on the list do not make a run for the fifth.
    for last in [500, 510, 520, 530] {
        add(&sdk, last).await;
        assert!(is_sent(&sdk, &service, last).await);
    }
    assert!(is_sent(&sdk, &service, 540).await);
}
