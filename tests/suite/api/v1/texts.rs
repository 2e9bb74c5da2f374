//! What text messages and calls say, as the sandbox keeps them.

use reqwest::Method;
use serde_json::{Value, json};

use super::sandbox::{both, mails};
use super::{Backend, assert_problem};
use crate::api::harness::{Tenant, TestApp};

const NUMBER: &str = "+12025550100";

/// A server whose tenants have pages, and a sandbox named Acme with an origin.
async fn world() -> (TestApp, Tenant) {
    let app = TestApp::with(|settings| {
        settings.limits.enabled = false;
        settings.server.public_url = "https://otp.acme.example".to_owned();
    })
    .await;
    let (_, sandbox) = both(&app).await;
    let change = json!({ "name": "Acme", "allowed_origins": ["https://app.example:8443", "https://192.0.2.1"],
        "return_urls": ["https://app.example/back"] });
    let api = app.api.bearing(&sandbox.key);
    let changed = api.send(Method::PATCH, "/v1/tenant", change.to_string().into_bytes()).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    (app, sandbox)
}

/// Mints, and reads what the sandbox kept of it.
async fn kept(app: &TestApp, sandbox: &Tenant, body: &Value) -> Value {
    let minted = Backend::of(app, sandbox).waiting().mint(body).await;
    assert_eq!(minted.status, 201, "{}", minted.body);
    let key = minted.json()["key"].as_str().unwrap().to_owned();
    mails(app, sandbox, &format!("?challenge={key}")).await.remove(0)
}

#[tokio::test]
async fn each_channel_has_words_of_its_own() {
    let (app, sandbox) = world().await;
    let kept = async |channel: &str| {
        let body = json!({ "to": NUMBER, "channel": channel, "purpose": "login", "locale": "de-AT" });
        let kept = kept(&app, &sandbox, &body).await;
        assert_eq!(
            (&kept["channel"], &kept["to"], &kept["code"]),
            (&json!(channel), &json!(NUMBER), &json!("424242"))
        );
        assert_eq!((&kept["subject"], &kept["html"]), (&json!(""), &json!(null)), "{kept}");
        (kept["text"].as_str().unwrap().to_owned(), kept["locale"].clone())
    };
    let (text, locale) = kept("sms").await;
    assert_eq!(text, "Acme: 424242 ist Ihr Anmeldecode. Geben Sie ihn niemals weiter.");
    assert_eq!(locale, "de");
    let (text, locale) = kept("voice").await;
    let said: Vec<&str> = text.lines().collect();
    assert_eq!(
        said[..3],
        [
            "Guten Tag, hier ist Acme.",
            "Ihr Anmeldecode lautet: 4, 2, 4, 2, 4, 2.",
            "Ich wiederhole: 4, 2, 4, 2, 4, 2."
        ]
    );
    assert_eq!(locale, "de");
    for channel in ["whatsapp", "telegram"] {
        assert_eq!(kept(channel).await, ("424242".to_owned(), json!("de-AT")));
    }
    let found = mails(&app, &sandbox, &format!("?to={}", NUMBER.replace('+', "%2B"))).await;
    assert_eq!(found.len(), 4);
}

#[tokio::test]
async fn the_last_line_is_for_the_page_or_the_app_that_the_mint_names() {
    let (app, sandbox) = world().await;
    let last_line = async |more: Value| {
        let mut body = json!({ "to": NUMBER, "locale": "fr" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let kept = kept(&app, &sandbox, &body).await;
        let (first, last) = kept["text"].as_str().unwrap().split_once('\n').unwrap();
        assert!(first.starts_with("Acme : 424242 est votre code de vérification."), "{first}");
        last.to_owned()
    };
    assert_eq!(last_line(json!({ "origin": "app.example" })).await, "@app.example #424242");
    assert_eq!(last_line(json!({ "app_hash": "FA+9qCX9VSu" })).await, "FA+9qCX9VSu");
    let page = json!({ "return_url": "https://app.example/back" });
    assert_eq!(last_line(page.clone()).await, "@otp.acme.example #424242");
    let both = json!({ "return_url": "https://app.example/back", "app_hash": "FA+9qCX9VSu" });
    assert_eq!(last_line(both).await, "FA+9qCX9VSu");
}

#[tokio::test]
async fn a_page_that_is_not_the_tenants_gets_no_line_and_a_message_has_one() {
    let (app, sandbox) = world().await;
    let backend = Backend::of(&app, &sandbox);
    for (more, pointer, detail) in [
        (json!({ "origin": "evil.example" }), "/origin", "allowed_origins"),
        (json!({ "origin": "sub.app.example" }), "/origin", "allowed_origins"),
        (json!({ "origin": "https://app.example" }), "/origin", "without scheme and port"),
        (json!({ "origin": "app.example:8443" }), "/origin", "without scheme and port"),
        (json!({ "origin": "192.0.2.1" }), "/origin", "without scheme and port"),
        (json!({ "origin": "app.example #1" }), "/origin", "without scheme and port"),
        (json!({ "app_hash": "FA+9qCX9VS" }), "/app_hash", "11"),
        (json!({ "app_hash": "FA+9qCX9VS\n" }), "/app_hash", "11"),
        (json!({ "origin": "app.example", "app_hash": "FA+9qCX9VSu" }), "/app_hash", "leave out"),
    ] {
        let mut body = json!({ "to": NUMBER });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let problem = assert_problem(&backend.mint(&body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{more}");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(detail), "{problem}");
    }
    assert!(mails(&app, &sandbox, "").await.is_empty());
}

#[tokio::test]
async fn a_mint_that_names_no_language_speaks_that_of_the_tenant() {
    let (app, sandbox) = world().await;
    let api = app.api.bearing(&sandbox.key);
    let locale = async |locale: Value| {
        let body = json!({ "locale": locale }).to_string().into_bytes();
        api.send(Method::PATCH, "/v1/tenant", body).await
    };
    assert_eq!(locale(json!("de_at")).await.json()["locale"], "de-AT");
    let minted = async |more: Value| {
        let mut body = json!({ "to": "jane@example.com", "purpose": "login" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let minted = Backend::of(&app, &sandbox).waiting().mint(&body).await.json();
        let mails = mails(&app, &sandbox, &format!("?challenge={}", minted["key"].as_str().unwrap())).await;
        (minted["locale"].clone(), mails[0]["locale"].clone(), minted)
    };
    let (told, spoken, own) = minted(json!({})).await;
    assert_eq!((told, spoken), (json!("de-AT"), json!("de")));
    let (told, spoken, _) = minted(json!({ "locale": "fr" })).await;
    assert_eq!((told, spoken), (json!("fr"), json!("fr")));
    // What was minted before keeps its language, also when it is sent again.
    assert_eq!(locale(Value::Null).await.json()["locale"], Value::Null);
    let (told, spoken, _) = minted(json!({})).await;
    assert_eq!((told, spoken), (json!("en"), json!("en")));
    let key = own["key"].as_str().unwrap();
    app.clock.pass_seconds(60);
    let again = Backend::of(&app, &sandbox).waiting().resend(key).await;
    assert_eq!(again.json()["locale"], "de-AT", "{}", again.body);
    assert_eq!(mails(&app, &sandbox, &format!("?challenge={key}")).await[0]["locale"], "de");
    let numbers = api.get("/v1/tenant/stats?group_by=locale&locale=de-AT").await.json();
    assert_eq!(numbers["data"][0]["minted"], 1, "{numbers}");
    let problem = assert_problem(&locale(json!("german")).await, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], "/locale");
}
