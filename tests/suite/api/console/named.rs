//! Who did it: the audit trail has an operator's actions under the operator's name, which tenants do not see.

use std::collections::BTreeSet;

use reqwest::Method;
use reqwest::header::ACCEPT;
use serde_json::{Value, json};

use super::pages::{account, of, secret, texts};
use super::tenant::signed_in;
use super::{Browser, NAME, PASSWORD, hidden, leads, start};
use crate::api::harness::{Answer, Api, Tenant, TestApp};

/// Sends one form of each kind that changes a tenant or acts in its name.
async fn everything(app: &TestApp, browser: &mut Browser, tenant: &Tenant) {
    let id = hidden(&browser.get(&of(tenant, "/accounts")).await.body, "id");
    let mut spare = account(app);
    spare.push(("name", "spare".to_owned()));
    let words = [("purpose", "login"), ("locale", "en"), ("subject", "s"), ("text", "{{ code }}")];
    let forms: [(&str, &[(&str, &str)]); 8] = [
        ("", &[("name", "Acme")]),
        ("/policy", &[("/ttl", "300")]),
        ("/limits", &[("mint_per_tenant", "50/1s")]),
        ("/accounts", &texts(&spare)),
        ("/templates/edit", &words),
        ("/templates/delete", &words[..2]),
        ("/status", &[("status", "disabled"), ("confirm", PASSWORD)]),
        ("/status", &[("status", "active"), ("confirm", PASSWORD)]),
    ];
    for (end, fields) in forms {
        let answer = browser.submit(&of(tenant, end), fields).await;
        assert_eq!(answer.status, 303, "{end}: {}", answer.body);
    }
    leads(&browser.submit(&of(tenant, &format!("/accounts/{id}/up")), &[]).await);
    assert_eq!(browser.submit(&of(tenant, &format!("/accounts/{id}/test")), &[]).await.status, 200);
    leads(&browser.submit(&of(tenant, &format!("/accounts/{id}/delete")), &[("confirm", PASSWORD)]).await);
    for (end, status) in [("/hooks/supabase-sms", 201), ("/hooks/supabase-sms/delete", 303)] {
        assert_eq!(browser.submit(&of(tenant, end), &[("confirm", PASSWORD)]).await.status, status);
    }
    let key = [("name", "backend"), ("scopes", "mint")];
    assert_eq!(browser.submit(&of(tenant, "/keys"), &key).await.status, 201);
    for (verb, status) in [("rotate", 201), ("revoke", 303)] {
        let live = "SELECT handle FROM secret_keys WHERE name = 'backend' AND expires_at IS NULL";
        let path = of(tenant, &format!("/keys/{}/{verb}", app.database().text(live)));
        let answer = browser.submit(&path, &[("overlap", "0"), ("confirm", PASSWORD)]).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

const EVENTS: [&str; 15] = [
    "hook_changed",
    "key_added",
    "key_revoked",
    "key_rotated",
    "limits_changed",
    "operator_confirmed",
    "operator_set_up",
    "route_added",
    "route_deleted",
    "smtp_tested",
    "templates_changed",
    "tenant_changed",
    "tenant_disabled",
    "tenant_enabled",
    "tenant_registered",
];

/// The events of a trail, each with its author.
fn told(page: &Value) -> Vec<(&str, Option<&str>)> {
    let rows = page["data"].as_array().unwrap().iter();
    rows.map(|row| (row["event"].as_str().unwrap(), row["actor"].as_str())).collect()
}

#[tokio::test]
async fn whatever_an_operator_does_is_written_down_with_the_name() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let made = browser.submit("/console/tenants/new", &texts(&account(&app))).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let (handle, key) = (app.database().text("SELECT handle FROM tenants"), secret(&made.body));
    let tenant = Tenant { handle, key };
    everything(&app, &mut browser, &tenant).await;
    let page = app.operator().get("/v1/admin/audit?limit=500").await.json();
    let mut rows = told(&page);
    // The start of the server creates the token and the link.
    let by_the_server: Vec<_> = [rows.pop(), rows.pop()].into_iter().flatten().collect();
    assert_eq!(by_the_server, [("setup_link_made", None), ("token_added", None)]);
    assert_eq!(rows.iter().map(|(event, _)| *event).collect::<BTreeSet<_>>(), BTreeSet::from(EVENTS));
    for (event, operator) in rows {
        assert_eq!(operator, Some(format!("operator:{NAME}").as_str()), "{event}");
    }
    let shown = browser.get(&of(&tenant, "/audit?event=limits_changed")).await.body;
    assert!(shown.contains(&format!(">operator:{NAME}, 127.0.0.1</td>")), "{shown}");
}

#[tokio::test]
async fn a_tenant_is_told_that_it_was_an_operator_and_not_which() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = Browser::set_up(&app).await;
    leads(&browser.submit(&of(&tenant, ""), &[("name", "Acme")]).await);
    let api = app.api.bearing(&tenant.key);
    let page = api.get("/v1/tenant/audit").await;
    let operator = Some("operator");
    assert_eq!(told(&page.json()), [("tenant_changed", operator), ("tenant_registered", operator)]);
    let table = api.with(ACCEPT, "text/csv").get("/v1/tenant/audit").await;
    let mut own = signed_in(&app, &tenant).await;
    let shown = own.get(&of(&tenant, "/audit")).await;
    assert!(shown.body.contains(">operator, 127.0.0.1</td>"), "{}", shown.body);
    for answer in [page, table, shown] {
        assert!(!answer.body.contains(NAME), "{}", answer.body);
    }
    // Nor can it find out by filtering.
    let mut found = async |who: &str| {
        let shown = own.get(&of(&tenant, &format!("/audit?who={who}"))).await;
        shown.body.contains("<td>tenant changed</td>")
    };
    assert!(found("operator").await);
    for name in [NAME, &format!("operator:{NAME}"), "token:default", "default"] {
        assert!(!found(name).await, "{name}");
    }
    for who in [NAME, &format!("operator:{NAME}")] {
        let asked = of(&tenant, &format!("/audit?who={who}&event=tenant_changed"));
        assert!(browser.get(&asked).await.body.contains("<td>tenant changed</td>"), "{who}");
    }
}

#[tokio::test]
async fn nobody_else_is_written_down_as_an_operator() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = Browser::set_up(&app).await;
    leads(&browser.submit(&of(&tenant, ""), &[("name", "Acme")]).await);
    // Other actors: the tenant itself, which the operator has just managed; and the operator token.
    let mut own = signed_in(&app, &tenant).await;
    leads(&own.submit(&of(&tenant, ""), &[("name", "Own")]).await);
    let api = app.api.bearing(&tenant.key);
    assert_eq!(patch(&api, "/v1/tenant", &json!({ "name": "Api" })).await.status, 200);
    let one = format!("/v1/admin/tenants/{}", tenant.handle);
    assert_eq!(patch(&app.operator(), &one, &json!({ "status": "disabled" })).await.status, 200);
    let page = app.operator().get(&format!("/v1/admin/audit?tenant={}", tenant.handle)).await.json();
    let keys = app.operator().get(&one).await.json();
    let key = keys["keys"][0]["key"].as_str();
    let (jane, token) = (format!("operator:{NAME}"), Some("token:default"));
    let expected = [
        ("tenant_disabled", token),
        ("tenant_changed", key),
        ("tenant_changed", key),
        ("tenant_signed_in", key),
        ("tenant_changed", Some(jane.as_str())),
        ("tenant_registered", token),
    ];
    assert_eq!(told(&page), expected);
}

async fn patch(api: &Api, path: &str, body: &Value) -> Answer {
    api.send(Method::PATCH, path, body.to_string().into_bytes()).await
}
