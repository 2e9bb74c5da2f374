//! The operator's routes.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Backend, assert_problem, minted};
use crate::api::harness::{Answer, Api, JANE, TestApp, wrong};

const TENANTS: &str = "/v1/admin/tenants";

/// The operator's client.
fn operator(app: &TestApp) -> Api {
    app.api.bearing(&app.operator_token)
}

async fn patch(api: &Api, path: &str, body: &Value) -> Answer {
    api.send(Method::PATCH, path, body.to_string().into_bytes()).await
}

/// Every operation, with a valid body.
fn operations(tenant: &str) -> Vec<(Method, String, Value)> {
    let one = format!("{TENANTS}/{tenant}");
    vec![
        (Method::GET, TENANTS.to_owned(), Value::Null),
        (Method::POST, TENANTS.to_owned(), json!({})),
        (Method::GET, one.clone(), Value::Null),
        (Method::PATCH, one.clone(), json!({ "status": "disabled" })),
        (Method::POST, format!("{one}/keys"), json!({ "name": "x", "scopes": ["mint"] })),
        (Method::DELETE, format!("{one}/keys/key_2222222222222222"), Value::Null),
        (Method::POST, format!("{one}/unlock"), json!({ "to": JANE })),
        (Method::DELETE, one.clone(), Value::Null),
        (Method::POST, format!("{one}/restore"), Value::Null),
        (Method::GET, "/v1/admin/stats".to_owned(), Value::Null),
        (Method::GET, "/v1/admin/audit".to_owned(), Value::Null),
        (Method::GET, "/v1/admin/nodes".to_owned(), Value::Null),
        (Method::GET, "/v1/admin/tokens".to_owned(), Value::Null),
        (Method::POST, "/v1/admin/tokens".to_owned(), json!({ "name": "desk", "role": "owner" })),
        (Method::DELETE, "/v1/admin/tokens/desk".to_owned(), Value::Null),
    ]
}

#[tokio::test]
async fn nobody_but_the_operator_gets_in_and_the_token_is_no_secret_key() {
    let app = TestApp::with(|settings| {
        settings.limits.wrong_keys_per_address = "1000/1m".parse().unwrap();
        settings.limits.verify_per_address = "1000/1m".parse().unwrap();
    })
    .await;
    let tenant = app.tenant().await;
    for (method, path, body) in operations(&tenant.handle) {
        for api in [app.api.clone(), app.api.bearing(&tenant.key), app.api.bearing("otpo_not-the-token")] {
            let answer = api.send(method.clone(), &path, body.to_string().into_bytes()).await;
            assert_problem(&answer, 401, "operator_token_needed");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
    let api = operator(&app);
    assert_problem(&api.get("/v1/tenant/stats").await, 401, "invalid_secret_key");
    assert_problem(&api.post("/v1/challenges", &json!({ "to": JANE })).await, 401, "invalid_secret_key");
    assert_eq!(app.database().number("SELECT count(*) FROM tenants WHERE status = 'disabled'"), 0);
    assert_eq!(app.database().number("SELECT count(*) FROM secret_keys"), 1);
}

#[tokio::test]
async fn who_guesses_the_token_is_held_up_and_the_operator_is_not() {
    let app =
        TestApp::with(|settings| settings.limits.wrong_keys_per_address = "3/1m".parse().unwrap()).await;
    let guess = async |number: usize| app.api.bearing(&format!("otpo_guess-{number}")).get(TENANTS).await;
    for number in 0..3 {
        assert_problem(&guess(number).await, 401, "operator_token_needed");
    }
    assert_problem(&guess(3).await, 429, "wrong_keys_per_address");
    for _ in 0..40 {
        assert_eq!(operator(&app).get(TENANTS).await.status, 200);
    }
}

#[tokio::test]
async fn switched_off_there_is_nothing_for_anybody() {
    let app = TestApp::with(|settings| settings.admin.enabled = false).await;
    for (method, path, body) in operations("tnt_4hq7k2m9x3c8v5bn") {
        let answer = operator(&app).send(method, &path, body.to_string().into_bytes()).await;
        assert_problem(&answer, 404, "not_found");
    }
}

#[tokio::test]
async fn a_tenant_is_registered_also_when_registration_is_closed_and_its_key_works() {
    let app = TestApp::with(|settings| settings.registration.mode = otpmint::config::Mode::Closed).await;
    let api = operator(&app);
    let smtp = json!({
        "host": "localhost", "port": app.mail.address().port(),
        "username": crate::api::harness::SMTP_MAIL, "password": crate::api::harness::SMTP_PASSWORD,
        "from": crate::api::harness::SMTP_MAIL,
    });
    let with = |field: &str, value: Value| {
        let mut smtp = smtp.clone();
        smtp[field] = value;
        json!({ "smtp": smtp })
    };
    let answer = api.post(TENANTS, &json!({ "name": "Acme", "smtp": smtp })).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let told = answer.json();
    let (handle, secret) = (told["tenant"].as_str().unwrap(), told["secret"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(format!("{TENANTS}/{handle}").as_str()));
    assert_eq!(
        (&told["name"], &told["status"], &told["sandbox_of"]),
        (&json!("Acme"), &json!("active"), &Value::Null)
    );
    assert_eq!(app.api.bearing(secret).post("/v1/challenges", &json!({ "to": JANE })).await.status, 201);
    let shown = api.get(&format!("{TENANTS}/{handle}")).await;
    assert!(!shown.body.contains(secret), "shown once");
    assert_eq!(shown.json()["keys"][0]["scopes"], json!(["mint", "verify", "manage"]));
    let chosen = json!({ "smtp": smtp, "secret_key": "chosen-by-a-person-8Wq2" });
    assert_eq!(api.post(TENANTS, &chosen).await.json()["secret"], Value::Null);
    assert_problem(&api.post(TENANTS, &chosen).await, 400, "secret_key_unusable");
    for (body, pointer) in [
        (json!({}), "/smtp"),
        (json!({ "smtp": null }), "/smtp"),
        (with("host", json!("a b")), "/smtp/host"),
        (with("port", json!(0)), "/smtp/port"),
        (with("from", json!("a")), "/smtp/from"),
        (with("password", json!("")), "/smtp/password"),
        (with("password", Value::Null), "/smtp/password"),
        (with("id", json!("smtp_4hq7k2m9x3c8v5bn")), "/smtp/id"),
        (json!({ "smtp": smtp, "name": "a\nb" }), "/name"),
    ] {
        let problem = assert_problem(&api.post(TENANTS, &body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(app.database().number("SELECT count(*) FROM tenants"), 2);
}

#[tokio::test]
async fn tenants_are_listed_page_by_page() {
    let app = TestApp::start().await;
    let mut expected = Vec::new();
    for _ in 0..5 {
        expected.push(app.tenant().await.handle);
    }
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = operator(&app).get(&format!("{TENANTS}?limit=2{cursor}")).await.json();
        found.extend(
            page["data"].as_array().unwrap().iter().map(|t| t["tenant"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, expected);
    for bad in ["limit=0", "cursor=x", "status=active"] {
        let answer = operator(&app).get(&format!("{TENANTS}?{bad}")).await;
        assert_problem(&answer, 422, "invalid_parameter");
    }
}

#[tokio::test]
async fn a_tenant_that_is_switched_off_can_do_nothing_until_it_is_on_again() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let api = operator(&app);
    let path = format!("{TENANTS}/{}", tenant.handle);
    let live = app.api.bearing(&tenant.key);
    let made = live.post("/v1/tenant/sandbox/keys", &json!({})).await.json();
    let sandbox = app.api.bearing(made["secret"].as_str().unwrap());
    // The server caches both for a moment, and must forget them.
    assert_eq!((live.get("/v1/tenant").await.status, sandbox.get("/v1/tenant").await.status), (200, 200));
    let off = patch(&api, &path, &json!({ "status": "disabled" })).await;
    assert_eq!((off.status, &off.json()["status"]), (200, &json!("disabled")));
    assert_problem(&live.get("/v1/tenant").await, 401, "invalid_secret_key");
    assert_problem(&sandbox.get("/v1/tenant").await, 401, "invalid_secret_key");
    assert_eq!(app.api.bearing(&other.key).get("/v1/tenant").await.status, 200);
    // A second time changes nothing and leaves no row.
    assert_eq!(patch(&api, &path, &json!({ "status": "disabled" })).await.status, 200);
    assert_eq!(patch(&api, &path, &json!({ "status": "active" })).await.json()["status"], "active");
    assert_eq!((live.get("/v1/tenant").await.status, sandbox.get("/v1/tenant").await.status), (200, 200));
    let trail = api.get(&format!("/v1/admin/audit?tenant={}", tenant.handle)).await.json();
    let rows = trail["data"].as_array().unwrap();
    let told: Vec<_> =
        rows.iter().map(|row| (row["event"].as_str().unwrap(), row["origin"].as_str())).collect();
    let told: Vec<_> = told.into_iter().filter(|(event, _)| event.starts_with("tenant_")).collect();
    let from = Some("127.0.0.1");
    assert_eq!(told, [("tenant_enabled", from), ("tenant_disabled", from), ("tenant_registered", from)]);
    for bad in [json!({}), json!({ "status": "off" }), json!({ "status": "active", "name": "x" })] {
        assert_problem(&patch(&api, &path, &bad).await, 422, "invalid_field");
    }
}

#[tokio::test]
async fn who_is_not_there_is_not_found() {
    let app = TestApp::start().await;
    for handle in ["tnt_4hq7k2m9x3c8v5bn", "made-up", "tnt_", "%00"] {
        for (method, path, body) in operations(handle) {
            if path.contains(handle) {
                let answer = operator(&app).send(method, &path, body.to_string().into_bytes()).await;
                assert_problem(&answer, 404, "tenant_not_found");
            }
        }
    }
    let named = operator(&app).get("/v1/admin/stats?tenant=tnt_4hq7k2m9x3c8v5bn").await;
    assert_problem(&named, 404, "tenant_not_found");
}

#[tokio::test]
async fn a_tenant_that_has_lost_its_key_is_given_one_with_the_scopes_chosen() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = operator(&app);
    let path = format!("{TENANTS}/{}/keys", tenant.handle);
    let answer = api.post(&path, &json!({ "name": "rescue", "scopes": ["manage"] })).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let told = answer.json();
    let rescued = app.api.bearing(told["secret"].as_str().unwrap());
    assert_eq!(rescued.get("/v1/tenant").await.json()["tenant"], tenant.handle);
    assert_problem(&rescued.post("/v1/challenges", &json!({ "to": JANE })).await, 403, "insufficient_scope");
    assert_eq!(app.api.bearing(&tenant.key).get("/v1/tenant").await.status, 200);
    let trail = rescued.get("/v1/tenant/audit?event=key_added").await.json();
    assert_eq!(trail["data"][0]["origin"], "127.0.0.1");
    for (body, pointer) in [
        (json!({ "name": "", "scopes": ["mint"] }), "/name"),
        (json!({ "name": "x", "scopes": [] }), "/scopes"),
        (json!({ "name": "x", "scopes": ["root"] }), "/scopes/0"),
        (json!({ "name": "rescue", "scopes": ["mint"] }), "/name"),
    ] {
        let problem = assert_problem(&api.post(&path, &body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
}

#[tokio::test]
async fn the_operator_grants_no_more_keys_than_a_tenant_may_have_and_test_keys_to_sandboxes() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = operator(&app);
    let key = |number: usize| json!({ "name": format!("key {number}"), "scopes": ["mint"] });
    let path = format!("{TENANTS}/{}/keys", tenant.handle);
    for number in 2..=20 {
        assert_eq!(api.post(&path, &key(number)).await.status, 201);
    }
    assert_problem(&api.post(&path, &key(21)).await, 409, "too_many_keys");
    let owner = app.api.bearing(&tenant.key);
    let made = owner.post("/v1/tenant/sandbox/keys", &json!({})).await.json();
    let sandbox = format!("{TENANTS}/{}", made["tenant"].as_str().unwrap());
    assert_eq!(api.get(&sandbox).await.json()["sandbox_of"], tenant.handle);
    let granted = api.post(&format!("{sandbox}/keys"), &key(1)).await.json();
    assert!(granted["secret"].as_str().unwrap().starts_with("otpm_test_"), "{granted}");
}

#[tokio::test]
async fn a_locked_out_recipient_is_let_in_again_by_its_tenant_or_the_operator() {
    let app = TestApp::with(|settings| {
        settings.limits.failures_in_a_row = 3;
        settings.limits.sends_per_recipient = vec!["50/1h".parse().unwrap()];
    })
    .await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let backend = Backend::of(&app, &tenant);
    let to = json!({ "to": JANE });
    let by_operator = format!("{TENANTS}/{}/unlock", tenant.handle);
    let own = (app.api.bearing(&tenant.key), "/v1/tenant/recipients/unlock");
    for (api, path) in [own, (operator(&app), by_operator.as_str())] {
        let (key, code) = minted(&app, &backend, &to).await;
        for _ in 0..3 {
            backend.verify(&key, &wrong(&code)).await;
        }
        assert_problem(&backend.verify(&key, &code).await, 429, "recipient_lockout");
        let stranger = app.api.bearing(&other.key).post("/v1/tenant/recipients/unlock", &to).await;
        assert_eq!(stranger.json()["unlocked"], false);
        assert_problem(&backend.verify(&key, &code).await, 429, "recipient_lockout");
        let answer = api.post(path, &to).await;
        answer.is(200, r#"{"to":"j***@r***.example","unlocked":true}"#);
        assert_eq!(backend.verify(&key, &code).await.status, 200);
        assert_problem(&api.post(path, &json!({ "to": "jane" })).await, 422, "invalid_field");
    }
}

#[tokio::test]
async fn the_operator_sees_all_tenants_or_one() {
    let app = TestApp::start().await;
    let (one, two) = (app.tenant().await, app.tenant().await);
    minted(&app, &Backend::of(&app, &one), &json!({ "to": JANE })).await;
    minted(&app, &Backend::of(&app, &two), &json!({ "to": JANE })).await;
    minted(&app, &Backend::of(&app, &two), &json!({ "to": "joe@example.com" })).await;
    let api = operator(&app);
    let stats = async |query: &str| api.get(&format!("/v1/admin/stats{query}")).await.json()["data"].clone();
    assert_eq!(stats("").await[0]["minted"], 3);
    let each = stats("?group_by=day,tenant").await;
    let told: Vec<_> =
        each.as_array().unwrap().iter().map(|g| (g["tenant"].as_str(), &g["minted"])).collect();
    assert_eq!(told, [(Some(one.handle.as_str()), &json!(1)), (Some(two.handle.as_str()), &json!(2))]);
    assert_eq!(stats(&format!("?tenant={}", two.handle)).await[0]["minted"], 2);
    let trail = api.get("/v1/admin/audit?event=minted&limit=2").await.json();
    let tenants: Vec<_> =
        trail["data"].as_array().unwrap().iter().map(|row| row["tenant"].as_str()).collect();
    assert_eq!(tenants, [Some(two.handle.as_str()); 2]);
    assert!(trail["next"].is_string());
}

#[tokio::test]
async fn the_operator_sees_the_server_as_the_only_node() {
    let app = TestApp::start().await;
    app.clock.pass_seconds(3_600);
    let told = operator(&app).get("/v1/admin/nodes").await.json();
    let [node] = told["data"].as_array().unwrap().as_slice() else { panic!("{told}") };
    assert_eq!((&node["node"], &node["kind"]), (&json!(0), &json!("server")), "{node}");
    assert_eq!((&node["status"], &node["this"]), (&json!("current"), &json!(true)), "{node}");
    assert_eq!(
        (&node["duties"], &node["clock_ahead_ms"]),
        (&json!(["housekeeping"]), &Value::Null),
        "{node}"
    );
    assert_eq!(node["joined_at"], "2026-01-15T12:00:00Z");
    assert_eq!(node["seen_at"], "2026-01-15T13:00:00Z");
    assert_eq!(node["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn the_operator_revokes_one_key_even_the_last_one_and_no_other_tenants() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let api = operator(&app);
    let keys = async |tenant: &str| {
        let told = api.get(&format!("{TENANTS}/{tenant}")).await.json();
        let keys = told["keys"].as_array().unwrap().clone();
        keys.iter().map(|key| key["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (first, theirs) = (keys(&tenant.handle).await.remove(0), keys(&other.handle).await.remove(0));
    let revoke = async |tenant: &str, key: &str| {
        api.send(Method::DELETE, &format!("{TENANTS}/{tenant}/keys/{key}"), Vec::new()).await
    };
    // Of another tenant, of none, and nonsense.
    for (of, key) in
        [(&tenant.handle, theirs.as_str()), (&tenant.handle, "key_2222222222222222"), (&other.handle, "x")]
    {
        assert_problem(&revoke(of, key).await, 404, "key_not_found");
    }
    assert_problem(&revoke("tnt_2222222222222222", &first).await, 404, "tenant_not_found");
    assert_eq!((keys(&tenant.handle).await.len(), keys(&other.handle).await.len()), (1, 1));
    assert_eq!(app.api.bearing(&tenant.key).get("/v1/tenant").await.status, 200);

    let revoked = revoke(&tenant.handle, &first).await;
    assert_eq!((revoked.status, revoked.body.as_str()), (204, ""), "{revoked:?}");
    assert_problem(&app.api.bearing(&tenant.key).get("/v1/tenant").await, 401, "invalid_secret_key");
    assert_eq!(app.api.bearing(&other.key).get("/v1/tenant").await.status, 200);
    assert_problem(&revoke(&tenant.handle, &first).await, 404, "key_not_found");
    let events = api.get("/v1/admin/audit?event=key_revoked").await.json();
    assert_eq!(events["data"].as_array().unwrap().len(), 1);
    assert_eq!(events["data"][0]["tenant"], tenant.handle.as_str());
}
