//! Who may call, and what others see.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Gateway, ID, data, fails, start};
use crate::api::harness::{Answer, JANE, TestApp};

/// Every route that needs credentials.
const ROUTES: [(&str, &str); 5] = [
    ("GET", "/api/providers"),
    ("PUT", "/api/otp/session-17"),
    ("POST", "/api/otp/session-17"),
    ("POST", "/api/otp/session-17/status"),
    ("DELETE", "/api/otp/session-17/status"),
];

async fn call(gateway: &Gateway, (method, path): (&str, &str)) -> Answer {
    let form = [("provider", "smtp"), ("to", JANE), ("otp", "123456")];
    gateway.send(Method::from_bytes(method.as_bytes()).unwrap(), path, &form).await
}

#[tokio::test]
async fn wrong_credentials_are_refused_in_the_words_of_otpgateway() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let anybody = Gateway::anybody(&app);
    let invalid = "Invalid API credentials.";
    for route in ROUTES {
        for (gateway, message) in [
            (anybody.clone(), "Missing Basic Authorization header."),
            (anybody.with(&format!("Bearer {}", tenant.key)), "Missing Basic Authorization header."),
            (anybody.with("Basic %%%"), "Invalid Base64 value in Basic Authorization header."),
            (anybody.with("Basic YWJj"), "Invalid value in Basic Authorization header."),
            (anybody.calling(&tenant.handle, "otpm_wrong-key-of-somebody"), invalid),
            (anybody.calling(&tenant.handle, &other.key), invalid),
            (anybody.calling("Another", &tenant.key), invalid),
            (anybody.calling("", &tenant.key), invalid),
            (anybody.calling(&tenant.handle, ""), invalid),
        ] {
            let answer = call(&gateway, route).await;
            fails(&answer, 401, message);
            assert!(answer.header("www-authenticate").unwrap().starts_with("Basic "), "{answer:?}");
        }
    }
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
}

#[tokio::test]
async fn wrong_credentials_are_counted_and_right_ones_are_not() {
    let (app, tenant, gateway) = start().await;
    let wrong = Gateway::anybody(&app).calling(&tenant.handle, "a-key-that-somebody-has-chosen");
    let mut statuses = Vec::new();
    for _ in 0..31 {
        statuses.push(wrong.status(ID).await.status);
    }
    assert_eq!((statuses[0], statuses[30]), (401, 429), "{statuses:?}");
    fails(&gateway.status(ID).await, 400, "the OTP does not exist");
}

#[tokio::test]
async fn a_tenant_calls_itself_by_its_handle_or_its_name_and_needs_the_scope() {
    let (app, tenant, gateway) = start().await;
    let named = json!({ "name": "My App" }).to_string().into_bytes();
    let renamed = app.api.bearing(&tenant.key).send(Method::PATCH, "/v1/tenant", named).await;
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    let by_name = gateway.calling("My App", &tenant.key);
    assert_eq!(data(&by_name.mail(ID, JANE).await)["namespace"], "My App");
    fails(&gateway.status(ID).await, 400, "OTP not verified.");
    app.database().change("UPDATE secret_keys SET scopes = 'verify'");
    app.clock.pass_seconds(2);
    for route in ROUTES {
        let may = route.0 == "POST" || route.0 == "DELETE";
        assert_eq!(call(&gateway, route).await.status, if may { 400 } else { 403 }, "{route:?}");
    }
}

#[tokio::test]
async fn tenants_do_not_see_each_others_ids() {
    let app = TestApp::with(|settings| settings.server.public_url = "https://otp.example".to_owned()).await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let (gateway, stranger) = (Gateway::of(&app, &tenant), Gateway::of(&app, &other));
    let code = gateway.issued(&app, ID, JANE).await;
    let gone = "the OTP does not exist";
    fails(&stranger.check(ID, &code).await, 400, gone);
    fails(&stranger.status(ID).await, 400, gone);
    fails(&stranger.take_status(ID).await, 400, gone);
    let at_other = format!("/otp/{}/{ID}", other.handle);
    assert_eq!(stranger.get(&at_other).await.header("location"), Some("/c/unknown"));
    fails(&stranger.get(&format!("{at_other}/status")).await, 400, "Session expired.");
    // The same id is another one there.
    let theirs = stranger.issued(&app, ID, "other@recipient.example").await;
    assert_eq!(data(&gateway.check_and_keep(ID, &code).await)["closed"], json!(true));
    fails(&stranger.status(ID).await, 400, "OTP not verified.");
    fails(&stranger.take_status(ID).await, 400, "OTP not verified.");
    assert_eq!(data(&stranger.check(ID, &theirs).await)["namespace"], Value::from(other.handle));
    data(&gateway.status(ID).await);
}
