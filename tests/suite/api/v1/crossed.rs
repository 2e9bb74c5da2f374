//! Two tenants, crossed on every operation: to each, the other's data looks as if it never existed.

use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::{Value, json};

use super::unnamed;
use crate::api::harness::{Answer, Api, TestApp};

/// What a tenant owns, by the path under which it is found, and an unused name of the same shape.
struct Owned {
    path: &'static str,
    name: String,
    nothing: &'static str,
}

/// One of everything that has a name, of the tenant behind `api`.
async fn furnish(app: &TestApp, api: &Api) -> Vec<Owned> {
    let made = async |path: &str, body: Value, field: &str| {
        let answer = api.post(path, &body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.body);
        answer.json()[field].as_str().expect("it has a name").to_owned()
    };
    // Sent before anything is compared, and posted to no webhook: nothing changes by itself from here on.
    let waiting = api.with(HeaderName::from_static("prefer"), "wait=10");
    let minted = waiting.post("/v1/challenges", &json!({ "to": "mine@recipient.example" })).await.json();
    let challenge = minted["key"].as_str().expect("it has a name").to_owned();
    let key = made("/v1/tenant/keys", json!({ "name": "mine", "scopes": ["verify"] }), "key").await;
    let relay = made("/v1/tenant/keys", json!({ "name": "relays", "scopes": ["relay"] }), "secret").await;
    let relay = waiting.bearing(&relay);
    let message = json!({ "to": "relayed@recipient.example", "code": "314159" });
    let message = relay.post("/v1/messages", &message).await.json()["id"].as_str().expect("an id").to_owned();
    let hook = api.send(Method::PUT, "/v1/tenant/hooks/supabase-sms", Vec::new()).await;
    assert_eq!(hook.status, 200, "{}", hook.body);
    let template = json!({ "subject": "mine", "text": "mine {{ code }}" });
    let path = "/v1/tenant/templates/mine/de";
    let answer = api.send(Method::PUT, path, template.to_string().into_bytes()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let short = json!({ "text": "mine {{ code }}" });
    let answer = api.send(Method::PUT, &format!("{path}/text"), short.to_string().into_bytes()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    // It gets no events here, so that it stays unchanged.
    let webhook = json!({ "url": "https://hooks.example.com/mine", "events": ["challenge.expired"] });
    let webhook = made("/v1/tenant/webhooks", webhook, "webhook").await;
    let factor = made("/v1/factors", json!({ "identity": "mine" }), "factor").await;
    let route = json!({ "transport": "smtp", "name": "mine", "host": "smtp.example.com", "port": 587,
        "username": "mine", "password": "mine", "from": "mine@sender.example" });
    let route = made("/v1/tenant/routes", route, "id").await;
    // Until a time that the stopped clock never reaches.
    app.database().change(
        "INSERT INTO phone_blocks (tenant, rule, key, subject, refuses, since, until, refused) \
         SELECT min(id), 'sends_per_prefix', x'00112233445566778899aabbccddeeff', 'mine', 1, 1, \
         9000000000000, 1 FROM tenants",
    );
    assert_eq!(app.mails_to("nobody@recipient.example"), 0);
    vec![
        Owned { path: "/v1/challenges/{key}", name: challenge, nothing: "AAAAAAAAAAAAAAAAAAAAAAA" },
        Owned { path: "/v1/messages/{id}", name: message, nothing: "AAAAAAAAAAAAAAAAAAAAAAA" },
        Owned {
            path: "/v1/tenant/hooks/{product}",
            name: "supabase-sms".to_owned(),
            nothing: "supabase-email",
        },
        Owned { path: "/v1/factors/{id}", name: factor, nothing: "fct_2222222222222222" },
        Owned { path: "/v1/tenant/webhooks/{id}", name: webhook, nothing: "whk_2222222222222222" },
        Owned { path: "/v1/tenant/routes/{id}", name: route, nothing: "smtp_2222222222222222" },
        Owned { path: "/v1/tenant/keys/{key}", name: key, nothing: "key_2222222222222222" },
        Owned {
            path: "/v1/tenant/templates/{purpose}/{locale}/{medium}",
            name: "mine/de/text".to_owned(),
            nothing: "none/de/text",
        },
        Owned {
            path: "/v1/tenant/phone/blocks/{id}",
            name: "sends_per_prefix-00112233445566778899aabbccddeeff".to_owned(),
            nothing: "sends_per_prefix-ff112233445566778899aabbccddeeff",
        },
        Owned {
            path: "/v1/tenant/templates/{purpose}/{locale}",
            name: "mine/de".to_owned(),
            nothing: "none/de",
        },
    ]
}

/// The operations of the description that take a secret key: method, path, an example body.
fn operations() -> Vec<(Method, String, Value)> {
    let description: Value = serde_json::from_str(otpmint::http::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in ["get", "put", "patch", "post", "delete"] {
            let operation = &methods[method];
            let schemes = operation["security"].as_array().into_iter().flatten();
            if schemes.into_iter().any(|scheme| scheme.get("secretKey").is_some()) {
                let body = operation["requestBody"]["content"]["application/json"]["example"].clone();
                found.push((method.to_uppercase().parse().unwrap(), path.clone(), body));
            }
        }
    }
    assert!(found.len() > 20, "{found:?}");
    found
}

/// The path with `name` instead of its parameters.
fn placed(path: &str, owned: &Owned, name: &str) -> String {
    let stem = owned.path.split_once("/{").map_or(owned.path, |(stem, _)| stem);
    path.replacen(owned.path, &format!("{stem}/{name}"), 1)
}

async fn ask(api: &Api, method: &Method, path: &str, body: &Value) -> Answer {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    api.send(method.clone(), path, body).await
}

/// Everything that a tenant can read about itself, except what every request changes.
async fn everything(api: &Api) -> Vec<(String, String)> {
    let mut read = Vec::new();
    for (method, path, _) in operations() {
        if method == Method::GET && !path.contains('{') && path != "/v1/tenant/audit" {
            let answer = api.get(&path).await;
            let is_problem = answer.status >= 400;
            read.push((path, if is_problem { unnamed(&answer).to_string() } else { answer.body }));
        }
    }
    read
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_one_tenant_is_to_another_as_if_it_never_was() {
    let app = TestApp::start().await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    let (mine, theirs) = (app.api.bearing(&one.key), app.api.bearing(&other.key));
    let owned = furnish(&app, &mine).await;
    let before = everything(&mine).await;
    for (method, path, body) in operations() {
        if !path.contains('{') {
            continue;
        }
        let owned = owned.iter().find(|owned| path.starts_with(owned.path));
        let owned = owned.unwrap_or_else(|| panic!("{path} is missing in this test"));
        let foreign = ask(&theirs, &method, &placed(&path, owned, &owned.name), &body).await;
        let is_named_by_each =
            ["/v1/tenant/templates", "/v1/tenant/hooks"].iter().any(|start| path.starts_with(start));
        if method == Method::PUT && is_named_by_each {
            // Each tenant names its own, so this one is the other's from now on.
            assert!([200, 201].contains(&foreign.status), "{path}: {}", foreign.body);
            ask(&theirs, &Method::DELETE, &placed(&path, owned, &owned.name), &Value::Null).await;
            continue;
        }
        let unknown = ask(&theirs, &method, &placed(&path, owned, owned.nothing), &body).await;
        assert_eq!(foreign.status, 404, "{method} {path}: {}", foreign.body);
        assert_eq!(unnamed(&foreign), unnamed(&unknown), "{method} {path}");
    }
    assert_eq!(everything(&mine).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tenant_reads_names_nothing_of_another() {
    let app = TestApp::start().await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    let (mine, theirs) = (app.api.bearing(&one.key), app.api.bearing(&other.key));
    let owned = furnish(&app, &mine).await;
    let names: Vec<&str> = owned.iter().filter_map(|owned| owned.name.split('/').next()).collect();
    for (path, read) in everything(&theirs).await {
        for name in names.iter().chain([&one.handle.as_str()]) {
            assert!(!read.contains(name), "{path} tells {name}: {read}");
        }
    }
    let audit = theirs.get("/v1/tenant/audit").await.body;
    assert!(names.iter().all(|name| !audit.contains(name)), "{audit}");
}
