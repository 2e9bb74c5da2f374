//! One event, however often and in however many ways it is told.

use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Desk, NUMBER, standard_signature};
use crate::api::harness::JANE;

const SECRET: &str = "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn sms(otp: &str) -> Value {
    json!({ "user": {}, "sms": { "otp": otp, "phone": NUMBER } })
}

async fn desk() -> Desk {
    let desk = Desk::open().await;
    for product in ["supabase-sms", "supabase-email"] {
        assert_eq!(desk.secret(product, &json!({ "secret": SECRET })).await.status, 200);
    }
    desk
}

/// Posts all of these under one id at once. The statuses in the answers, sorted.
async fn at_once(desk: &Desk, id: &str, bodies: impl IntoIterator<Item = Value>) -> Vec<i64> {
    let mut posts = JoinSet::new();
    for body in bodies {
        let (body, at) = (body.to_string(), desk.seconds());
        let signature = standard_signature(SECRET, id, at, &body);
        let headers =
            [("webhook-id", id), ("webhook-timestamp", &at.to_string()), ("webhook-signature", &signature)];
        let api = headers.iter().fold(desk.app.api.json(), |api, (name, value)| {
            api.with(HeaderName::from_bytes(name.as_bytes()).expect("a name"), value)
        });
        let path = desk.path("supabase-sms");
        posts.spawn(async move { api.send(Method::POST, &path, body.into_bytes()).await });
    }
    let code = |answer: Value| answer["error"]["http_code"].as_i64().unwrap_or(200);
    let mut told: Vec<_> = posts.join_all().await.iter().map(|answer| code(answer.json())).collect();
    told.sort_unstable();
    told
}

#[tokio::test]
async fn sixteen_tries_of_one_event_at_once_send_one_message() {
    let desk = desk().await;
    assert_eq!(at_once(&desk, "msg_1", vec![sms("561166"); 16]).await, [200; 16]);
    assert_eq!(desk.sent_all(1).await, [[NUMBER, "561166", "verification"].map(str::to_owned)]);
    assert_eq!(desk.challenges(), 1);
}

#[tokio::test]
async fn of_sixteen_bodies_under_one_event_one_is_sent_and_the_others_are_refused() {
    let desk = desk().await;
    let told = at_once(&desk, "msg_1", (0..16).map(|number| sms(&format!("5611{number:02}")))).await;
    assert_eq!(told[0], 200);
    assert_eq!(told[1..], [422; 15]);
    assert_eq!(desk.sent_all(1).await.len(), 1);
    assert_eq!(desk.challenges(), 1);
}

#[tokio::test]
async fn an_event_is_known_after_a_restart_and_after_its_code_and_belongs_to_its_tenant() {
    let desk = desk().await;
    assert_eq!(desk.signed("supabase-sms", ("msg_1", SECRET), &sms("561166")).await.status, 200);
    desk.sent_all(1).await;
    let Desk { app, sandbox } = desk;
    let app = app.restart(|_| {}).await;
    let desk = Desk { app, sandbox };
    let again = desk.signed("supabase-sms", ("msg_1", SECRET), &sms("561166")).await;
    assert_eq!((again.status, again.body.as_str()), (200, "{}"));
    desk.app.clock.pass_seconds(3_600);
    let again = desk.signed("supabase-sms", ("msg_1", SECRET), &sms("561166")).await;
    assert_eq!((again.status, again.body.as_str()), (200, "{}"), "although its code has expired");
    let changed = desk.signed("supabase-sms", ("msg_1", SECRET), &sms("999999")).await;
    assert_eq!((changed.status, &changed.json()["error"]["http_code"]), (200, &json!(422)));
    assert_eq!(desk.challenges(), 1);
    // The same name in another hook is another event.
    let mail = json!({ "user": { "email": JANE },
        "email_data": { "email_action_type": "signup", "token": "777777" } });
    assert_eq!(desk.signed("supabase-email", ("msg_1", SECRET), &mail).await.body, "{}");
    assert_eq!(desk.challenges(), 2);
    // And so is that of another tenant.
    let other = Desk::of_another_tenant(desk).await;
    assert_eq!(other.secret("supabase-sms", &json!({ "secret": SECRET })).await.status, 200);
    assert_eq!(other.signed("supabase-sms", ("msg_1", SECRET), &sms("999999")).await.body, "{}");
    assert_eq!(other.challenges(), 3);
}

#[tokio::test]
async fn an_event_that_was_refused_may_come_again() {
    let desk = desk().await;
    for code in ["111111", "222222", "333333"] {
        assert_eq!(desk.signed("supabase-sms", (code, SECRET), &sms(code)).await.body, "{}");
    }
    let refused = desk.signed("supabase-sms", ("msg_4", SECRET), &sms("444444")).await;
    assert_eq!(refused.json()["error"]["http_code"], 429);
    desk.app.clock.pass_seconds(600);
    assert_eq!(desk.signed("supabase-sms", ("msg_4", SECRET), &sms("444444")).await.body, "{}");
    assert_eq!(desk.challenges(), 4);
}

#[tokio::test]
async fn rules_for_countries_hold_and_supabases_user_is_told() {
    let desk = desk().await;
    let body = json!({ "phone": { "countries": ["FR"] } }).to_string().into_bytes();
    assert_eq!(desk.owner().send(Method::PATCH, "/v1/tenant", body).await.status, 200);
    let german = json!({ "user": {}, "sms": { "otp": "561166", "phone": "4915123450017" } });
    let refused = desk.signed("supabase-sms", ("msg_1", SECRET), &german).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]["http_code"]),
        (200, &json!(422)),
        "{}",
        refused.body
    );
    assert_eq!(desk.challenges(), 0);
}

#[tokio::test]
async fn what_is_delivered_is_in_no_face_to_be_verified_nor_in_the_conversion() {
    use crate::api::otpgateway::Gateway;
    use crate::api::twilio::Sdk;
    let desk = desk().await;
    let mail = json!({ "user": { "email": JANE },
        "email_data": { "email_action_type": "signup", "token": "777777", "token_hash": "h" } });
    assert_eq!(desk.signed("supabase-email", ("msg_1", SECRET), &mail).await.body, "{}");
    desk.sent_all(1).await;
    let api = desk.owner();
    for purpose in ["verification", "login"] {
        let body = json!({ "to": JANE, "purpose": purpose, "code": "777777" });
        assert_eq!(api.post("/v1/verify", &body).await.status, 404);
    }
    let sdk = Sdk::of(&desk.app, &desk.sandbox).await;
    let service = sdk.service().await;
    assert_eq!(sdk.check(&service, JANE, "777777").await.status, 404);
    let listed = sdk.get(&format!("{service}/Verifications/{JANE}")).await;
    assert_eq!(listed.status, 404, "{}", listed.body);
    let gateway = Gateway::of(&desk.app, &desk.sandbox);
    for id in ["msg_1", JANE] {
        assert_eq!(gateway.check(id, "777777").await.status, 400);
    }
    let stats = api.get("/v1/tenant/stats").await.json()["data"][0].clone();
    assert_eq!((&stats["minted"], &stats["relayed"]), (&json!(0), &json!(1)), "{stats}");
    assert_eq!(stats["conversion"], Value::Null, "{stats}");
}
