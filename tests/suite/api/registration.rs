//! Registration: who may, with which key, and what a stranger can learn from it.

use otpmint::config::Mode;
use serde_json::{Value, json};

use crate::api::harness::{JANE, TestApp};

const CHOSEN: &str = "wq8-Zt31-nobody-guesses-this";

fn choosing(app: &TestApp, key: &str) -> Value {
    let mut body = app.registration();
    body["secretKey"] = json!(key);
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_one_is_generated_shown_once_and_works() {
    let app = TestApp::start().await;
    let answer = app.api.bearing(&app.operator_token).register(&app.registration()).await;
    assert_eq!(answer.status, 200);
    let key = answer.body.strip_prefix("Registration of secretKey succeeded.\nsecretKey: ").unwrap();
    assert!(key.starts_with("otpm_") && key.len() == 54, "{key}");
    assert_eq!(app.api.mint(JANE, key).await.status, 200);
    let null = {
        let mut body = app.registration();
        body["secretKey"] = Value::Null;
        app.operator().register(&body).await
    };
    assert!(null.json()["secretKey"].as_str().unwrap().starts_with("otpm_"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_settings_takes_the_place_of_the_file() {
    let set = "the-token-of-the-settings-of-this-server";
    let app = TestApp::start().await;
    let app = app.restart(|settings| settings.server.operator_token = set.to_owned().into()).await;
    app.operator().register(&app.registration()).await.is_problem(401, "operator_token_needed");
    assert_eq!(app.api.bearing(set).register(&app.registration()).await.status, 200);
    let app = app.restart(|settings| settings.server.operator_token = String::new().into()).await;
    assert_eq!(app.operator().register(&app.registration()).await.status, 200, "the file was left alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_key_with_a_typing_error_is_no_key() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let mut mistyped = tenant.key.clone();
    let last = mistyped.pop().unwrap();
    mistyped.push(if last == 'x' { 'y' } else { 'x' });
    app.api.json().mint(JANE, &mistyped).await.is_problem(401, "invalid_secret_key");
}

#[tokio::test(flavor = "multi_thread")]
async fn by_default_only_the_operator_registers() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let body = choosing(&app, CHOSEN);
    let almost = format!("{}x", app.operator_token);
    for api in [app.api.clone(), app.api.bearing("otpo_wrong"), app.api.bearing(&almost), app.api.bearing("")]
    {
        api.register(&body).await.is_text_problem(400);
        let told = api.json().register(&body).await;
        told.is_problem(401, "operator_token_needed");
        assert_eq!(told.header("www-authenticate"), Some("Bearer"));
    }
    app.api.json().mint(JANE, CHOSEN).await.is_problem(401, "invalid_secret_key");
    app.operator().register(&body).await.is(200, &app_answer(&app).await);
}

/// The tenant's handle is random, so the expected answer is rebuilt from the store.
async fn app_answer(app: &TestApp) -> String {
    let count = app.database().number("SELECT count(*) FROM tenants");
    assert_eq!(count, 1, "only the operator's registration was recorded");
    let handle = app.database().text("SELECT handle FROM tenants");
    json!({ "tenant": handle }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn open_registration_needs_no_token_and_closed_takes_none() {
    let open = TestApp::with(|settings| settings.registration.mode = Mode::Open).await;
    open.api.register(&choosing(&open, CHOSEN)).await.is(200, "Registration of secretKey succeeded.");

    let closed = TestApp::with(|settings| settings.registration.mode = Mode::Closed).await;
    let body = choosing(&closed, CHOSEN);
    closed.operator().register(&body).await.is_problem(403, "registration_closed");
    closed.api.register(&body).await.is_text_problem(403);
    assert_eq!(closed.database().number("SELECT count(*) FROM tenants"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_and_too_weak_are_told_alike_to_the_byte() {
    let app = TestApp::with(|settings| settings.registration.mode = Mode::Open).await;
    assert_eq!(app.api.register(&choosing(&app, CHOSEN)).await.status, 200);
    for api in [app.api.bearing(&app.operator_token), app.operator()] {
        let taken = api.register(&choosing(&app, CHOSEN)).await;
        for weak in
            ["aaaaaaaaaaaaaaaa", "password12345678", "short", "", "1234567890123456", "two\nlines-are-no-key"]
        {
            let weak = api.register(&choosing(&app, weak)).await;
            assert_eq!((weak.status, weak.body.as_bytes()), (taken.status, taken.body.as_bytes()));
            let named = |answer: &crate::api::harness::Answer| {
                let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
                names.sort();
                names
            };
            assert_eq!(named(&weak), named(&taken));
        }
        assert_eq!(taken.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_of_a_registration_is_named_when_it_is_wrong() {
    let app = TestApp::start().await;
    for (field, bad) in [
        (
            "smtp_host",
            vec![json!(null), json!(1), json!(""), json!("a b"), json!("exa\r\nmple.com"), json!([])],
        ),
        (
            "smtp_port",
            vec![json!(null), json!(0), json!(65536), json!(-1), json!(2.5), json!("x"), json!({})],
        ),
        ("smtp_mail", vec![json!(null), json!(true), json!("app"), json!("a@b.c\r\nBcc: x@y.example")]),
        ("smtp_password", vec![json!(null), json!(7), json!(""), json!("a\r\nb"), json!("x".repeat(513))]),
        ("name", vec![json!(1), json!("two\r\nlines"), json!("n".repeat(101))]),
        ("secretKey", vec![json!(1), json!([]), json!({})]),
    ] {
        for value in bad {
            let mut body = app.registration();
            body[field] = value.clone();
            let answer = app.operator().register(&body).await;
            assert_eq!(answer.status, 400, "{field} {value}: {}", answer.body);
            let message = answer.json()["message"].as_str().unwrap().to_owned();
            assert!(message.contains(field), "{field} {value}: {message}");
        }
    }
    assert_eq!(app.database().number("SELECT count(*) FROM tenants"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_may_be_sent_as_text() {
    let app = TestApp::start().await;
    let mut body = app.registration();
    body["smtp_port"] = json!(app.mail.address().port().to_string());
    let tenant = app.register(&body).await;
    assert_eq!(app.api.mint(JANE, &tenant.key).await.status, 200);
}
