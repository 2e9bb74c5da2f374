//! What an export of a tenant contains: table by table everything, and no secret.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::schema;
use crate::api::attack::{Owned, furnish, open};
use crate::api::harness::{SMTP_PASSWORD, Tenant, TestApp};
use crate::api::pages::brand::png;
use crate::api::twilio::settled;

/// The tables with rows of tenants that are exported, and the types of their lines: one for each row.
const EXPORTED: [(&str, &[&str]); 12] = [
    ("secret_keys", &["key"]),
    ("templates", &["template"]),
    ("logos", &["logo"]),
    ("challenges", &["challenge", "message"]),
    ("deliveries", &["delivery"]),
    ("phone_blocks", &["phone_block"]),
    ("webhooks", &["webhook"]),
    ("webhook_deliveries", &["event"]),
    ("factors", &["factor"]),
    ("hooks", &["hook"]),
    ("cells", &["statistics"]),
    ("audit", &["audit"]),
];

/// Those that are not, each for its reason.
const LEFT_OUT: [(&str, &str); 17] = [
    ("route_logins", "tokens of routes, and whether they work at present"),
    ("origins", "in the settings of the tenant"),
    ("sandbox_mails", "codes of a sandbox, for a day"),
    ("recipients", "keyed hashes, and counts that guard codes"),
    ("recipient_moves", "keyed hashes, for a day"),
    ("phone_trails", "keyed hashes, and counts that guard codes"),
    ("phone_tallies", "counts that guard codes"),
    ("idempotency", "sealed responses, for a day"),
    ("results", "what an app is about to fetch"),
    ("factor_results", "what an app is about to fetch"),
    ("outbox", "what is under way: its challenge says so"),
    ("fallbacks", "what is under way: its challenge says so"),
    ("recovery_codes", "hashes: the line of their factor says how many there are"),
    ("cell_words", "words of statistics, which have them"),
    ("sessions", "hashes of the console's cookies"),
    ("deletions", "the operator's decision"),
    ("guesses", "counts that guard codes"),
];

/// Columns of bytes that an export may show.
const SHOWN_BYTES: [(&str, &str); 3] = [
    ("logos", "content"),
    // The name under which a block is cleared has it.
    ("phone_blocks", "key"),
    ("phone_tallies", "country"),
];

async fn exported(app: &TestApp, tenant: &Tenant) -> (String, Vec<Value>) {
    let answer = app.api.bearing(&tenant.key).get("/v1/tenant/export").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let lines = answer.body.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (answer.body, lines)
}

/// Adds what [`furnish`] does not. Returns further secrets.
async fn furnish_further(app: &TestApp, tenant: &Tenant) -> Vec<String> {
    let api = app.api.bearing(&tenant.key);
    for (path, body) in [
        ("/v1/tenant/templates/mine/de", json!({ "subject": "mine", "text": "{{ code }}" })),
        ("/v1/tenant/templates/mine/de/text", json!({ "text": "mine {{ code }}" })),
    ] {
        assert_eq!(api.send(Method::PUT, path, body.to_string().into_bytes()).await.status, 201);
    }
    assert_eq!(
        api.with(CONTENT_TYPE, "image/png").send(Method::PUT, "/v1/tenant/logo", png(100)).await.status,
        200
    );
    let events = json!({ "url": "https://hooks.example.com/x", "events": ["delivery.sent"] });
    let webhook = api.post("/v1/tenant/webhooks", &events).await.json();
    let provider = "token-of-a-provider-Xk72";
    let route = json!({ "transport": "telegram_gateway", "secret": provider, "settings": {} });
    assert_eq!(api.post("/v1/tenant/routes", &route).await.status, 201);
    let sandbox = api.post("/v1/tenant/sandbox/keys", &json!({})).await.json();
    let factor = json!({ "identity": format!("user of {}", tenant.handle) });
    let factor = api.post("/v1/factors", &factor).await.json();
    let minted = app.mint(tenant, "more@recipient.example").await;
    let relay = json!({ "name": "relays", "scopes": ["relay"] });
    let relay = api.post("/v1/tenant/keys", &relay).await.json();
    let relayed = json!({ "to": "relayed@recipient.example", "code": "R314159265" });
    let relayed = app.api.bearing(relay["secret"].as_str().unwrap()).post("/v1/messages", &relayed).await;
    assert!(relayed.status < 300, "{}", relayed.body);
    app.database().change(&format!(
        "INSERT INTO phone_blocks (tenant, rule, key, subject, refuses, since, until, refused) \
         SELECT id, 'sends_per_prefix', x'00112233445566778899aabbccddeeff', 'mine', 1, 1, \
         9000000000000, 1 FROM tenants WHERE handle = '{}'",
        tenant.handle
    ));
    settled(app).await;
    let mut secrets = vec![provider.to_owned(), minted.code, "R314159265".to_owned()];
    for (of, name) in [(&webhook, "secret"), (&sandbox, "secret"), (&relay, "secret"), (&factor, "secret")] {
        secrets.push(of[name].as_str().unwrap_or_else(|| panic!("no {name} in {of}")).to_owned());
    }
    secrets
}

/// Two tenants that own something of every kind; the secrets of the first.
async fn two(app: &TestApp) -> (Owned, Owned) {
    let (mut me, other) = (furnish(app, "jane").await, furnish(app, "joe").await);
    let further = furnish_further(app, &me.tenant).await;
    me.secrets.extend(further);
    furnish_further(app, &other.tenant).await;
    // An export tells what was before it.
    app.clock.pass_seconds(1);
    (me, other)
}

fn rows(app: &TestApp, table: &str, tenant: &Tenant) -> i64 {
    let but = if table == "audit" { " AND event <> 'tenant_exported'" } else { "" };
    app.database().number(&format!(
        "SELECT count(*) FROM {table} WHERE tenant = (SELECT id FROM tenants WHERE handle = '{}'){but}",
        tenant.handle
    ))
}

#[test]
fn every_table_with_rows_of_tenants_is_exported_or_left_out_for_a_reason() {
    let named = EXPORTED.iter().map(|(table, _)| *table).chain(LEFT_OUT.iter().map(|(table, _)| *table));
    let named: BTreeSet<_> = named.collect();
    assert_eq!(named.len(), EXPORTED.len() + LEFT_OUT.len(), "a table is named twice");
    let tables = schema::tables();
    let with_tenants = tables.iter().filter(|table| table.has("tenant")).map(|table| table.name.as_str());
    assert_eq!(with_tenants.collect::<BTreeSet<_>>(), named);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_a_line_for_each_row_of_its_tenant() {
    let app = TestApp::with(open).await;
    let (me, _) = two(&app).await;
    let (_, lines) = exported(&app, &me.tenant).await;
    for (table, types) in EXPORTED {
        let of_it = lines.iter().filter(|line| types.iter().any(|name| line["type"] == *name)).count();
        let rows = rows(&app, table, &me.tenant);
        assert!(rows > 0, "nothing is in {table}");
        assert_eq!(of_it as i64, rows, "{table}");
        for name in types {
            assert!(lines.iter().any(|line| line["type"] == *name), "there is no {name}");
        }
    }
    let of = |name: &str| lines.iter().filter(|line| line["type"] == name).count();
    // Two settings of the tenant that are no tables.
    assert_eq!((of("route"), of("service"), of("tenant")), (2, 1, 1));
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    assert_eq!((&first["type"], &first["data"]["format"]), (&json!("export"), &json!(1)));
    assert_eq!(first["data"]["tenant"], me.tenant.handle);
    assert_eq!((&last["type"], &last["data"]["lines"]), (&json!("end"), &json!(lines.len() - 1)));
}

/// What names something of a tenant and nothing of another.
fn names(lines: &[Value]) -> BTreeSet<String> {
    fn collect(value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => {
                let kinds =
                    ["tnt_", "key_", "smtp_", "whk_", "fct_", "evt_", "telegram_gateway_", "AC", "SK"];
                // Words such as `key_added` are shorter than handles.
                let is_handle = text.len() >= 20 && kinds.iter().any(|start| text.starts_with(start));
                let is_key = text.len() == 23 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
                if is_handle || is_key || text.starts_with("user") {
                    names.insert(text.clone());
                }
            }
            Value::Array(all) => all.iter().for_each(|one| collect(one, names)),
            Value::Object(all) => all.values().for_each(|one| collect(one, names)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    lines.iter().for_each(|line| collect(line, &mut found));
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_nothing_of_another_tenant() {
    let app = TestApp::with(open).await;
    let (me, other) = two(&app).await;
    let (mine, my_lines) = exported(&app, &me.tenant).await;
    let (_, their_lines) = exported(&app, &other.tenant).await;
    let theirs = names(&their_lines);
    assert!(theirs.len() > 15, "{theirs:?}");
    assert_eq!(names(&my_lines).len(), theirs.len(), "both own the same");
    for name in &theirs {
        assert!(!mine.contains(name.as_str()), "{name} is another's");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_no_secret_and_no_hash() {
    let app = TestApp::with(open).await;
    let (me, _) = two(&app).await;
    let (text, _) = exported(&app, &me.tenant).await;
    let mut secrets = me.secrets.clone();
    secrets.extend([me.tenant.key.clone(), SMTP_PASSWORD.to_owned(), app.operator_token.clone()]);
    assert!(secrets.len() > 12);
    for secret in &secrets {
        assert!(!text.contains(secret.as_str()), "a secret is in it");
    }
    let mut compared = 0;
    for table in schema::tables() {
        for (column, kind) in &table.columns {
            if kind != "BLOB" || SHOWN_BYTES.contains(&(table.name.as_str(), column.as_str())) {
                continue;
            }
            let sql = format!(
                "SELECT coalesce(group_concat(hex({column}), ','), '') FROM {} WHERE {column} IS NOT NULL",
                table.name
            );
            for hex in app.database().text(&sql).split(',').filter(|hex| hex.len() >= 16) {
                let bytes: Vec<u8> = (0..hex.len())
                    .step_by(2)
                    .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal digits"))
                    .collect();
                let ways = [
                    hex.to_uppercase(),
                    hex.to_lowercase(),
                    STANDARD_NO_PAD.encode(&bytes),
                    URL_SAFE_NO_PAD.encode(&bytes),
                ];
                assert!(!ways.iter().any(|way| text.contains(way)), "{}.{column} is in it", table.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 40, "{compared}");
}
