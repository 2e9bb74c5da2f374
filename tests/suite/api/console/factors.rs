//! Operators help a user who has lost the phone.

use serde_json::json;

use super::tenant::{own, signed_in};
use super::{Browser, NAME, PASSWORD, leads, shows, start};
use crate::api::v1::assert_problem;
use crate::api::v1::factors::Factors;

#[tokio::test]
async fn an_operator_finds_the_apps_of_a_user_and_removes_one_with_the_password() {
    let app = start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (factors, others) = (Factors::of(&app, &tenant), Factors::of(&app, &other));
    let (lost, ..) = factors.enrol(&app, "jane & joe").await;
    let (kept, ..) = factors.enrol(&app, "jane & joe").await;
    let (foreign, ..) = others.enrol(&app, "jane & joe").await;
    let mut browser = Browser::set_up(&app).await;
    let here = own(&tenant, "/factors");
    let asked = browser.get(&here).await;
    assert!(asked.status == 200 && !asked.body.contains(&lost), "{}", asked.body);
    let whose = [("identity", "jane & joe")];
    let found = browser.submit(&here, &whose).await;
    assert_eq!(found.status, 200, "{}", found.body);
    assert!(found.body.contains(&lost) && found.body.contains(&kept) && !found.body.contains(&foreign));
    assert!(found.body.contains("jane &#38; joe"), "{}", found.body);
    shows(&browser.submit(&here, &[("identity", "nobody")]).await, 200, "Nothing found.");
    let wrong = browser.submit(&here, &[("identity", " ")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);

    let remove = |id: &str| own(&tenant, &format!("/factors/{id}/remove"));
    let refused = browser.submit(&remove(&lost), &[whose[0], ("confirm", "not it")]).await;
    shows(&refused, 403, "That was not right.");
    assert!(refused.body.contains(&lost));
    assert_eq!(factors.get(&lost).await.status, 200);
    let confirmed = [whose[0], ("confirm", PASSWORD)];
    assert_eq!(browser.submit(&remove(&foreign), &confirmed).await.status, 404);
    assert_eq!(others.get(&foreign).await.status, 200);
    let there = leads(&browser.submit(&remove(&lost), &confirmed).await);
    assert_eq!(there, format!("{here}?done=factor_removed"));
    assert_problem(&factors.get(&lost).await, 404, "factor_not_found");
    assert_eq!(factors.get(&kept).await.status, 200);

    let trail = app.operator().get("/v1/admin/audit?event=factor_removed").await.json();
    let row = &trail["data"][0];
    assert_eq!((&row["object"], &row["tenant"]), (&json!(lost), &json!(tenant.handle)));
    assert_eq!(row["actor"], format!("operator:{NAME}"));
}

#[tokio::test]
async fn a_tenant_removes_one_of_its_own_with_its_key() {
    let app = start().await;
    let tenant = app.tenant().await;
    let factors = Factors::of(&app, &tenant);
    let (id, ..) = factors.enrol(&app, "user-17").await;
    let mut browser = signed_in(&app, &tenant).await;
    let form = [("identity", "user-17"), ("confirm", tenant.key.as_str())];
    leads(&browser.submit(&own(&tenant, &format!("/factors/{id}/remove")), &form).await);
    assert_problem(&factors.get(&id).await, 404, "factor_not_found");
}
