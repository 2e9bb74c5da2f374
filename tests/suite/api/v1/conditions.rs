//! `ETag`, `If-Match` and `If-None-Match` on everything that a request can change.

use std::sync::Arc;

use reqwest::Method;
use reqwest::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::api::harness::{Answer, Api, TestApp};

/// Something that can be changed: where it is read, and the changes.
struct Resource {
    path: String,
    changes: Vec<(Method, String, Vec<u8>)>,
}

impl Resource {
    fn new(path: &str, changes: Vec<(Method, &str, Value)>) -> Self {
        let body = |body: Value| if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let change = |(method, path, value): (Method, &str, Value)| (method, path.to_owned(), body(value));
        Self { path: path.to_owned(), changes: changes.into_iter().map(change).collect() }
    }
}

async fn made(api: &Api, path: &str, body: Value, field: &str) -> String {
    let answer = api.post(path, &body).await;
    assert!(answer.status < 300, "{path}: {}", answer.body);
    answer.json()[field].as_str().expect("it has a name").to_owned()
}

fn route() -> Value {
    json!({ "transport": "smtp", "name": "mine", "host": "smtp.example.com", "port": 587, "username": "mine",
        "password": "mine", "from": "mine@sender.example" })
}

/// A PNG of one pixel.
const LOGO: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

/// One of everything of a tenant that a request can change, each with all its changes; deleting comes last.
async fn furnished(app: &TestApp, api: &Api, tester: &Api) -> Vec<Resource> {
    let route_id = made(api, "/v1/tenant/routes", route(), "id").await;
    let webhook = made(
        api,
        "/v1/tenant/webhooks",
        json!({ "url": "https://hooks.example.com/x", "events": ["challenge.expired"] }),
        "webhook",
    )
    .await;
    let key = made(api, "/v1/tenant/keys", json!({ "name": "x", "scopes": ["verify"] }), "key").await;
    let factor = made(api, "/v1/factors", json!({ "identity": "mine" }), "factor").await;
    let challenge = made(api, "/v1/challenges", json!({ "to": "mine@recipient.example" }), "key").await;
    let (template, short) = ("/v1/tenant/templates/login/de", "/v1/tenant/templates/login/de/text");
    let mail = json!({ "subject": "mine", "text": "mine {{ code }}" });
    let text = json!({ "text": "mine {{ code }}" });
    for (path, body) in [(template, &mail), (short, &text), ("/v1/tenant/hooks/supabase-sms", &json!({}))] {
        let answer = api.send(Method::PUT, path, body.to_string().into_bytes()).await;
        assert!(answer.status < 300, "{path}: {}", answer.body);
    }
    tester.post("/v1/challenges", &json!({ "to": "delivered@otpmint.test" })).await;
    let accounts = json!({ "accounts": [route_account()] });
    let tenant = made(&app.operator(), "/v1/admin/tenants", registration(), "tenant").await;
    let admin = format!("/v1/admin/tenants/{tenant}");
    let granted =
        made(&app.operator(), &format!("{admin}/keys"), json!({ "name": "x", "scopes": ["mint"] }), "key")
            .await;
    let at = |stem: &str, name: &str| format!("{stem}/{name}");
    let (route_path, webhook) = (at("/v1/tenant/routes", &route_id), at("/v1/tenant/webhooks", &webhook));
    let (key, factor) = (at("/v1/tenant/keys", &key), at("/v1/factors", &factor));
    let (challenge, granted) = (at("/v1/challenges", &challenge), format!("{admin}/keys/{granted}"));
    let hook = "/v1/tenant/hooks/supabase-sms";
    vec![
        Resource::new("/v1/tenant", vec![(Method::PATCH, "/v1/tenant", json!({ "name": "another" }))]),
        Resource::new(
            &route_path,
            vec![(Method::PUT, &route_path, route()), (Method::DELETE, &route_path, Value::Null)],
        ),
        Resource::new(
            &webhook,
            vec![
                (Method::PATCH, &webhook, json!({ "enabled": false })),
                (Method::DELETE, &webhook, Value::Null),
            ],
        ),
        Resource::new(template, vec![(Method::PUT, template, mail), (Method::DELETE, template, Value::Null)]),
        Resource::new(short, vec![(Method::PUT, short, text), (Method::DELETE, short, Value::Null)]),
        Resource::new(hook, vec![(Method::PUT, hook, json!({})), (Method::DELETE, hook, Value::Null)]),
        Resource::new(
            &key,
            vec![
                (Method::PATCH, &key, json!({ "allowed_networks": ["192.0.2.0/24"] })),
                (Method::DELETE, &key, Value::Null),
            ],
        ),
        Resource::new(&factor, vec![(Method::DELETE, &factor, Value::Null)]),
        Resource::new(&challenge, vec![(Method::DELETE, &challenge, Value::Null)]),
        Resource::new(
            &admin,
            vec![
                (Method::PATCH, &admin, json!({ "limits": { "mint_per_tenant": "7/1s" } })),
                (Method::PATCH, &admin, json!({ "status": "disabled" })),
                (Method::PATCH, &admin, json!({ "status": "active", "limits": { "mint_per_tenant": null } })),
            ],
        ),
        // Its tag is that of the list of the tenant's keys, which has no revision: only `*` matches.
        Resource::new(&granted, vec![(Method::DELETE, &granted, Value::Null)]),
        Resource::new("/v1/tenant/smtp", vec![(Method::PUT, "/v1/tenant/smtp", accounts)]),
        Resource::new("/v1/sandbox/outbox", vec![(Method::DELETE, "/v1/sandbox/outbox", Value::Null)]),
    ]
}

fn route_account() -> Value {
    json!({ "host": "smtp.example.com", "port": 587, "username": "mine", "password": "mine",
        "from": "mine@sender.example" })
}

fn registration() -> Value {
    json!({ "name": "Acme", "smtp": route_account() })
}

/// The tenant's own client, the operator's for what is below `/v1/admin`, and that of the sandbox for its mails.
struct Callers {
    tenant: Api,
    operator: Api,
    tester: Api,
}

impl Callers {
    async fn of(app: &TestApp) -> Self {
        let tenant = app.api.bearing(&app.tenant().await.key);
        let test = tenant.post("/v1/tenant/sandbox/keys", &json!({})).await.json();
        let tester = app.api.bearing(test["secret"].as_str().expect("a key"));
        Self { tenant, operator: app.operator(), tester }
    }

    fn for_path(&self, path: &str) -> &Api {
        match path {
            _ if path.starts_with("/v1/admin") => &self.operator,
            _ if path.starts_with("/v1/sandbox") => &self.tester,
            _ => &self.tenant,
        }
    }

    async fn ask(
        &self,
        (method, path, body): &(Method, String, Vec<u8>),
        header: Option<(HeaderName, &str)>,
    ) -> Answer {
        let api = self.for_path(path);
        let api = header.map_or_else(|| api.clone(), |(name, value)| api.with(name, value));
        api.send(method.clone(), path, body.clone()).await
    }

    async fn read(&self, path: &str) -> Answer {
        self.for_path(path).get(path).await
    }

    async fn tag(&self, path: &str) -> String {
        let read = self.read(path).await;
        assert_eq!(read.status, 200, "{path}: {}", read.body);
        read.header("etag").unwrap_or_else(|| panic!("{path} has no tag")).to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_refused_unless_what_it_expects_is_so() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let callers = Callers::of(&app).await;
    let mut walked = Vec::new();
    for resource in furnished(&app, &callers.tenant, &callers.tester).await {
        let is_tagged = !resource.path.contains("/keys/key_") || !resource.path.contains("/admin/");
        for change in &resource.changes {
            let (method, path, _) = change;
            let before = if is_tagged { Some(callers.read(&resource.path).await.body) } else { None };
            for wrong in ["\"424242-other\"", "W/\"424242\"", "nonsense", "\"424242\", \"424243\"", ""] {
                let refused = callers.ask(change, Some((IF_MATCH, wrong))).await;
                let what = format!("{method} {path} with {wrong:?}: {}", refused.body);
                assert_eq!(
                    (refused.status, &refused.json()["code"]),
                    (412, &json!("precondition_failed")),
                    "{what}"
                );
            }
            let absent = callers.ask(change, Some((IF_NONE_MATCH, "*"))).await;
            assert_eq!(absent.status, 412, "{method} {path}: {}", absent.body);
            if let Some(before) = before {
                assert_eq!(
                    callers.read(&resource.path).await.body,
                    before,
                    "{method} {path} changed something"
                );
            }
            let tag = if is_tagged { callers.tag(&resource.path).await } else { "*".to_owned() };
            let list = if is_tagged { format!("\"424242\", {tag}") } else { tag.clone() };
            let done = callers.ask(change, Some((IF_MATCH, &list))).await;
            assert!(done.status < 300, "{method} {path} with {list}: {} {}", done.status, done.body);
            if is_tagged && *method != Method::DELETE {
                let again = callers.ask(change, Some((IF_MATCH, &tag))).await;
                assert_eq!(again.status, 412, "{method} {path} twice: {}", again.body);
                assert_ne!(callers.tag(&resource.path).await, tag, "{method} {path} kept the tag");
            }
            walked.push((method.to_string(), path.clone()));
        }
    }
    // What has no body of its own to read.
    let logo = (Method::PUT, "/v1/tenant/logo".to_owned(), LOGO.to_vec());
    let no_logo = (Method::DELETE, "/v1/tenant/logo".to_owned(), Vec::new());
    for (change, again) in [(&logo, 412), (&no_logo, 404)] {
        let api = callers.tenant.with(HeaderName::from_static("content-type"), "image/png");
        let send = async |tag: &str| {
            api.with(IF_MATCH, tag).send(change.0.clone(), &change.1, change.2.clone()).await
        };
        assert_eq!(send("\"424242\"").await.status, 412);
        let tag = callers.tag("/v1/tenant").await;
        let done = send(&tag).await;
        assert!(done.status < 300, "{}", done.body);
        assert_eq!(send(&tag).await.status, again);
        walked.push((change.0.to_string(), change.1.clone()));
    }
    assert_walked(&walked);
}

/// What has no tag. Of blocks and operator tokens nothing but the end can be asked for, and a tenant that is to be deleted
/// is disabled first, and can be restored.
const WITHOUT_TAG: [(&str, &str); 3] = [
    ("delete", "/v1/tenant/phone/blocks/{id}"),
    ("delete", "/v1/admin/tokens/{name}"),
    ("delete", "/v1/admin/tenants/{tenant}"),
];

/// Fails if the description has a change that was not walked.
fn assert_walked(walked: &[(String, String)]) {
    let description: Value = serde_json::from_str(otpmint::http::openapi()).expect("JSON");
    let mut changes = 0;
    for (path, methods) in description["paths"].as_object().expect("paths") {
        for method in ["put", "patch", "delete"] {
            if !path.starts_with("/v1/") || methods[method].is_null() {
                continue;
            }
            changes += 1;
            if WITHOUT_TAG.contains(&(method, path.as_str())) {
                continue;
            }
            let is_walked =
                walked.iter().any(|(done, at)| done == &method.to_uppercase() && serves(path, at));
            assert!(is_walked, "{method} {path} is missing in this test");
            let parameters = methods[method]["parameters"].as_array().expect("parameters");
            let is_condition = |it: &Value| {
                it["name"] == "If-Match" || it["$ref"].as_str().is_some_and(|part| part.ends_with("If-Match"))
            };
            assert!(parameters.iter().any(is_condition), "{method} {path} does not say so");
        }
    }
    assert!(changes > 15, "{changes}");
}

fn serves(template: &str, path: &str) -> bool {
    let (wanted, given): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    wanted.len() == given.len()
        && wanted.iter().zip(&given).all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_read_has_a_tag_and_is_not_sent_again_to_who_has_it() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let callers = Callers::of(&app).await;
    let mut paths: Vec<_> = furnished(&app, &callers.tenant, &callers.tester)
        .await
        .into_iter()
        .map(|resource| resource.path)
        .filter(|path| !(path.contains("/admin/") && path.contains("/keys/")))
        .collect();
    let description: Value = serde_json::from_str(otpmint::http::openapi()).expect("JSON");
    let described = description["paths"].as_object().expect("paths");
    paths.extend(described.keys().filter(|path| path.starts_with("/v1/") && !path.contains('{')).cloned());
    let mut read = 0;
    for path in paths {
        // An export is written while it is read.
        let is_export = path == "/v1/tenant/export";
        if is_export
            || described.iter().any(|(template, methods)| serves(template, &path) && methods["get"].is_null())
        {
            continue;
        }
        let asked = if path == "/v1/factors" { format!("{path}?identity=mine") } else { path.clone() };
        let tag = callers.tag(&asked).await;
        let known = callers.for_path(&path).with(IF_NONE_MATCH, &format!("\"x\", W/{tag}")).get(&asked).await;
        assert_eq!((known.status, known.body.as_str()), (304, ""), "{path}");
        assert_eq!(known.header("etag"), Some(tag.as_str()), "{path}");
        let other = callers.for_path(&path).with(IF_NONE_MATCH, "\"x\"").get(&asked).await;
        assert_eq!(other.status, 200, "{path}");
        read += 1;
    }
    assert!(read > 20, "{read}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_can_be_made_only_where_there_is_none() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let callers = Callers::of(&app).await;
    let path = "/v1/tenant/templates/login/de".to_owned();
    let body = json!({ "subject": "mine", "text": "mine {{ code }}" }).to_string().into_bytes();
    let put = (Method::PUT, path.clone(), body);
    assert_eq!(callers.ask(&put, Some((IF_MATCH, "*"))).await.status, 412, "there is nothing to replace");
    let made = callers.ask(&put, Some((IF_NONE_MATCH, "*"))).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.header("etag"), Some(callers.tag(&path).await.as_str()), "as a GET shows it");
    assert_eq!(callers.ask(&put, Some((IF_NONE_MATCH, "*"))).await.status, 412);
    let delete = (Method::DELETE, path.clone(), Vec::new());
    assert_eq!(callers.ask(&delete, None).await.status, 204);
    // The new one is another, whose tag is not that of the first.
    let first = made.header("etag").expect("a tag").to_owned();
    assert_eq!(callers.ask(&put, None).await.status, 201);
    assert_eq!(callers.ask(&put, Some((IF_MATCH, &first))).await.status, 412);
    let none = (Method::DELETE, "/v1/tenant/webhooks/whk_2222222222222222".to_owned(), Vec::new());
    assert_eq!(callers.ask(&none, Some((IF_MATCH, "\"1\""))).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_with_the_same_tag_one_wins() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let callers = Callers::of(&app).await;
    let webhook = made(
        &callers.tenant,
        "/v1/tenant/webhooks",
        json!({ "url": "https://hooks.example.com/x" }),
        "webhook",
    )
    .await;
    let template = "/v1/tenant/templates/login/de".to_owned();
    let text = |number: usize| json!({ "subject": "x", "text": format!("{number} {{{{ code }}}}") });
    callers.tenant.send(Method::PUT, &template, text(99).to_string().into_bytes()).await;
    let webhook = format!("/v1/tenant/webhooks/{webhook}");
    type Change = fn(usize) -> Value;
    let changes: [(Method, String, Change); 4] = [
        (Method::PATCH, "/v1/tenant".to_owned(), |number| json!({ "name": format!("app {number}") })),
        (Method::PATCH, webhook, |number| json!({ "description": format!("{number}") })),
        (
            Method::PUT,
            template,
            |number| json!({ "subject": "x", "text": format!("{number} {{{{ code }}}}") }),
        ),
        (Method::PUT, "/v1/tenant/smtp".to_owned(), |number| {
            let mut account = route_account();
            account["username"] = json!(format!("user{number}"));
            json!({ "accounts": [account] })
        }),
    ];
    for (method, path, body) in changes {
        for _ in 0..3 {
            let api = callers.tenant.with(IF_MATCH, &callers.tag(&path).await);
            let barrier = Arc::new(Barrier::new(16));
            let tasks: Vec<_> = (0..16)
                .map(|number| {
                    let (api, method, path) = (api.clone(), method.clone(), path.clone());
                    let (body, barrier) = (body(number).to_string().into_bytes(), Arc::clone(&barrier));
                    tokio::spawn(async move {
                        barrier.wait().await;
                        (api.send(method, &path, body).await, number)
                    })
                })
                .collect();
            let mut won = Vec::new();
            for task in tasks {
                let (answer, number) = task.await.expect("an answer");
                match answer.status {
                    412 => {}
                    200 => won.push(number),
                    status => panic!("{path}: {status} {}", answer.body),
                }
            }
            assert_eq!(won.len(), 1, "{path}");
            let now = callers.read(&path).await.body;
            let written = body(won[0]);
            let mark = match &written {
                Value::Object(fields) if fields.contains_key("accounts") => format!("user{}", won[0]),
                Value::Object(fields) => {
                    fields.values().next_back().and_then(Value::as_str).expect("a text").to_owned()
                }
                _ => unreachable!("a body is an object"),
            };
            assert!(now.contains(&mark), "{path}: the winner's is kept: {now}");
        }
    }
}
