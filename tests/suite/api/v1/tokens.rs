//! Operator tokens with names and roles.

use reqwest::Method;
use serde_json::{Value, json};

use super::assert_problem;
use crate::api::harness::{Answer, Api, JANE, TestApp, engine};

const TOKENS: &str = "/v1/admin/tokens";

/// Makes a token of this name and role, and returns its client.
async fn made(app: &TestApp, name: &str, role: &str) -> Api {
    app.api.bearing(&secret(&make(&app.operator(), json!({ "name": name, "role": role })).await))
}

async fn make(api: &Api, body: Value) -> Answer {
    api.post(TOKENS, &body).await
}

fn secret(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["secret"].as_str().unwrap().to_owned()
}

async fn revoke(api: &Api, name: &str) -> Answer {
    api.send(Method::DELETE, &format!("{TOKENS}/{name}"), Vec::new()).await
}

/// The row of a token in the list.
async fn listed(app: &TestApp, name: &str) -> Value {
    let list = app.operator().get(TOKENS).await.json();
    list["data"].as_array().unwrap().iter().find(|row| row["name"] == name).cloned().unwrap_or(Value::Null)
}

/// What an operation below `/v1/admin` takes. Whatever is not named here and changes something takes everything.
fn least_role(method: &str, path: &str) -> &'static str {
    match (method, path) {
        (_, path) if path.starts_with(TOKENS) => "owner",
        ("get", "/v1/admin/tenants/{tenant}/export") => "owner",
        ("get", _) => "read_only",
        ("post", "/v1/admin/tenants/{tenant}/unlock" | "/v1/admin/tenants/{tenant}/recipients/search") => {
            "support"
        }
        _ => "owner",
    }
}

#[tokio::test]
async fn each_role_may_do_what_its_power_allows_on_every_route_and_nothing_else() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let roles = ["owner", "support", "read_only"];
    let mut clients = Vec::new();
    for role in roles {
        clients.push(made(&app, role, role).await);
    }
    let before = app.database().number("SELECT count(*) FROM secret_keys");
    let description: Value = serde_json::from_str(otpmint::http::openapi()).unwrap();
    let mut walked = 0;
    for (path, methods) in description["paths"].as_object().unwrap() {
        let Some(below) = path.strip_prefix("/v1/admin/") else { continue };
        let named = below.replace("{tenant}", &tenant.handle).replace("{name}", "nobody");
        let named = format!("/v1/admin/{}", named.replace("{key}", "key_2222222222222222"));
        for method in methods.as_object().unwrap().keys() {
            let least = roles.iter().position(|role| *role == least_role(method, path)).unwrap();
            let verb = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).unwrap();
            // An invalid body: what is allowed comes to that, and changes nothing.
            for (at, api) in clients.iter().enumerate() {
                let answer = api.send(verb.clone(), &named, b"{}".to_vec()).await;
                if at <= least {
                    assert!(![401, 403].contains(&answer.status), "{} {verb} {path}: {answer:?}", roles[at]);
                } else {
                    let problem = assert_problem(&answer, 403, "role_not_allowed");
                    let detail = problem["detail"].as_str().unwrap();
                    assert!(
                        detail.ends_with(&format!("these do: {}.", roles[..=least].join(", "))),
                        "{detail}"
                    );
                }
            }
            walked += 1;
        }
    }
    assert!(walked >= 13, "{walked} operations");
    assert_eq!(app.database().number("SELECT count(*) FROM secret_keys"), before);
}

#[tokio::test]
async fn a_token_is_shown_once_and_known_by_its_hash_name_and_last_characters() {
    let app = TestApp::start().await;
    let answer = make(&app.operator(), json!({ "name": "desk", "role": "support" })).await;
    let secret = secret(&answer);
    assert_eq!(answer.header("location"), Some("/v1/admin/tokens/desk"));
    assert!(secret.starts_with("otpo_") && secret.len() == 5 + 43 + 6, "{secret}");
    let expected = json!({
        "name": "desk", "role": "support", "hint": secret[50..], "created_at": "2026-01-15T12:00:00Z",
        "expires_at": null, "last_used_at": null,
    });
    assert_eq!(listed(&app, "desk").await, expected);
    let body = app.operator().get(TOKENS).await.body;
    assert!(!body.contains(&secret) && !body.contains(&app.operator_token), "{body}");
    if !engine::on_postgres() {
        let bytes = app.database().bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
    let default = listed(&app, "default").await;
    assert_eq!((&default["role"], &default["expires_at"]), (&json!("owner"), &Value::Null));
}

#[tokio::test]
async fn the_last_use_is_written_down_once_a_minute() {
    let app = TestApp::start().await;
    let api = made(&app, "desk", "read_only").await;
    let used = async || listed(&app, "desk").await["last_used_at"].clone();
    for (after, expected) in [(0, "12:00:00"), (59, "12:00:00"), (1, "12:01:00"), (30, "12:01:00")] {
        app.clock.pass_seconds(after);
        assert_eq!(api.get("/v1/admin/nodes").await.status, 200);
        assert_eq!(used().await, format!("2026-01-15T{expected}Z"));
    }
    assert_problem(&app.api.bearing("otpo_wrong").get("/v1/admin/nodes").await, 401, "operator_token_needed");
    assert_eq!(used().await, "2026-01-15T12:01:00Z");
}

#[tokio::test]
async fn a_token_ends_when_it_expires_and_at_once_when_it_is_revoked() {
    let app = TestApp::start().await;
    let works = async |api: &Api| api.get("/v1/admin/nodes").await.status;
    let body = json!({ "name": "guest", "role": "owner", "expires_at": "2026-01-15T14:00:01+01:00" });
    let guest = app.api.bearing(&secret(&make(&app.operator(), body).await));
    let desk = made(&app, "desk", "owner").await;
    app.clock.pass_millis(3_600_999);
    assert_eq!((works(&guest).await, works(&desk).await), (200, 200));
    app.clock.pass_millis(1);
    assert_problem(&guest.get("/v1/admin/nodes").await, 401, "operator_token_needed");
    assert_eq!((works(&desk).await, listed(&app, "guest").await["role"].as_str()), (200, Some("owner")));
    // Whoever has a token of an owner may also give it up.
    let revoked = revoke(&desk, "desk").await;
    assert_eq!(revoked.status, 204);
    assert_problem(&desk.get("/v1/admin/nodes").await, 401, "operator_token_needed");
    assert_eq!(listed(&app, "desk").await, Value::Null);
    for (name, status, code) in [
        ("desk", 404, "token_not_found"),
        ("Guest", 404, "token_not_found"),
        ("%00", 404, "token_not_found"),
        ("default", 409, "token_of_settings"),
    ] {
        assert_problem(&revoke(&app.operator(), name).await, status, code);
    }
    assert_eq!(works(&app.operator()).await, 200);
}

#[tokio::test]
async fn a_token_that_was_revoked_elsewhere_is_over_on_this_server_too() {
    let app = TestApp::start().await;
    let desk = made(&app, "desk", "owner").await;
    assert_eq!(desk.get("/v1/admin/nodes").await.status, 200);
    // As another node or the shell does it.
    let name = otpmint::domain::operator_token::TokenName::parse("desk").unwrap();
    let done = (Default::default(), otpmint::domain::time::Clock::now(&*app.clock));
    app.office().await.store.revoke_operator_token(name, done).await.unwrap();
    assert_problem(&desk.get("/v1/admin/nodes").await, 401, "operator_token_needed");
}

#[tokio::test]
async fn what_is_no_token_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let api = app.operator();
    for (body, pointer) in [
        (json!({}), "/name"),
        (json!({ "name": "desk" }), "/role"),
        (json!({ "name": "", "role": "owner" }), "/name"),
        (json!({ "name": "default", "role": "owner" }), "/name"),
        (json!({ "name": "Desk", "role": "owner" }), "/name"),
        (json!({ "name": "a b", "role": "owner" }), "/name"),
        (json!({ "name": "a/b", "role": "owner" }), "/name"),
        (json!({ "name": "a".repeat(33), "role": "owner" }), "/name"),
        (json!({ "name": "desk", "role": "root" }), "/role"),
        (json!({ "name": "desk", "role": null }), "/role"),
        (json!({ "name": "desk", "role": "owner", "expires_at": "2026-01-15T12:00:00Z" }), "/expires_at"),
        (json!({ "name": "desk", "role": "owner", "expires_at": "tomorrow" }), "/expires_at"),
        (json!({ "name": "desk", "role": "owner", "more": 1 }), "/more"),
    ] {
        let problem = assert_problem(&make(&api, body.clone()).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    let tokens = || app.database().number("SELECT count(*) FROM operator_tokens");
    assert_eq!(tokens(), 1);
    for number in 0..100 {
        secret(&make(&api, json!({ "name": format!("t{number}"), "role": "read_only" })).await);
    }
    assert_problem(&make(&api, json!({ "name": "t7", "role": "owner" })).await, 409, "token_exists");
    assert_problem(&make(&api, json!({ "name": "more", "role": "owner" })).await, 409, "too_many_tokens");
    assert_eq!(tokens(), 101);
}

#[tokio::test]
async fn only_an_owners_token_registers_and_the_trail_names_it() {
    let app = TestApp::start().await;
    for role in ["support", "read_only"] {
        let api = made(&app, role, role).await;
        api.json().register(&app.registration()).await.is_problem(403, "role_not_allowed");
    }
    let api = made(&app, "deploy", "owner").await;
    let tenant = api.json().register(&app.registration()).await.json();
    let told = app.operator().get("/v1/admin/audit?event=tenant_registered").await.json();
    assert_eq!(told["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&told["data"][0]["actor"], &told["data"][0]["tenant"]),
        (&json!("token:deploy"), &tenant["tenant"])
    );
    let own = app.api.bearing(tenant["secretKey"].as_str().unwrap()).get("/v1/tenant/audit").await;
    assert_eq!(own.json()["data"][0]["actor"], "operator");
    assert!(!own.body.contains("deploy"), "{}", own.body);
}

#[tokio::test]
async fn the_trail_says_who_made_and_revoked_which_token_and_what_was_done_with_it() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let owner = made(&app, "deploy", "owner").await;
    let desk = app.api.bearing(&secret(&make(&owner, json!({ "name": "desk", "role": "support" })).await));
    let unlock = format!("/v1/admin/tenants/{}/unlock", tenant.handle);
    assert_eq!(desk.post(&unlock, &json!({ "to": JANE })).await.status, 200);
    let key = json!({ "name": "rescue", "scopes": ["mint"] });
    let granted = owner.post(&format!("/v1/admin/tenants/{}/keys", tenant.handle), &key).await.json();
    assert_eq!(revoke(&owner, "desk").await.status, 204);
    let page = app.operator().get("/v1/admin/audit").await.json();
    let rows = page["data"].as_array().unwrap().iter().take(4).map(|row| {
        ["event", "actor", "object", "origin"].map(|column| row[column].as_str().unwrap_or("-").to_owned())
    });
    let expected = [
        ["token_revoked", "token:deploy", "token:desk", "127.0.0.1"],
        ["key_added", "token:deploy", granted["key"].as_str().unwrap(), "127.0.0.1"],
        ["token_added", "token:deploy", "token:desk", "127.0.0.1"],
        ["token_added", "token:default", "token:deploy", "127.0.0.1"],
    ];
    assert_eq!(rows.collect::<Vec<_>>(), expected.map(|row| row.map(str::to_owned)));
}

#[tokio::test]
async fn the_file_still_has_the_token_of_an_owner_also_one_without_a_checksum() {
    let app = TestApp::start().await;
    let old = "otpo_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo";
    let app = app
        .restart(|settings| {
            std::fs::write(settings.data_dir.join("operator.token"), format!("{old}\n")).unwrap();
        })
        .await;
    let api = app.api.bearing(old);
    assert_problem(&app.operator().get(TOKENS).await, 401, "operator_token_needed");
    let row = api.get(TOKENS).await.json()["data"][0].clone();
    assert_eq!(
        (&row["name"], &row["role"], &row["hint"]),
        (&json!("default"), &json!("owner"), &json!("lyNo"))
    );
    // The next start finds the same and replaces nothing.
    let app = app.restart(|_| ()).await;
    let told = app.api.bearing(old).get("/v1/admin/audit?event=token_replaced").await.json();
    assert_eq!(told["data"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["data"][0]["object"], "token:default");
}
