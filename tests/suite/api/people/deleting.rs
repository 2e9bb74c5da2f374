//! Deleting a tenant, over the API.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::schema::{self, Table};
use crate::api::attack::{furnish, open};
use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp};
use crate::api::v1::assert_problem;

/// Tables that belong to no tenant, or outlast it; each for its reason.
const KEPT: [(&str, &str); 16] = [
    ("meta", "facts about the store"),
    ("keyring", "the server's keys"),
    ("operator_tokens", "the operators'"),
    ("nodes", "the servers"),
    ("writers", "the servers"),
    ("leases", "the servers"),
    ("operators", "the operators"),
    ("setup_links", "the operators"),
    ("acme", "the server's own certificate"),
    ("sign_in_tries", "tries to sign in are of no tenant"),
    ("audit_seals", "the trail of all tenants is sealed together"),
    ("audit", "what happened is kept as long as everything that happened"),
    ("deletions", "the names of tenants that were deleted, for the audit trail"),
    ("tenants", "checked by itself: its row goes last"),
    ("counts", "checked by itself: found by their cell"),
    ("recipients", "checked by itself: those of all tenants together are nobody's"),
];

fn path(tenant: &Tenant) -> String {
    format!("/v1/admin/tenants/{}", tenant.handle)
}

async fn delete(app: &TestApp, tenant: &Tenant, query: &str) -> Answer {
    app.operator().send(Method::DELETE, &format!("{}{query}", path(tenant)), Vec::new()).await
}

async fn set_status(app: &TestApp, tenant: &Tenant, status: &str) -> Answer {
    let body = json!({ "status": status }).to_string().into_bytes();
    app.operator().send(Method::PATCH, &path(tenant), body).await
}

async fn shown(app: &TestApp, tenant: &Tenant) -> Value {
    let answer = app.operator().get(&path(tenant)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Decides that the tenant is deleted at once.
async fn doom(app: &TestApp, tenant: &Tenant) {
    assert_eq!(set_status(app, tenant, "disabled").await.status, 200);
    assert_eq!(delete(app, tenant, "?grace_days=0").await.status, 202);
}

/// Keeps house until nothing is left.
async fn carried_out(app: &TestApp, tenant: &Tenant) {
    let handle = &tenant.handle;
    let left = format!("SELECT count(*) FROM deletions WHERE handle = '{handle}' AND deleted_at IS NULL");
    for _ in 0..20 {
        app.sweep().await;
        app.clock.pass_seconds(61);
        if app.database().number(&left) == 0 {
            return;
        }
    }
    panic!("the deletion does not come to an end");
}

fn id_of(app: &TestApp, handle: &str) -> String {
    app.database().text(&format!("SELECT CAST(id AS TEXT) FROM tenants WHERE handle = '{handle}'"))
}

/// The tables in which every row is of one tenant.
fn owned() -> Vec<Table> {
    let tables = schema::tables();
    let named: BTreeSet<_> = KEPT.iter().map(|(name, _)| *name).collect();
    assert!(named.iter().all(|name| tables.iter().any(|table| table.name == *name)), "{named:?}");
    let (named, owned): (Vec<_>, Vec<_>) =
        tables.into_iter().partition(|table| named.contains(table.name.as_str()));
    for table in &owned {
        assert!(table.has("tenant"), "{}: does it go with its tenant, or is it kept?", table.name);
    }
    assert!(owned.len() > 20 && named.len() == KEPT.len());
    owned
}

/// Every row of the database that has none of these numbers, which a deletion must leave as it is.
fn others(app: &TestApp, numbers: &BTreeSet<String>) -> Vec<String> {
    let rows = app.database().everything().into_iter();
    // The time is recorded, and how far sweeping has got; the servers renew their leases.
    let moving = [in_bytes("clock"), in_bytes("last_expired"), "clock".to_owned(), "last_expired".to_owned()];
    let is_moving = |row: &String| {
        moving.iter().any(|word| row.contains(word.as_str()))
            || ["nodes ", "leases "].iter().any(|table| row.starts_with(table))
    };
    let has_number = |row: &String| numbers.iter().any(|number| row.contains(number.as_str()));
    rows.filter(|row| !is_moving(row) && !has_number(row)).collect()
}

/// How a row of SQLite shows a text.
fn in_bytes(text: &str) -> String {
    format!("Text({:?})", text.as_bytes())
}

/// The identities of the cells of these tenants.
fn cells(app: &TestApp, tenants: &[String]) -> BTreeSet<String> {
    let ids = format!(
        "SELECT coalesce(group_concat(CAST(id AS TEXT), ','), '') FROM cells WHERE tenant IN ({})",
        tenants.join(", ")
    );
    app.database().text(&ids).split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_a_tenant_goes_table_by_table_and_nothing_of_another() {
    let app = TestApp::with(open).await;
    let (me, other) = (furnish(&app, "jane").await.tenant, furnish(&app, "joe").await.tenant);
    let test_key = app.api.bearing(&me.key).post("/v1/tenant/sandbox/keys", &json!({})).await.json();
    let sandbox = test_key["tenant"].as_str().expect("a sandbox").to_owned();
    let test_key = test_key["secret"].as_str().expect("a key");
    let minted = app.api.bearing(test_key).post("/v1/challenges", &json!({ "to": JANE })).await;
    assert_eq!(minted.status, 201, "{}", minted.body);
    let mine = [id_of(&app, &me.handle), id_of(&app, &sandbox)];
    let theirs = id_of(&app, &other.handle);
    let owned = owned();
    doom(&app, &me).await;
    // One row in each table for each tenant, whatever the product fills. Its number is above all identities, and as a
    // moment far ahead.
    let far: i64 = 4_000_000_000_000_000_000;
    let numbered = [(&mine[0], far + 1), (&mine[1], far + 2), (&theirs, far + 3)];
    for (tenant, number) in numbered {
        for table in &owned {
            app.database().change(&table.insert(tenant, number));
        }
        let counted = [
            format!("INSERT INTO counts (cell, counter, lane, n) VALUES ({number}, 1, 0, 1)"),
            format!(
                "INSERT INTO recipients (tenant, recipient, sends, latest, failures, in_a_row, reserve) \
                 VALUES ({tenant}, x'{number:032}', x'', x'', x'', 9, x'')"
            ),
        ];
        counted.iter().for_each(|sql| app.database().change(sql));
    }
    app.database().change(
        "INSERT INTO recipients (tenant, recipient, sends, latest, failures, in_a_row, reserve) \
         VALUES (0, x'00112233445566778899aabbccddeeff', x'', x'', x'', 9, x'')",
    );
    let mut numbers = cells(&app, &mine);
    numbers.extend(mine.iter().cloned().chain([far + 1, far + 2].map(|number| number.to_string())));
    let before = others(&app, &numbers);
    assert!(before.len() > 60, "{}", before.len());
    carried_out(&app, &me).await;

    let everybody = format!("({}, {})", mine[0], mine[1]);
    for table in &owned {
        let sql = format!("SELECT count(*) FROM {} WHERE tenant IN {everybody}", table.name);
        assert_eq!(app.database().number(&sql), 0, "{} still has something of the tenant", table.name);
        let sql = format!("SELECT count(*) FROM {} WHERE tenant = {theirs}", table.name);
        assert!(app.database().number(&sql) > 0, "{} has lost what is another's", table.name);
    }
    for (what, left) in [
        ("counts", "SELECT count(*) FROM counts WHERE cell NOT IN (SELECT id FROM cells)".to_owned()),
        ("recipients", format!("SELECT count(*) FROM recipients WHERE tenant IN {everybody}")),
        ("tenants", format!("SELECT count(*) FROM tenants WHERE id IN {everybody}")),
    ] {
        assert_eq!(app.database().number(&left), 0, "{what}");
    }
    assert!(others(&app, &numbers) == before, "something of another was changed");
}

#[tokio::test]
async fn a_tenant_is_disabled_first_and_can_be_restored_until_its_time() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let own = app.api.bearing(&tenant.key);
    assert_problem(&delete(&app, &tenant, "").await, 409, "tenant_not_disabled");
    let restore = async || app.operator().post(&format!("{}/restore", path(&tenant)), &json!({})).await;
    assert_problem(&restore().await, 409, "deletion_not_scheduled");
    assert_eq!(set_status(&app, &tenant, "disabled").await.status, 200);
    for bad in ["?grace_days=-1", "?grace_days=366", "?grace_days=x", "?grace_days=", "?grace=1"] {
        assert_problem(&delete(&app, &tenant, bad).await, 422, "invalid_parameter");
    }
    let told = delete(&app, &tenant, "").await;
    assert_eq!(told.status, 202, "{}", told.body);
    let told = told.json();
    assert_eq!(
        (&told["status"], &told["delete_at"], &told["deleted_at"]),
        (&json!("disabled"), &json!("2026-02-14T12:00:00Z"), &Value::Null)
    );
    app.clock.pass_seconds(60);
    assert_eq!(delete(&app, &tenant, "").await.json()["delete_at"], "2026-02-14T12:00:00Z");
    assert_eq!(delete(&app, &tenant, "?grace_days=7").await.json()["delete_at"], "2026-01-22T12:01:00Z");
    assert_problem(&set_status(&app, &tenant, "active").await, 409, "deletion_scheduled");
    assert_problem(&own.get("/v1/tenant").await, 401, "invalid_secret_key");
    let listed = app.operator().get("/v1/admin/tenants").await.json();
    assert_eq!(listed["data"][0]["delete_at"], "2026-01-22T12:01:00Z");
    let restored = restore().await;
    assert_eq!((restored.status, &restored.json()["delete_at"]), (200, &Value::Null));
    app.clock.pass_seconds(8 * 86_400);
    app.sweep().await;
    assert_eq!(set_status(&app, &tenant, "active").await.status, 200);
    assert_eq!(own.get("/v1/tenant").await.status, 200, "nothing was deleted");
}

#[tokio::test]
async fn a_sandbox_is_deleted_with_its_tenant_and_not_alone() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let made = app.api.bearing(&tenant.key).post("/v1/tenant/sandbox/keys", &json!({})).await.json();
    let sandbox = Tenant {
        handle: made["tenant"].as_str().expect("a handle").to_owned(),
        key: made["secret"].as_str().expect("a key").to_owned(),
    };
    assert_eq!(set_status(&app, &sandbox, "disabled").await.status, 200);
    assert_problem(&delete(&app, &sandbox, "").await, 409, "sandbox_goes_along");
    doom(&app, &tenant).await;
    carried_out(&app, &tenant).await;
    let left = shown(&app, &sandbox).await;
    assert_eq!((&left["status"], &left["sandbox_of"]), (&json!("deleted"), &json!(tenant.handle)));
}

#[tokio::test]
async fn what_is_left_of_a_tenant_is_its_names_and_its_trail() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let own = app.api.bearing(&tenant.key);
    let named = json!({ "name": "Acme" }).to_string().into_bytes();
    assert_eq!(own.send(Method::PATCH, "/v1/tenant", named).await.status, 200);
    app.mint(&tenant, JANE).await;
    assert_eq!(set_status(&app, &tenant, "disabled").await.status, 200);
    assert_eq!(delete(&app, &tenant, "?grace_days=0").await.status, 202);
    app.sweep().await;
    assert_eq!(shown(&app, &tenant).await["status"], "deleting");
    // From now on it is as good as gone.
    let restore = format!("{}/restore", path(&tenant));
    assert_problem(&app.operator().post(&restore, &json!({})).await, 409, "deletion_begun");
    assert_problem(&set_status(&app, &tenant, "active").await, 404, "tenant_not_found");
    let key = json!({ "name": "x", "scopes": ["mint"] });
    let grant = format!("{}/keys", path(&tenant));
    assert_problem(&app.operator().post(&grant, &key).await, 404, "tenant_not_found");
    assert_eq!(delete(&app, &tenant, "").await.json()["status"], "deleting");
    app.clock.pass_seconds(61);
    app.sweep().await;
    let left = shown(&app, &tenant).await;
    assert_eq!(
        (&left["status"], &left["name"], &left["keys"]),
        (&json!("deleted"), &json!("Acme"), &json!([]))
    );
    assert_eq!(left["deleted_at"], "2026-01-15T12:01:01Z");
    assert_problem(&delete(&app, &tenant, "").await, 404, "tenant_not_found");
    assert_problem(&app.operator().post(&restore, &json!({})).await, 409, "deletion_begun");
    assert_problem(&own.get("/v1/tenant").await, 401, "invalid_secret_key");
    assert_eq!(app.operator().get("/v1/admin/tenants").await.json()["data"], json!([]));
    let trail = async |query: &str| events(&app.operator(), query).await;
    let of_it = trail(&format!("?tenant={}", tenant.handle)).await;
    assert_eq!(of_it.first().map(String::as_str), Some("tenant_deleted"));
    assert!(of_it.contains(&"minted".to_owned()) && of_it.contains(&"tenant_deletion_scheduled".to_owned()));
    let named = app.operator().get("/v1/admin/audit?event=minted").await.json();
    assert_eq!(named["data"][0]["tenant"], tenant.handle, "the trail still names it");
}

async fn events(operator: &Api, query: &str) -> Vec<String> {
    let page = operator.get(&format!("/v1/admin/audit{query}")).await.json();
    let rows = page["data"].as_array().expect("rows").iter();
    rows.map(|row| row["event"].as_str().expect("an event").to_owned()).collect()
}
