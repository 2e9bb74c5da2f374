//! A visitor of a hosted page does not notice new keys.

use otpmint::domain::sub_key::KeyPurpose;
use serde_json::json;

use crate::api::pages::{Browser, Hosted, backend, hosting_tenant, start};

#[tokio::test]
async fn a_page_and_its_result_from_before_work_under_new_keys() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    app.rotate_sub_keys(&KeyPurpose::ALL).await;
    let result = browser.result(&page).await;
    app.rotate_sub_keys(&KeyPurpose::ALL).await;
    let fetched = backend(&app, &tenant).post("/v1/results", &json!({ "result": result })).await;
    assert_eq!((fetched.status, &fetched.json()["key"]), (200, &json!(page.key)), "{}", fetched.body);
}
