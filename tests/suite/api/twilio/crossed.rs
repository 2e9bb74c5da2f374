//! What belongs to one tenant is to another as if it never was.

use super::{Sdk, assert_error, begun};
use crate::api::harness::{JANE, TestApp};

#[tokio::test]
async fn every_route_is_closed_to_another_tenant() {
    let app = TestApp::start().await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    let (mine, theirs) = (Sdk::of(&app, &one).await, Sdk::of(&app, &other).await);
    let (service, foreign) = (mine.service().await, theirs.service().await);
    let made = mine.new_service(&[("FriendlyName", "Mine")]).await;
    let (name, code) = begun(&app, &mine, &service, JANE).await;
    let listed = theirs.get("/Services").await.body;
    assert!(!listed.contains(made.trim_start_matches("/Services/")), "{listed}");
    for path in [&service, &made] {
        assert_error(&theirs.get(path).await, 404, 20404);
        assert_error(&theirs.post(path, &[("FriendlyName", "Theirs")]).await, 404, 20404);
        assert_error(&theirs.delete(path).await, 404, 20404);
    }
    // The service is foreign, or the verification is.
    for service in [&service, &foreign] {
        let (verification, check) =
            (format!("{service}/Verifications/{name}"), format!("{service}/VerificationCheck"));
        for status in ["canceled", "approved"] {
            assert_error(&theirs.post(&verification, &[("Status", status)]).await, 404, 20404);
        }
        assert_error(&theirs.get(&verification).await, 404, 20404);
        assert_error(&theirs.get(&format!("{service}/Verifications/{JANE}")).await, 404, 20404);
        assert_error(&theirs.post(&check, &[("VerificationSid", &name), ("Code", &code)]).await, 404, 20404);
        assert_error(&theirs.check(service, JANE, &code).await, 404, 20404);
    }
    assert_error(&theirs.begin(&service, JANE).await, 404, 20404);
    assert_eq!(app.mails_to(JANE), 1);
    assert_eq!(mine.get(&made).await.json()["friendly_name"], "Mine");
    assert_eq!(mine.check(&service, JANE, &code).await.json()["status"], "approved");
}
