//! Verifications that their tenant ends itself.

use serde_json::json;

use super::{assert_error, begun, world};
use crate::api::harness::JANE;

#[tokio::test]
async fn a_canceled_verification_has_no_code_any_more() {
    let (app, sdk, service) = world().await;
    let (name, code) = begun(&app, &sdk, &service, JANE).await;
    let path = format!("{service}/Verifications/{name}");
    for form in
        [&[("Status", "deleted")][..], &[("Status", "")], &[], &[("Status", "canceled"), ("Else", "x")]]
    {
        assert_error(&sdk.post(&path, form).await, 400, 60200);
    }
    let canceled = sdk.post(&path, &[("Status", "canceled")]).await;
    assert_eq!((canceled.status, &canceled.json()["status"]), (200, &json!("canceled")), "{}", canceled.body);
    assert_eq!((&canceled.json()["valid"], &canceled.json()["to"]), (&json!(false), &json!(JANE)));
    assert_error(&sdk.check(&service, JANE, &code).await, 404, 20404);
    assert_error(&sdk.post(&path, &[("Status", "canceled")]).await, 404, 20404);
    assert_error(&sdk.post(&path, &[("Status", "approved")]).await, 404, 20404);
}

#[tokio::test]
async fn an_approved_verification_counts_as_verified_and_says_who_did_it() {
    let (app, sdk, service) = world().await;
    let (name, code) = begun(&app, &sdk, &service, JANE).await;
    let path = format!("{service}/Verifications/{JANE}");
    let approved = sdk.post(&path, &[("Status", "approved")]).await;
    let object = approved.json();
    assert_eq!(
        (approved.status, &object["status"], &object["valid"]),
        (200, &json!("approved"), &json!(true))
    );
    assert_eq!(object["sid"], json!(name));
    assert_error(&sdk.check(&service, JANE, &code).await, 404, 20404);
    assert_error(&sdk.post(&path, &[("Status", "canceled")]).await, 404, 20404);
    let events = "SELECT count(*) FROM audit WHERE event = 'approved' AND client_ip = '127.0.0.1'";
    assert_eq!(app.database().number(events), 1);
    assert_eq!(app.database().number("SELECT count(*) FROM audit WHERE event = 'verified'"), 0);
    assert_eq!(app.database().number("SELECT count(*) FROM challenges WHERE code_hash IS NOT NULL"), 0);
}
