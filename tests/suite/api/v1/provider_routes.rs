//! Routes through providers: added, shown without their secrets, used, and checked.

use std::fs::OpenOptions;
use std::io::Write as _;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use otpmint::config::Settings;
use otpmint::domain::network::PortRule;
use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::{Value, json};

use super::{Backend, assert_problem};
use crate::api::harness::{Answer, Api, Tenant, TestApp};
use crate::delivery::providers::server::{Provider, Reply};

const ROUTES: &str = "/v1/tenant/routes";
const SECRET: &str = "hunter22-hunter22";
const MOBILE: &str = "+4915123456789";
const PUBLIC_URL: &str = "https://otp.example";
const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";

struct World {
    app: TestApp,
    tenant: Tenant,
    api: Api,
}

/// A server that trusts these providers, with a tenant that sends to Germany.
async fn world(providers: &[&Provider]) -> World {
    let pem: String = providers.iter().map(|provider| provider.ca_pem.as_str()).collect();
    let app = TestApp::with(|settings| {
        settings.outbound.webhook_ports = PortRule::Any;
        settings.server.public_url = PUBLIC_URL.to_owned();
        let mut file = OpenOptions::new().append(true).open(&settings.outbound.ca_file).expect("the file");
        file.write_all(pem.as_bytes()).expect("written");
    })
    .await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let phone = json!({ "phone": { "countries": ["DE"] } }).to_string().into_bytes();
    assert_eq!(api.send(Method::PATCH, "/v1/tenant", phone).await.status, 200);
    World { app, tenant, api }
}

fn twilio(provider: &Provider) -> Value {
    json!({
        "transport": "twilio", "name": "texts", "secret": SECRET,
        "settings": {
            "account_sid": ACCOUNT, "from": { "default": "Acme", "1": "+15550100" },
            "base_url": format!("https://localhost:{}", provider.port),
        },
    })
}

fn vonage(provider: &Provider) -> Value {
    json!({
        "transport": "http", "secret": SECRET,
        "settings": {
            "preset": "vonage", "account": "acme", "from": "Acme",
            "base_url": format!("https://localhost:{}", provider.port),
        },
    })
}

fn at(route: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = route.clone();
    let (place, name) = pointer.rsplit_once('/').unwrap();
    changed.pointer_mut(place).unwrap()[name] = value;
    changed
}

fn without(route: &Value, name: &str) -> Value {
    let mut changed = route.clone();
    changed.as_object_mut().unwrap().remove(name);
    changed
}

async fn add(api: &Api, route: &Value) -> Value {
    let answer = api.post(ROUTES, route).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert!(!answer.body.contains(SECRET) && !answer.body.contains("secret"), "{}", answer.body);
    answer.json()
}

async fn put(api: &Api, route: &Value, body: &Value) -> Answer {
    let path = format!("{ROUTES}/{}", route["id"].as_str().unwrap());
    api.send(Method::PUT, &path, body.to_string().into_bytes()).await
}

#[track_caller]
fn is_wrong(answer: &Answer, pointer: &str) {
    let problem = assert_problem(answer, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], pointer, "{}", answer.body);
}

fn taken() -> Reply {
    Reply::Json(201, r#"{"sid":"SM1","status":"queued"}"#.to_owned())
}

/// The field of a form that a provider heard.
fn field(request: &str, name: &str) -> String {
    let body = request.split_once("\r\n\r\n").unwrap().1;
    url::form_urlencoded::parse(body.as_bytes()).find(|(known, _)| known == name).unwrap().1.into_owned()
}

#[tokio::test]
async fn a_code_reaches_a_phone_and_is_verified() {
    let provider = Provider::start([taken()]).await;
    let World { app, tenant, api } = world(&[&provider]).await;
    let added = add(&api, &twilio(&provider)).await;
    assert_eq!((&added["transport"], &added["channels"]), (&json!("twilio"), &json!(["sms"])));
    assert_eq!(added["settings"], twilio(&provider)["settings"]);
    assert!(added["id"].as_str().unwrap().starts_with("twilio_"));
    let list = api.get(ROUTES).await;
    assert_eq!(list.json()["data"][1], added);
    assert_eq!(api.get("/v1/tenant/smtp").await.json()["accounts"].as_array().unwrap().len(), 1);
    let backend = Backend::of(&app, &tenant).waiting();
    let minted = backend.mint(&json!({ "to": MOBILE })).await.json();
    assert_eq!(
        (&minted["channel"], &minted["delivery"]["status"]),
        (&json!("sms"), &json!("sent")),
        "{minted}"
    );
    let request = provider.heard().remove(0);
    assert_eq!((field(&request, "To"), field(&request, "From")), (MOBILE.to_owned(), "Acme".to_owned()));
    let text = field(&request, "Body");
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).unwrap();
    let verified = backend.verify(minted["key"].as_str().unwrap(), code).await;
    assert_eq!(verified.status, 200, "{}", verified.body);
}

/// Reports a status as Twilio does, signed with this token.
async fn report(app: &TestApp, callback: &str, status: &str, token: &str) -> u16 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    let signature = hmac::sign(&key, format!("{callback}MessageSidSM1MessageStatus{status}").as_bytes());
    let signature = STANDARD.encode(signature.as_ref());
    let path = callback.strip_prefix(PUBLIC_URL).unwrap();
    let api = app.api.with(HeaderName::from_static("x-twilio-signature"), &signature);
    let body = format!("MessageStatus={status}&MessageSid=SM1").into_bytes();
    api.send(Method::POST, path, body).await.status
}

#[tokio::test]
async fn no_provider_is_told_to_report_to_this_machine() {
    let provider = Provider::start([taken()]).await;
    let World { app, tenant, api } = world(&[&provider]).await;
    add(&api, &twilio(&provider)).await;
    let derived = |settings: &mut Settings| {
        settings.server.public_url = "http://127.0.0.1:5000".to_owned();
        settings.server.is_only_here = true;
    };
    let app = app.restart(derived).await;
    let minted = Backend::of(&app, &tenant).waiting().mint(&json!({ "to": MOBILE })).await.json();
    assert_eq!(minted["delivery"]["status"], "sent", "{minted}");
    let request = provider.heard().remove(0);
    assert!(!request.contains("StatusCallback"), "{request}");
}

#[tokio::test]
async fn a_report_is_believed_only_from_its_provider_and_only_once() {
    let provider = Provider::start([taken()]).await;
    let World { app, tenant, api } = world(&[&provider]).await;
    add(&api, &twilio(&provider)).await;
    let backend = Backend::of(&app, &tenant).waiting();
    let minted = backend.mint(&json!({ "to": MOBILE })).await.json();
    let key = minted["key"].as_str().unwrap();
    let status = async || backend.status(key).await.json()["delivery"]["status"].clone();
    let callback = field(&provider.heard().remove(0), "StatusCallback");
    assert!(callback.starts_with("https://otp.example/callbacks/twilio_"), "{callback}");
    assert!(!callback.contains(key), "{callback}");
    assert_eq!((report(&app, &callback, "failed", "another").await, status().await), (403, json!("sent")));
    let (base, message) = callback.rsplit_once('/').unwrap();
    let other = format!("{base}/{}", message.chars().rev().collect::<String>());
    assert_eq!(report(&app, &other, "failed", SECRET).await, 404);
    assert_eq!((report(&app, &callback, "sent", SECRET).await, status().await), (200, json!("sent")));
    assert_eq!(
        (report(&app, &callback, "delivered", SECRET).await, status().await),
        (200, json!("delivered"))
    );
    assert_eq!((report(&app, &callback, "failed", SECRET).await, status().await), (200, json!("delivered")));
}

#[tokio::test]
async fn the_next_provider_sends_what_the_first_one_refuses() {
    let broke = Provider::start([Reply::Json(200, r#"{"messages":[{"status":"9"}]}"#.to_owned())]).await;
    let works = Provider::start([taken()]).await;
    let World { app, tenant, api } = world(&[&broke, &works]).await;
    add(&api, &vonage(&broke)).await;
    add(&api, &twilio(&works)).await;
    let minted = Backend::of(&app, &tenant).waiting().mint(&json!({ "to": MOBILE })).await.json();
    assert_eq!(minted["delivery"]["status"], "sent", "{minted}");
    assert_eq!((broke.heard().len(), works.heard().len()), (1, 1));
}

#[tokio::test]
async fn a_provider_that_says_nothing_positive_costs_one_more_message_at_most() {
    let provider = Provider::start([Reply::Json(200, "{}".to_owned())]).await;
    let World { app, tenant, api } = world(&[&provider]).await;
    add(&api, &twilio(&provider)).await;
    let minted = Backend::of(&app, &tenant).mint(&json!({ "to": MOBILE })).await.json();
    let key = minted["key"].as_str().unwrap();
    let backend = Backend::of(&app, &tenant);
    for _ in 0..200 {
        app.clock.pass_seconds(2);
        let delivery = backend.status(key).await.json()["delivery"].clone();
        if delivery["status"] == "failed" {
            assert_eq!(delivery["error"], "unconfirmed");
            assert_eq!(provider.heard().len(), 2);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it never ended");
}

#[tokio::test]
async fn a_secret_cannot_be_led_elsewhere() {
    let (provider, other) = (Provider::start([taken()]).await, Provider::start([taken()]).await);
    let World { api, app: _app, .. } = world(&[&provider, &other]).await;
    let added = add(&api, &twilio(&provider)).await;
    let kept = without(&twilio(&provider), "secret");
    is_wrong(&api.post(ROUTES, &kept).await, "/secret");
    let elsewhere = twilio(&other)["settings"]["base_url"].clone();
    for (pointer, value) in [
        ("/settings/base_url", elsewhere),
        ("/settings/base_url", Value::Null),
        ("/settings/account_sid", json!(format!("AC{}", "f".repeat(32)))),
        ("/settings/api_key_sid", json!(format!("SK{}", "f".repeat(32)))),
    ] {
        is_wrong(&put(&api, &added, &at(&kept, pointer, value)).await, "/secret");
    }
    is_wrong(&put(&api, &added, &without(&vonage(&provider), "secret")).await, "/secret");
    is_wrong(&put(&api, &added, &vonage(&provider)).await, "/transport");
    assert_eq!(api.get(ROUTES).await.json()["data"][1], added, "nothing was changed");
    let renamed = put(&api, &added, &at(&kept, "/settings/from", json!("Other"))).await;
    assert_eq!((renamed.status, &renamed.json()["settings"]["from"]), (200, &json!("Other")));
    assert_eq!(provider.heard().len() + other.heard().len(), 0);
}

#[tokio::test]
async fn what_cannot_be_a_route_is_refused_with_its_place_and_changes_nothing() {
    let provider = Provider::start([taken()]).await;
    let World { api, app: _app, .. } = world(&[&provider]).await;
    let before = api.get(ROUTES).await.body;
    let (twilio, vonage) = (twilio(&provider), vonage(&provider));
    for (route, pointer, value) in [
        (&twilio, "/transport", json!("pigeon")),
        (&twilio, "/position", json!(1_000)),
        (&twilio, "/name", json!("two\nlines")),
        (&twilio, "/extra", json!(1)),
        (&twilio, "/secret", json!("two\r\nlines")),
        (&twilio, "/secret", json!("")),
        (&twilio, "/channels", json!(["voice"])),
        (&twilio, "/channels", json!([])),
        (&twilio, "/channels/0", json!("fax")),
        (&twilio, "/settings/extra", json!(1)),
        (&twilio, "/settings/account_sid", json!("AC1")),
        (&twilio, "/settings/from", json!({ "1": "+15550100" })),
        (&twilio, "/settings/from", json!("NameThatIsTooLong")),
        (&twilio, "/settings/from", Value::Null),
        (&twilio, "/settings/base_url", json!("ftp://localhost")),
        (&twilio, "/settings/base_url", json!("http://localhost:1")),
        (&twilio, "/settings/base_url", json!("https://10.0.0.1")),
        (&twilio, "/settings/base_url", json!("https://169.254.169.254/latest")),
        (&vonage, "/settings/preset", json!("pigeon")),
        (&vonage, "/settings/account", Value::Null),
        (&vonage, "/settings/account", json!("a/../b")),
        (&vonage, "/settings/gateway/success", json!(5)),
    ] {
        let mut route = route.clone();
        match pointer {
            "/channels/0" => route["channels"] = json!(["fax"]),
            "/settings/gateway/success" => {
                route["settings"] = json!({ "gateway": {
                    "url": "https://sms.example.com", "fields": { "to": "/to", "text": "/text" }, "success": 5,
                } });
            }
            _ => route = at(&route, pointer, value),
        }
        is_wrong(&api.post(ROUTES, &route).await, pointer);
    }
    let double = twilio.to_string().replacen('{', r#"{"secret":"another","#, 1);
    is_wrong(&api.send(Method::POST, ROUTES, double.into_bytes()).await, "/secret");
    assert_eq!(api.get(ROUTES).await.body, before);
}

#[tokio::test]
async fn a_route_is_checked_step_by_step_up_to_a_test_message() {
    let account = Reply::Json(200, format!(r#"{{"sid":"{ACCOUNT}"}}"#));
    let refused = Reply::Json(401, r#"{"code":20003}"#.to_owned());
    let provider = Provider::start([account.clone(), account.clone(), account, taken(), refused]).await;
    let World { api, app: _app, .. } = world(&[&provider]).await;
    let added = add(&api, &twilio(&provider)).await;
    let path = format!("{ROUTES}/{}/test", added["id"].as_str().unwrap());
    let steps = |answer: &Value| -> Vec<Value> {
        let steps = answer["steps"].as_array();
        steps.unwrap_or_else(|| panic!("{answer}")).iter().map(|step| step["step"].clone()).collect()
    };
    let answer = api.post(&path, &json!({})).await.json();
    assert_eq!(
        (&answer["ok"], steps(&answer)),
        (&json!(true), vec![json!("resolve"), json!("connect"), json!("tls"), json!("login"),]),
        "{answer}"
    );
    let answer = api.post(&path, &json!({ "to": MOBILE })).await.json();
    assert_eq!((&answer["ok"], steps(&answer).last()), (&json!(true), Some(&json!("message"))), "{answer}");
    assert_eq!(field(provider.heard().last().unwrap(), "To"), MOBILE);
    let answer = api.post(&path, &json!({})).await.json();
    assert_eq!(
        (&answer["ok"], &answer["steps"][3]["code"]),
        (&json!(false), &json!("authentication_failed"))
    );
}
