//! What is stored of a tenant and its users, at the console: there it goes.

use serde_json::json;

use super::tenant::{own, signed_in};
use super::{Browser, NAME, PASSWORD, leads, shows, start};
use crate::api::harness::{JANE, Tenant, TestApp};

async fn disable(app: &TestApp, browser: &mut Browser, tenant: &Tenant) {
    let fields = [("status", "disabled"), ("confirm", PASSWORD)];
    leads(&browser.submit(&own(tenant, "/status"), &fields).await);
    assert_eq!(app.database().number("SELECT count(*) FROM tenants WHERE status = 'disabled'"), 1);
}

#[tokio::test]
async fn an_operator_deletes_a_disabled_tenant_by_typing_its_name_and_may_restore_it() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = Browser::set_up(&app).await;
    leads(&browser.submit(&own(&tenant, ""), &[("name", "Acme & Sons")]).await);
    let (page, delete, restore) = (own(&tenant, "/data"), own(&tenant, "/delete"), own(&tenant, "/restore"));
    shows(&browser.get(&page).await, 200, "Disable it first");
    let right = [("grace_days", "7"), ("typed", " Acme & Sons "), ("confirm", PASSWORD)];
    shows(&browser.submit(&delete, &right).await, 409, "The tenant is active.");
    disable(&app, &mut browser, &tenant).await;
    shows(&browser.get(&page).await, 200, "value=\"30\"");
    for (wrong, status, text) in [
        ([("grace_days", "x"), right[1], right[2]], 422, "from 0 to 365"),
        ([("grace_days", "366"), right[1], right[2]], 422, "from 0 to 365"),
        ([right[0], ("typed", "Acme"), right[2]], 422, "That is not the name of the tenant."),
        ([right[0], ("typed", ""), right[2]], 422, "That is not the name of the tenant."),
        ([right[0], right[1], ("confirm", "wrong-password-1")], 403, "That was not right."),
    ] {
        shows(&browser.submit(&delete, &wrong).await, status, text);
    }
    assert_eq!(app.database().number("SELECT count(*) FROM deletions"), 0);
    assert_eq!(leads(&browser.submit(&delete, &right).await), own(&tenant, "/data?done=to_be_deleted"));
    shows(&browser.get(&page).await, 200, "2026-01-22T12:00:00Z");
    shows(&browser.get("/console/tenants").await, 200, "to be deleted");
    let enabled = browser.submit(&own(&tenant, "/status"), &[("status", "active"), right[2]]).await;
    shows(&enabled, 409, "Restore it first.");
    shows(&browser.submit(&restore, &[("confirm", "x")]).await, 403, "That was not right.");
    assert_eq!(leads(&browser.submit(&restore, &right[2..]).await), own(&tenant, "?done=restored"));
    shows(&browser.submit(&restore, &right[2..]).await, 409, "Nobody has decided");
    let by = "SELECT count(*) FROM audit WHERE event IN ('tenant_deletion_scheduled', 'tenant_restored') \
              AND actor = 'operator:";
    assert_eq!(app.database().number(&format!("{by}{NAME}'")), 2);
}

#[tokio::test]
async fn a_tenant_without_a_name_is_deleted_at_once_by_its_handle() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = Browser::set_up(&app).await;
    disable(&app, &mut browser, &tenant).await;
    let fields = [("grace_days", "0"), ("typed", tenant.handle.as_str()), ("confirm", PASSWORD)];
    let done = browser.submit(&own(&tenant, "/delete"), &fields).await;
    assert_eq!(leads(&done), "/console/tenants?done=deleting");
    for _ in 0..2 {
        app.sweep().await;
        shows(&browser.get(&own(&tenant, "")).await, 404, "There is no such page.");
        app.clock.pass_seconds(61);
    }
    assert_eq!(app.database().number("SELECT count(*) FROM tenants"), 0);
    shows(&browser.get("/console/tenants").await, 200, "There is no tenant");
    // Its trail still names it.
    shows(&browser.get("/console/audit").await, 200, &tenant.handle);
}

#[tokio::test]
async fn a_tenant_sees_nothing_of_its_deletion() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = signed_in(&app, &tenant).await;
    let page = browser.get(&own(&tenant, "/data")).await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("Delete the tenant"), "{}", page.body);
}

#[tokio::test]
async fn a_tenant_and_an_operator_download_an_export_once_they_have_confirmed_it() {
    let app = start().await;
    let tenant = app.tenant().await;
    let (mut own_view, mut operator) = (signed_in(&app, &tenant).await, Browser::set_up(&app).await);
    let export = own(&tenant, "/export");
    for (browser, secret) in [(&mut own_view, tenant.key.as_str()), (&mut operator, PASSWORD)] {
        shows(&browser.get(&own(&tenant, "/data")).await, 200, "Download the export");
        shows(&browser.submit(&export, &[("confirm", "x")]).await, 403, "That was not right.");
        let file = browser.submit(&export, &[("confirm", secret)]).await;
        assert_eq!((file.status, file.header("content-type")), (200, Some("application/x-ndjson")));
        let name = format!("attachment; filename=\"{}.jsonl\"", tenant.handle);
        assert_eq!(file.header("content-disposition"), Some(name.as_str()));
        assert!(file.body.lines().last().is_some_and(|line| line.starts_with("{\"type\":\"end\"")));
    }
    let by = "SELECT count(*) FROM audit WHERE event = 'tenant_exported' AND actor LIKE '";
    let operator = format!("operator:{NAME}");
    assert_eq!([operator.as_str(), "key_%"].map(|who| app.database().number(&format!("{by}{who}'"))), [1, 1]);
}

#[tokio::test]
async fn a_tenant_and_an_operator_erase_a_person_once_they_have_confirmed_it() {
    let app = start().await;
    let tenant = app.tenant().await;
    let (mut own_view, mut operator) = (signed_in(&app, &tenant).await, Browser::set_up(&app).await);
    for (browser, secret) in [(&mut own_view, tenant.key.as_str()), (&mut operator, PASSWORD)] {
        let minted = app.mint(&tenant, JANE).await;
        let enrolled =
            app.api.bearing(&tenant.key).post("/v1/factors", &json!({ "identity": "user-17" })).await;
        assert_eq!(enrolled.status, 201);
        let erase = own(&tenant, "/erase");
        let right = [("to", JANE), ("identity", "user-17"), ("confirm", secret)];
        for (wrong, status, text) in [
            ([("to", "jane"), right[1], right[2]], 422, "to:"),
            ([right[0], ("identity", "\u{7f}"), right[2]], 422, "identity: at most 128 characters"),
            ([right[0], right[1], ("confirm", "x")], 403, "That was not right."),
        ] {
            shows(&browser.submit(&erase, &wrong).await, status, text);
        }
        assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 1);
        let done = browser.submit(&erase, &right).await;
        shows(&done, 200, "Erased of j***@r***.example");
        shows(&done, 200, "<dt>Challenges</dt><dd>1</dd>");
        shows(&done, 200, "<dt>Authenticator apps</dt><dd>1</dd>");
        assert_eq!(app.api.verify(&minted.key, &minted.code).await.status, 400);
    }
    let by =
        format!("SELECT count(*) FROM audit WHERE event = 'recipient_erased' AND actor = 'operator:{NAME}'");
    assert_eq!(app.database().number(&by), 1);
}
