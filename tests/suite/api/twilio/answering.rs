//! Checks of codes.

use serde_json::json;
use tokio::task::JoinSet;

use super::{Sdk, assert_error, begun, world};
use crate::api::harness::{JANE, TestApp, wrong};

#[tokio::test]
async fn the_right_code_approves_once() {
    let (app, sdk, service) = world().await;
    let (name, code) = begun(&app, &sdk, &service, JANE).await;
    let missed = sdk.check(&service, JANE, &wrong(&code)).await;
    let object = missed.json();
    assert_eq!((missed.status, &object["status"], &object["valid"]), (200, &json!("pending"), &json!(false)));
    assert_eq!(
        (&object["sid"], &object["to"], &object["channel"]),
        (&json!(name), &json!(JANE), &json!("email"))
    );
    assert_eq!(object["sna_attempts_error_codes"], json!([]));
    assert!(object.get("url").is_none());
    let right = sdk.check(&service, JANE, &code).await;
    assert_eq!(
        (right.status, &right.json()["status"], &right.json()["valid"]),
        (200, &json!("approved"), &json!(true))
    );
    let again = assert_error(&sdk.check(&service, JANE, &code).await, 404, 20404);
    assert_eq!(again["message"], format!("The requested resource {service}/VerificationCheck was not found"));
    let seen = sdk.get(&format!("{service}/Verifications/{name}")).await.json();
    assert_eq!((&seen["status"], &seen["valid"]), (&json!("approved"), &json!(true)));
    assert_eq!(seen["to"], "j***@r***.example", "the server has forgotten the recipient");
}

#[tokio::test]
async fn a_verification_is_also_named_by_its_sid() {
    let (app, sdk, service) = world().await;
    let (name, code) = begun(&app, &sdk, &service, JANE).await;
    let path = format!("{service}/VerificationCheck");
    let right = sdk.post(&path, &[("VerificationSid", &name), ("Code", &code)]).await;
    assert_eq!(right.json()["status"], "approved", "{}", right.body);
    for unknown in ["VE00000000000000000000000000000000", "VE", "nothing"] {
        assert_error(&sdk.post(&path, &[("VerificationSid", unknown), ("Code", &code)]).await, 404, 20404);
    }
    assert_error(&sdk.post(&path, &[("Code", &code)]).await, 400, 60221);
    assert_error(&sdk.post(&path, &[("To", ""), ("Code", &code)]).await, 400, 60221);
}

#[tokio::test]
async fn what_is_no_code_costs_no_attempt() {
    let (app, sdk, service) = world().await;
    let (_, code) = begun(&app, &sdk, &service, JANE).await;
    for _ in 0..3 {
        for typed in ["", "12", "not a code", "12345678901234"] {
            assert_error(&sdk.check(&service, JANE, typed).await, 400, 60200);
        }
    }
    let spaced = format!(" {}-{} ", &code[..3], &code[3..]);
    assert_eq!(sdk.check(&service, JANE, &spaced).await.json()["status"], "approved");
}

#[tokio::test]
async fn attempts_are_counted_and_the_last_one_ends_it() {
    let (app, sdk, service) = world().await;
    let (name, code) = begun(&app, &sdk, &service, JANE).await;
    for _ in 0..4 {
        assert_eq!(sdk.check(&service, JANE, &wrong(&code)).await.json()["status"], "pending");
    }
    let last = sdk.check(&service, JANE, &wrong(&code)).await;
    assert_eq!((last.status, &last.json()["status"]), (200, &json!("max_attempts_reached")));
    assert_eq!(last.json()["valid"], false);
    for named in [[("To", JANE), ("Code", code.as_str())], [("VerificationSid", &name), ("Code", &code)]] {
        assert_error(&sdk.post(&format!("{service}/VerificationCheck"), &named).await, 429, 60202);
    }
    let seen = sdk.get(&format!("{service}/Verifications/{name}")).await.json();
    assert_eq!(seen["status"], "max_attempts_reached");
    app.clock.pass_seconds(600);
    assert_error(&sdk.check(&service, JANE, &code).await, 404, 20404);
}

#[tokio::test]
async fn what_expired_is_not_found() {
    let (app, sdk, service) = world().await;
    let (name, code) = begun(&app, &sdk, &service, JANE).await;
    app.clock.pass_seconds(600);
    assert_error(&sdk.check(&service, JANE, &code).await, 404, 20404);
    let seen = sdk.get(&format!("{service}/Verifications/{name}")).await.json();
    assert_eq!(seen["status"], "expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_right_codes_at_once_one_approves() {
    let (app, sdk, service) = world().await;
    let (_, code) = begun(&app, &sdk, &service, JANE).await;
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let (sdk, service, code) = (sdk.clone(), service.clone(), code.clone());
        tasks.spawn(async move { sdk.check(&service, JANE, &code).await });
    }
    let answers = tasks.join_all().await;
    let approved = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(approved.clone().count(), 1);
    assert!(approved.into_iter().all(|answer| answer.json()["valid"] == true));
    assert!(answers.iter().filter(|answer| answer.status != 200).all(|answer| answer.status == 404));
}

#[tokio::test]
async fn wrong_codes_draw_on_the_budget_of_the_recipient() {
    let app = TestApp::with(|settings| {
        settings.limits.failures_per_recipient = "6/24h".parse().unwrap();
    })
    .await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let service = sdk.service().await;
    let other = sdk.new_service(&[("FriendlyName", "Other")]).await;
    let (_, code) = begun(&app, &sdk, &service, JANE).await;
    for _ in 0..5 {
        sdk.check(&service, JANE, &wrong(&code)).await;
    }
    let (_, code) = begun(&app, &sdk, &other, JANE).await;
    assert_eq!(sdk.check(&other, JANE, &wrong(&code)).await.status, 200);
    let refused = sdk.check(&other, JANE, &code).await;
    assert_error(&refused, 429, 60202);
    assert!(refused.header("retry-after").is_some());
}
