//! Beginning verifications: what is sent, and what a second one means.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{NUMBER, Sdk, assert_error, begun, phone_code, settled, sid, with_phones, world};
use crate::api::harness::{JANE, TestApp};

fn attempts(verification: &Value) -> Vec<(&str, &str)> {
    let attempts = verification["send_code_attempts"].as_array().unwrap();
    let text = |attempt: &'_ Value, name: &str| attempt[name].as_str().unwrap().len();
    assert!(attempts.iter().all(|attempt| text(attempt, "attempt_sid") == 34), "{verification}");
    attempts
        .iter()
        .map(|attempt| (attempt["channel"].as_str().unwrap(), attempt["time"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_verification_is_the_object_that_the_sdks_read() {
    let (app, sdk, service) = world().await;
    let begun = sdk.begin(&service, JANE).await;
    let object = begun.json();
    assert_eq!(begun.status, 201, "{}", begun.body);
    assert_eq!(
        (&object["to"], &object["channel"], &object["status"], &object["valid"]),
        (&json!(JANE), &json!("email"), &json!("pending"), &json!(false))
    );
    assert_eq!(object["account_sid"], json!(sdk.account));
    assert_eq!(format!("/Services/{}", object["service_sid"].as_str().unwrap()), service);
    assert_eq!(
        (&object["amount"], &object["payee"], &object["sna"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(object["lookup"], json!({}));
    let url = object["url"].as_str().unwrap();
    assert!(url.ends_with(&format!("/v2{service}/Verifications/{}", sid(&begun))), "{url}");
    let created = object["date_created"].as_str().unwrap();
    assert_eq!((created.len(), &created[19..]), (20, "Z"));
    assert_eq!(attempts(&object), [("EMAIL", created)]);
    app.code_after(0, JANE).await;
}

#[tokio::test]
async fn a_second_one_sends_the_same_code_again() {
    let (app, sdk, service) = world().await;
    let (first, code) = begun(&app, &sdk, &service, JANE).await;
    settled(&app).await;
    let early = sdk.begin(&service, JANE).await;
    let refused = assert_error(&early, 429, 60203);
    assert_eq!(refused["more_info"], "/problems/resend_cooldown");
    assert_eq!(early.header("retry-after"), Some("30"));
    app.clock.pass_seconds(30);
    let again = sdk.begin(&service, "JANE.ROE@recipient.example").await;
    assert_eq!((again.status, sid(&again)), (201, first), "{}", again.body);
    assert_eq!(attempts(&again.json()).len(), 2);
    assert_eq!(again.json()["to"], JANE);
    assert_eq!(app.code_after(1, JANE).await, code);
    settled(&app).await;
    app.clock.pass_seconds(60);
    assert_eq!(attempts(&sdk.begin(&service, JANE).await.json()).len(), 3);
    app.code_after(2, JANE).await;
    settled(&app).await;
    app.clock.pass_seconds(60);
    assert_error(&sdk.begin(&service, JANE).await, 429, 60203);
    assert_eq!(app.mails_to(JANE), 3);
}

#[tokio::test]
async fn what_has_ended_is_followed_by_a_new_one() {
    let (app, sdk, service) = world().await;
    let (first, code) = begun(&app, &sdk, &service, JANE).await;
    assert_eq!(sdk.check(&service, JANE, &code).await.json()["status"], "approved");
    let (second, _) = begun(&app, &sdk, &service, JANE).await;
    assert_ne!(first, second);
    app.clock.pass_seconds(3_600);
    let (third, _) = begun(&app, &sdk, &service, JANE).await;
    assert_ne!(second, third);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_opens_a_verification() {
    let (app, sdk, service) = world().await;
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let (sdk, service) = (sdk.clone(), service.clone());
        tasks.spawn(async move { sdk.begin(&service, JANE).await });
    }
    let answers = tasks.join_all().await;
    let opened: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(opened.len(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.status, 429, "{}", refused.body);
        assert!([json!(60212), json!(60203)].contains(&refused.json()["code"]), "{}", refused.body);
        assert!(refused.header("retry-after").is_some());
    }
    app.code_after(0, JANE).await;
    let pending = "SELECT count(*) FROM challenges WHERE status = 'pending'";
    assert_eq!(app.database().number(pending), 1);
    assert_eq!(app.mails_to(JANE), 1);
}

#[tokio::test]
async fn services_of_one_tenant_do_not_know_each_others_verifications() {
    let (app, sdk, service) = world().await;
    let other = sdk.new_service(&[("FriendlyName", "Other")]).await;
    let (name, code) = begun(&app, &sdk, &service, JANE).await;
    assert_error(&sdk.get(&format!("{other}/Verifications/{name}")).await, 404, 20404);
    assert_error(&sdk.check(&other, JANE, &code).await, 404, 20404);
    assert_ne!(begun(&app, &sdk, &other, JANE).await.0, name);
    assert_error(
        &sdk.post(&format!("{other}/Verifications/{name}"), &[("Status", "canceled")]).await,
        404,
        20404,
    );
    assert_eq!(sdk.check(&service, JANE, &code).await.json()["status"], "approved");
}

#[tokio::test]
async fn a_custom_code_is_sent_where_the_service_takes_it() {
    let (app, sdk, service) = world().await;
    let custom = [("To", JANE), ("Channel", "email"), ("CustomCode", "8305-17")];
    let path = format!("{service}/Verifications");
    assert_error(&sdk.post(&path, &custom).await, 403, 60204);
    assert_eq!(app.mails_to(JANE), 0);
    sdk.post(&service, &[("CustomCodeEnabled", "true")]).await;
    let first = sdk.post(&path, &custom).await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(app.code_after(0, JANE).await, "830517");
    // Another code needs another verification: the former one ends.
    let second = sdk.post(&path, &[("To", JANE), ("Channel", "email"), ("CustomCode", "417290")]).await;
    assert_ne!(sid(&first), sid(&second));
    assert_eq!(app.code_after(1, JANE).await, "417290");
    let former = sdk.get(&format!("{path}/{}", sid(&first))).await;
    assert_eq!(former.json()["status"], "canceled", "{}", former.body);
    for wrong in ["123", "12345678901", "12 34 x!", ""] {
        let form = [("To", "joe@recipient.example"), ("Channel", "email"), ("CustomCode", wrong)];
        assert_error(&sdk.post(&path, &form).await, 400, 60200);
    }
    assert_eq!(sdk.check(&service, JANE, "830517").await.json()["valid"], false);
    assert_eq!(sdk.check(&service, JANE, "417290").await.json()["valid"], true);
}

#[tokio::test]
async fn an_amount_and_a_payee_are_repeated_or_the_code_is_wrong() {
    let (app, sdk, service) = world().await;
    let path = format!("{service}/Verifications");
    sdk.post(&service, &[("Psd2Enabled", "true")]).await;
    assert_error(&sdk.begin(&service, JANE).await, 400, 60206);
    let bound = [("To", JANE), ("Channel", "email"), ("Amount", "€39.99"), ("Payee", "Acme")];
    let begun = sdk.post(&path, &bound).await;
    assert_eq!((begun.status, &begun.json()["amount"]), (201, &json!("€39.99")), "{}", begun.body);
    let code = app.code_after(0, JANE).await;
    assert_error(&sdk.check(&service, JANE, &code).await, 400, 60206);
    let check = async |amount: &str, payee: &str| {
        let form = [("To", JANE), ("Code", code.as_str()), ("Amount", amount), ("Payee", payee)];
        sdk.post(&format!("{service}/VerificationCheck"), &form).await.json()
    };
    assert_eq!(check("€39.98", "Acme").await["valid"], false);
    assert_eq!(check("€39.99", "Eve").await["valid"], false);
    let right = check("€39.99", "Acme").await;
    assert_eq!((&right["valid"], &right["payee"]), (&json!(true), &json!("Acme")));
}

#[tokio::test]
async fn channels_reach_phones_and_can_be_changed() {
    let (app, sdk) = with_phones().await;
    let service = sdk.service().await;
    let path = format!("{service}/Verifications");
    let begin = async |channel: &str| sdk.post(&path, &[("To", NUMBER), ("Channel", channel)]).await;
    let first = begin("sms").await;
    assert_eq!((first.status, &first.json()["channel"]), (201, &json!("sms")), "{}", first.body);
    let code = phone_code(&app, 1).await;
    settled(&app).await;
    app.clock.pass_seconds(30);
    let call = begin("call").await;
    assert_eq!((call.status, sid(&call)), (201, sid(&first)), "{}", call.body);
    assert_eq!(call.json()["channel"], "call");
    let object = call.json();
    let channels: Vec<_> = attempts(&object).into_iter().map(|(channel, _)| channel.to_owned()).collect();
    assert_eq!(channels, ["SMS", "CALL"]);
    assert_eq!(phone_code(&app, 2).await, code);
    for (channel, status, number) in [
        ("sna", 403, 60223),
        ("rcs", 403, 60223),
        ("pigeon", 400, 60200),
        ("email", 400, 60200),
        ("", 400, 60200),
    ] {
        assert_error(&begin(channel).await, status, number);
    }
    let auto = sdk.post(&path, &[("To", "+4915123456780"), ("Channel", "auto")]).await;
    assert_eq!((auto.status, &auto.json()["channel"]), (201, &json!("sms")), "{}", auto.body);
}

#[tokio::test]
async fn a_channel_without_a_route_is_disabled() {
    let (app, sdk, service) = world().await;
    let path = format!("{service}/Verifications");
    let nowhere = sdk.post(&path, &[("To", NUMBER), ("Channel", "sms")]).await;
    assert_error(&nowhere, 403, 60605);
    let tenant = app.tenant().await;
    let patch = json!({ "phone": { "countries": ["DE"] } }).to_string().into_bytes();
    app.api.bearing(&tenant.key).send(reqwest::Method::PATCH, "/v1/tenant", patch).await;
    let sdk = Sdk::of(&app, &tenant).await;
    let path = format!("{}/Verifications", sdk.service().await);
    for channel in ["sms", "call", "whatsapp", "auto"] {
        let refused = sdk.post(&path, &[("To", NUMBER), ("Channel", channel)]).await;
        assert_error(&refused, 400, 60223);
    }
}

#[tokio::test]
async fn named_limits_and_the_device_are_counted() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let patch = json!({ "policy": { "limits": { "named": { "device": ["1/10m"] } } } });
    let patch = patch.to_string().into_bytes();
    app.api.bearing(&tenant.key).send(reqwest::Method::PATCH, "/v1/tenant", patch).await;
    let sdk = Sdk::of(&app, &tenant).await;
    let path = format!("{}/Verifications", sdk.service().await);
    let begin = async |to: &str, limits: &str| {
        let form = [("To", to), ("Channel", "email"), ("RateLimits", limits), ("DeviceIp", "192.0.2.9")];
        sdk.post(&path, &form).await
    };
    assert_eq!(begin("a@recipient.example", "{\"device\": \"one\"}").await.status, 201);
    let refused = begin("b@recipient.example", "{\"device\": \"one\"}").await;
    assert_error(&refused, 429, 60203);
    assert_eq!(begin("b@recipient.example", "{\"device\": 2}").await.status, 201);
    for wrong in ["{\"other\": \"one\"}", "[]", "device", "{\"device\": {}}"] {
        assert_error(&begin("c@recipient.example", wrong).await, 400, 60200);
    }
    let audit = app.api.bearing(&tenant.key).get("/v1/tenant/audit").await.body;
    assert!(audit.contains("192.0.2.9"), "{audit}");
}

#[tokio::test]
async fn a_parameter_that_means_nothing_here_is_never_ignored() {
    let (app, sdk, service) = world().await;
    for (name, value) in [
        ("CustomFriendlyName", "Acme"),
        ("CustomMessage", "Hello"),
        ("SendDigits", "1"),
        ("TemplateSid", "HJ00000000000000000000000000000000"),
        ("RiskCheck", "disable"),
        ("EnableSnaClientToken", "true"),
        ("ChannelConfiguration", "{\"from\": \"a@b.example\"}"),
        ("ChannelConfiguration", "no JSON"),
        ("TemplateCustomSubstitutions", "{\"Not a name\": \"x\"}"),
        ("Tags", "[1]"),
        ("Locale", "x!"),
        ("AppHash", "short"),
        ("DeviceIp", "here"),
        ("to", JANE),
        ("Unheard", "of"),
    ] {
        let form = [("To", JANE), ("Channel", "email"), (name, value)];
        let refused = assert_error(&sdk.post(&format!("{service}/Verifications"), &form).await, 400, 60200);
        assert!(refused["message"].as_str().unwrap().contains(name), "{name}: {refused}");
    }
    assert_eq!(app.mails_to(JANE), 0);
    let form = [
        ("To", JANE),
        ("Channel", "email"),
        ("RiskCheck", "enable"),
        ("Locale", "de"),
        ("Tags", "{\"order\": \"4711\"}"),
        ("ChannelConfiguration", "{\"substitutions\": {\"app\": \"Acme\"}}"),
        ("TemplateCustomSubstitutions", "{\"city\": \"Bonn\"}"),
    ];
    let begun = sdk.post(&format!("{service}/Verifications"), &form).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
}
