//! Exporting a tenant: who may, how often, and how it is read.

use std::sync::Arc;

use otpmint::http::export_text;
use otpmint::service::{Export, ExportFailed, Refusal};
use reqwest::Method;
use serde_json::{Value, json};

use super::schema;
use crate::api::harness::{JANE, Tenant, TestApp};
use crate::api::twilio::settled;
use crate::api::v1::assert_problem;

const EXPORT: &str = "/v1/tenant/export";

fn operators(tenant: &Tenant) -> String {
    format!("/v1/admin/tenants/{}/export", tenant.handle)
}

async fn disable(app: &TestApp, tenant: &Tenant) {
    let path = format!("/v1/admin/tenants/{}", tenant.handle);
    let body = json!({ "status": "disabled" }).to_string().into_bytes();
    assert_eq!(app.operator().send(Method::PATCH, &path, body).await.status, 200);
}

async fn begun(app: &TestApp, tenant: &Tenant) -> Result<Export, Refusal> {
    let of = app.authenticated(tenant).await;
    app.app().services().exports.own(of, None).await
}

/// Reads an export to its end: its parts.
async fn parts(app: &TestApp, export: Export) -> Vec<String> {
    let mut text = export_text(Arc::clone(app.app().services()), export);
    let mut parts = Vec::new();
    while let Some(part) = text.next().await.expect("a part") {
        parts.push(String::from_utf8(part.to_vec()).expect("UTF-8"));
    }
    parts
}

#[tokio::test]
async fn a_tenant_exports_itself_and_the_operator_any_also_a_disabled_one() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let api = app.api.bearing(&tenant.key);
    app.clock.pass_seconds(1);
    let own = api.get(EXPORT).await;
    assert_eq!((own.status, own.header("content-type")), (200, Some("application/x-ndjson")));
    let file = format!("attachment; filename=\"{}.jsonl\"", tenant.handle);
    assert_eq!(own.header("content-disposition"), Some(file.as_str()));
    assert_eq!(own.header("cache-control"), Some("no-store"));
    assert!(own.body.ends_with("}\n") && own.body.contains("\"type\":\"end\""), "{}", own.body);
    let scoped = json!({ "name": "x", "scopes": ["mint", "verify"] });
    let scoped = api.post("/v1/tenant/keys", &scoped).await.json();
    let scoped = app.api.bearing(scoped["secret"].as_str().expect("a key"));
    assert_problem(&scoped.get(EXPORT).await, 403, "insufficient_scope");
    assert_problem(&app.api.bearing(&other.key).get(&operators(&tenant)).await, 401, "operator_token_needed");
    disable(&app, &tenant).await;
    assert_problem(&api.get(EXPORT).await, 401, "invalid_secret_key");
    let operators_own = app.operator().get(&operators(&tenant)).await;
    assert_eq!(operators_own.status, 200);
    assert!(operators_own.body.starts_with("{\"type\":\"export\""), "{}", operators_own.body);
    let nobody = app.operator().get("/v1/admin/tenants/tnt_2222222222222222/export").await;
    assert_problem(&nobody, 404, "tenant_not_found");
    let trail = app.operator().get("/v1/admin/audit?event=tenant_exported").await.json();
    assert_eq!(trail["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(trail["data"][0]["tenant"], tenant.handle);
}

#[tokio::test]
async fn a_tenant_whose_deletion_has_begun_is_not_exported() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    disable(&app, &tenant).await;
    let path = format!("/v1/admin/tenants/{}", tenant.handle);
    let doomed = app.operator().send(Method::DELETE, &format!("{path}?grace_days=1"), Vec::new()).await;
    assert_eq!(doomed.status, 202);
    assert_eq!(app.operator().get(&operators(&tenant)).await.status, 200, "while it can be restored");
    app.clock.pass_seconds(86_401);
    app.sweep().await;
    assert_problem(&app.operator().get(&operators(&tenant)).await, 404, "tenant_not_found");
}

#[tokio::test]
async fn a_tenant_exports_itself_a_few_times_in_an_hour_and_holds_up_nobody_else() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let under_way = begun(&app, &tenant).await.expect("the first");
    let api = app.api.bearing(&tenant.key);
    assert_problem(&api.get(EXPORT).await, 429, "bulk_per_tenant");
    assert_eq!(app.api.bearing(&other.key).get(EXPORT).await.status, 200);
    assert_eq!(app.operator().get(&operators(&tenant)).await.status, 200);
    let erased = api.post("/v1/tenant/recipients/erase", &json!({ "to": JANE })).await;
    assert_eq!(erased.status, 200, "{}", erased.body);
    drop(under_way);
    for _ in 1..10 {
        assert_eq!(api.get(EXPORT).await.status, 200);
    }
    let refused = api.get(EXPORT).await;
    assert_problem(&refused, 429, "bulk_per_tenant");
    assert!(refused.retry_after() > 60);
    app.clock.pass_seconds(refused.retry_after());
    assert_eq!(api.get(EXPORT).await.status, 200);
}

#[tokio::test]
async fn an_export_tells_what_was_before_it_began_whatever_happens_meanwhile() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let before = app.mint(&tenant, JANE).await;
    settled(&app).await;
    app.clock.pass_seconds(1);
    let export = begun(&app, &tenant).await.expect("an export");
    app.clock.pass_seconds(1);
    let named = json!({ "name": "Renamed" }).to_string().into_bytes();
    assert_eq!(api.send(Method::PATCH, "/v1/tenant", named).await.status, 200);
    let key = api.post("/v1/tenant/keys", &json!({ "name": "later", "scopes": ["mint"] })).await;
    assert_eq!(key.status, 201);
    let after = app.mint(&tenant, "joe@recipient.example").await;
    settled(&app).await;
    let text = parts(&app, export).await.concat();
    assert!(text.contains(&before.key));
    for later in ["Renamed", "later", after.key.as_str(), "tenant_changed"] {
        assert!(!text.contains(later), "{later}");
    }
    // The mint from before it is in the trail.
    assert!(text.contains("\"minted\""));
}

/// Makes this many more of the only row of a table, each a moment earlier.
fn multiply(app: &TestApp, table: &str, key: &str, count: usize) {
    let tables = schema::tables();
    let columns = &tables.iter().find(|found| found.name == table).expect("the table").columns;
    let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let values = names.iter().map(|name| match *name == key {
        true => format!("one.{key} - 2 * n.n"),
        false => format!("one.{name}"),
    });
    let (names, values) = (names.join(", "), values.collect::<Vec<_>>().join(", "));
    app.database().change(&format!(
        "INSERT INTO {table} ({names}) \
         WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count}) \
         SELECT {values} FROM {table} one, n"
    ));
}

#[tokio::test]
async fn a_large_tenant_is_exported_a_little_at_a_time() {
    const MORE: usize = 5_000;
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    app.mint(&tenant, JANE).await;
    settled(&app).await;
    multiply(&app, "challenges", "id", MORE);
    multiply(&app, "deliveries", "challenge", MORE);
    app.clock.pass_seconds(1);
    let parts = parts(&app, begun(&app, &tenant).await.expect("an export")).await;
    let longest = parts.iter().map(String::len).max().unwrap_or_default();
    let text = parts.concat();
    assert!(longest < 400_000 && longest * 10 < text.len(), "{longest} bytes at once of {}", text.len());
    for kind in ["challenge", "delivery"] {
        let begins = format!("{{\"type\":\"{kind}\"");
        assert_eq!(text.lines().filter(|line| line.starts_with(&begins)).count(), 1 + MORE, "{kind}");
    }
    let end: Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
    assert_eq!(end["data"]["lines"], text.lines().count() - 1);
}

#[tokio::test]
async fn an_export_that_nobody_reads_is_cut_off() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let export = begun(&app, &tenant).await.expect("an export");
    let mut text = export_text(Arc::clone(app.app().services()), export);
    assert!(text.next().await.is_ok());
    app.clock.pass_seconds(3_601);
    assert!(matches!(text.next().await, Err(ExportFailed::TooSlow)));
}
