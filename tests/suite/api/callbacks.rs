//! The addresses to which providers report.

use crate::api::harness::TestApp;

#[tokio::test]
async fn a_made_up_address_is_unknown_whatever_comes_to_it() {
    let app = TestApp::start().await;
    let key = "A".repeat(23);
    for path in [
        format!("/callbacks/smtp_4hq7k2m9x3c8v5bn/{key}"),
        format!("/callbacks/nothing/{key}"),
        "/callbacks/smtp_4hq7k2m9x3c8v5bn/short".to_owned(),
    ] {
        assert_eq!(app.api.get(&path).await.status, 404, "{path}");
        assert_eq!(app.api.post(&path, &serde_json::json!({ "status": "delivered" })).await.status, 404);
    }
    let wrong = app.api.send(reqwest::Method::DELETE, &format!("/callbacks/a/{key}"), Vec::new()).await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("GET, POST")));
}
