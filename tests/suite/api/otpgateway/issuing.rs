//! Sending codes.

use mail_catcher::{Fault, Stage};
use reqwest::Method;
use serde_json::json;

use super::{Gateway, ID, assert_silent, data, fails, object, start};
use crate::api::harness::{JANE, TestApp};

const OTHER: &str = "other.person@recipient.example";

#[tokio::test]
async fn the_answer_has_everything_but_the_code() {
    let (app, tenant, gateway) = start().await;
    let before = app.mails_to(JANE);
    let answer = gateway.mail(ID, JANE).await;
    let code = app.code_after(before, JANE).await;
    assert_eq!(data(&answer), object(&tenant, json!({ "url": "" })));
    assert_silent(&answer, &code);
    let form = [
        ("provider", "smtp"),
        ("to", OTHER),
        ("ttl", "90"),
        ("max_attempts", "2"),
        ("max_generate", "1"),
        ("channel_description", "by mail"),
        ("address_description", "your address"),
        ("extra", r#"{"a":[1,"ü"]}"#),
        ("unknown", "ignored"),
    ];
    let expected = json!({
        "url": "", "to": OTHER, "ttl": 90.0, "max_attempts": 2, "max_generate": 1, "extra": { "a": [1, "ü"] },
        "channel_description": "by mail", "address_description": "your address", "id": "of another",
    });
    assert_eq!(data(&gateway.put("of another", &form).await), object(&tenant, expected));
    // Parameters may stand in the query.
    let query = format!("/api/otp/in-the-query?provider=smtp&to={JANE}&ttl=60");
    assert_eq!(data(&gateway.send(Method::PUT, &query, &[]).await)["ttl"], json!(60.0));
}

#[tokio::test]
async fn another_put_for_the_same_recipient_sends_the_same_code_after_a_pause() {
    let (app, tenant, gateway) = start().await;
    let code = gateway.issued(&app, ID, JANE).await;
    let hurried = gateway.mail(ID, JANE).await;
    let told = fails(&hurried, 429, "OTP attempts exceeded. Retry after 30 seconds.");
    assert_eq!(told, json!({ "ttl_seconds": 30, "attempts": 0, "max_attempts": 5 }));
    assert_eq!(hurried.header("retry-after"), Some("30"));
    app.clock.pass_seconds(30);
    let before = app.mails_to(JANE);
    let again = data(&gateway.mail(ID, "Jane.Roe@RECIPIENT.example").await);
    let expected = json!({ "url": "", "to": "Jane.Roe@recipient.example", "generate": 2, "ttl": 570.0 });
    assert_eq!(again["generate"], expected["generate"], "{again}");
    assert_eq!((&again["ttl"], &again["namespace"]), (&expected["ttl"], &json!(tenant.handle)));
    assert_eq!(app.code_after(before, JANE).await, code);
    // The third message is the last, of this code and in this time.
    app.clock.pass_seconds(60);
    data(&gateway.mail(ID, JANE).await);
    app.clock.pass_seconds(60);
    fails(&gateway.mail(ID, JANE).await, 429, "OTP attempts exceeded. Retry after 450 seconds.");
    assert_eq!(data(&gateway.check(ID, &code).await)["generate"], 3);
}

#[tokio::test]
async fn a_put_for_another_recipient_replaces_the_code() {
    let (app, _, gateway) = start().await;
    let former = gateway.issued(&app, ID, JANE).await;
    let code = gateway.issued(&app, ID, OTHER).await;
    let database = app.database();
    assert_eq!(database.number("SELECT count(*) FROM challenges WHERE status = 'pending'"), 1);
    assert_eq!(database.number("SELECT count(*) FROM challenges WHERE status = 'canceled'"), 1);
    if former != code {
        fails(&gateway.check(ID, &former).await, 400, "Incorrect OTP");
    }
    data(&gateway.check(ID, &code).await);
}

#[tokio::test]
async fn a_put_that_is_refused_leaves_the_code_as_it_was() {
    let (app, _, gateway) = start().await;
    for id in ["first-1", "second-2", "third-3"] {
        gateway.issued(&app, id, OTHER).await;
    }
    let code = gateway.issued(&app, ID, JANE).await;
    let refused = gateway.mail(ID, OTHER).await;
    let told = fails(&refused, 429, "OTP attempts exceeded. Retry after 600 seconds.");
    assert_eq!(told, json!({ "ttl_seconds": 600, "attempts": 0, "max_attempts": 5 }));
    data(&gateway.check(ID, &code).await);
}

#[tokio::test]
async fn a_code_of_the_tenants_own_is_sent_and_not_returned() {
    let (app, tenant, gateway) = start().await;
    let form = [("provider", "smtp"), ("to", JANE), ("otp", "314159")];
    let answer = gateway.put(ID, &form).await;
    assert_eq!(data(&answer), object(&tenant, json!({ "url": "" })));
    assert_silent(&answer, "314159");
    assert_eq!(app.code_after(0, JANE).await, "314159");
    // Another one for the same recipient is another code.
    let form = [("provider", "smtp"), ("to", JANE), ("otp", "K7WM")];
    assert_silent(&gateway.put(ID, &form).await, "K7WM");
    fails(&gateway.check(ID, "314159").await, 400, "Incorrect OTP");
    assert_eq!(data(&gateway.check(ID, "k7wm").await)["closed"], true);
}

#[tokio::test]
async fn what_cannot_be_sent_is_named() {
    let (app, _, gateway) = start().await;
    let with = async |name: &str, value: &str| {
        let form = [("provider", "smtp"), ("to", JANE)];
        let mut form: Vec<_> = form.into_iter().filter(|(given, _)| *given != name).collect();
        form.push((name, value));
        gateway.put(ID, &form).await
    };
    for provider in ["", "email", "none", "pinpoint", "sms"] {
        let form = [("provider", provider), ("to", "+4915123456789")];
        let answer = gateway.put(ID, &form).await;
        // Without a country in its list the tenant reaches no number at all.
        let words = answer.json()["message"].as_str().unwrap().to_owned();
        let expected = if provider == "sms" { "Invalid `to` address: " } else { "Unknown provider." };
        assert!(answer.status == 400 && words.starts_with(expected), "{provider}: {words}");
    }
    for (name, values) in [
        ("ttl", &["59", "901", "0", "-1", "1.5", "x", "99999999999999999999"][..]),
        ("max_attempts", &["0", "11", "-1", "x", "256"]),
        ("max_generate", &["0", "4", "x", "256"]),
        ("otp", &["123", "12345678901", "12!456"]),
    ] {
        for value in values {
            fails(&with(name, value).await, 400, &format!("Invalid `{name}` value."));
        }
    }
    for (name, value, words) in [
        ("to", "nobody", "Invalid `to` address: "),
        ("to", "+4915123456789", "Invalid `to` address: "),
        ("to", "", "Invalid `to` address: it is empty, "),
        ("extra", "{", "Invalid JSON in `extra`: "),
        ("extra", &format!("\"{}\"", "x".repeat(499)), "Invalid `extra` value: at most 500 bytes."),
        ("channel_description", &"x".repeat(501), "Invalid `channel_description` value: "),
    ] {
        let answer = with(name, value).await;
        let told = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(answer.status == 400 && told.starts_with(words), "{name}: {told}");
    }
    let easy = [("provider", "smtp"), ("to", JANE), ("otp", "1234"), ("max_attempts", "10")];
    assert!(gateway.put(ID, &easy).await.body.contains("Invalid `otp` value: a guesser"));
    fails(&gateway.mail("short", JANE).await, 400, "ID should be min 6 chars");
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
}

#[tokio::test]
async fn a_message_that_is_refused_leaves_no_code() {
    let (app, _, gateway) = start().await;
    app.mail.set_faults(vec![Fault::Reply(Stage::Rcpt, 550).always()]);
    let answer = gateway.mail(ID, JANE).await;
    fails(&answer, 502, "Error sending OTP.");
    fails(&gateway.status(ID).await, 400, "the OTP does not exist");
}

#[tokio::test]
async fn the_budget_of_a_recipient_holds_whatever_the_ids_are() {
    let (app, _, gateway) = start().await;
    for id in ["first-1", "second-2", "third-3"] {
        gateway.issued(&app, id, JANE).await;
    }
    let refused = gateway.mail("fourth-4", JANE).await;
    let told = fails(&refused, 429, "OTP attempts exceeded. Retry after 600 seconds.");
    assert_eq!(told, json!({ "ttl_seconds": 600, "attempts": 0, "max_attempts": 0 }));
}

#[tokio::test]
async fn providers_are_the_channels_that_have_routes() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let gateway = Gateway::of(&app, &tenant);
    assert_eq!(data(&gateway.get("/api/providers").await), json!(["smtp"]));
    assert_eq!(data(&Gateway::anybody(&app).get("/api/health").await), json!("OK"));
}
