//! Products that sign.

use serde_json::{Value, json};

use super::{Desk, NUMBER, standard_signature, zitadel_signature};
use crate::api::harness::JANE;
use crate::api::v1::sandbox::mails;

const SECRET: &str = "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "v1,whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const ZITADEL: &str = "zitadel-signing-key-1";

fn sms(otp: &str) -> Value {
    json!({
        "metadata": { "uuid": "x", "name": "send-sms", "ip_address": "203.0.113.7" },
        "user": { "id": "x", "phone": "12025550100", "email": "", "user_metadata": { "a": { "b": 1 } } },
        "sms": { "otp": otp, "phone": "12025550100" },
    })
}

fn mail(action: &str, more: Value) -> Value {
    let mut data = json!({ "email_action_type": action, "token": "111111", "token_hash": "h", "site_url": "https://x",
        "redirect_to": "", "token_new": "", "token_hash_new": "" });
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "user": { "email": JANE, "new_email": "new@one.example" }, "email_data": data })
}

async fn supabase() -> Desk {
    let desk = Desk::open().await;
    for product in ["supabase-sms", "supabase-email"] {
        assert_eq!(desk.secret(product, &json!({ "secret": SECRET })).await.status, 200);
    }
    desk
}

#[tokio::test]
async fn supabase_has_text_messages_sent_once_although_each_try_has_another_id() {
    let desk = supabase().await;
    for id in ["msg_1", "msg_2", "msg_3"] {
        let answer = desk.signed("supabase-sms", (id, SECRET), &sms("561166")).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "{}"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    assert_eq!(desk.sent_all(1).await, [[NUMBER, "561166", "verification"].map(str::to_owned)]);
}

#[tokio::test]
async fn supabase_has_mails_sent_for_every_action_that_has_a_code() {
    let desk = supabase().await;
    let recovery = mail("recovery", json!({ "token": "222222" }));
    assert_eq!(desk.signed("supabase-email", ("a", SECRET), &recovery).await.status, 200);
    let link = mail("magiclink", json!({ "token": "333333" }));
    assert_eq!(desk.signed("supabase-email", ("b", SECRET), &link).await.status, 200);
    let notice = mail("password_changed_notification", json!({ "token": "" }));
    assert_eq!(desk.signed("supabase-email", ("c", SECRET), &notice).await.status, 200);
    let sent = desk.sent_all(2).await;
    assert_eq!(sent[0], [JANE, "222222", "password_reset"].map(str::to_owned));
    assert_eq!(sent[1], [JANE, "333333", "login"].map(str::to_owned));
}

#[tokio::test]
async fn a_change_of_address_sends_each_code_where_it_belongs() {
    let desk = supabase().await;
    let both = mail("email_change", json!({ "token": "444444", "token_new": "555555" }));
    assert_eq!(desk.signed("supabase-email", ("a", SECRET), &both).await.status, 200);
    let mut sent = desk.sent_all(2).await;
    sent.sort();
    assert_eq!(sent[0], [JANE, "444444", "verification"].map(str::to_owned));
    assert_eq!(sent[1], ["new@one.example", "555555", "verification"].map(str::to_owned));
    let one = mail("email_change", json!({ "token": "666666" }));
    assert_eq!(desk.signed("supabase-email", ("b", SECRET), &one).await.status, 200);
    assert!(
        desk.sent_all(3).await.contains(&["new@one.example", "666666", "verification"].map(str::to_owned))
    );
}

#[tokio::test]
async fn what_supabases_users_should_see_is_an_error_in_a_success() {
    let desk = supabase().await;
    let mut bad = sms("561166");
    bad["sms"]["phone"] = json!("12");
    let answer = desk.signed("supabase-sms", ("a", SECRET), &bad).await;
    let error = answer.json()["error"].clone();
    assert_eq!((answer.status, &error["http_code"]), (200, &json!(422)), "{}", answer.body);
    assert!(error["message"].as_str().unwrap().starts_with("to: "), "{error}");
    for number in 0..4 {
        let (id, sms) = (format!("msg_{number}"), sms(&format!("56116{number}")));
        let answer = desk.signed("supabase-sms", (&id, SECRET), &sms).await;
        if number == 3 {
            // A status of 429 would be tried again at once, and end as a server error at the user.
            assert_eq!((answer.status, answer.retry_after()), (200, 600), "{}", answer.body);
            assert_eq!(answer.json()["error"]["http_code"], 429);
        }
    }
    assert_eq!(
        desk.signed("supabase-sms", ("a", SECRET), &json!({ "user": {} })).await.json()["error"]["http_code"],
        422
    );
}

#[tokio::test]
async fn only_a_fresh_signature_of_this_body_with_this_tenants_secret_is_taken() {
    let desk = supabase().await;
    let (body, now) = (sms("561166").to_string(), desk.seconds());
    let sign = |secret: &str, at: i64| standard_signature(secret, "msg_1", at, &body);
    let post = async |at: i64, signature: &str, body: &str| {
        let at = at.to_string();
        let headers =
            [("webhook-id", "msg_1"), ("webhook-timestamp", at.as_str()), ("webhook-signature", signature)];
        desk.posted("supabase-sms", &headers, body).await.status
    };
    let good = sign(SECRET, now);
    let mut refused = vec![
        post(now, &sign(OTHER, now), &body).await,
        post(now, &good, &sms("999999").to_string()).await,
        post(now + 1, &good, &body).await,
        post(now - 301, &sign(SECRET, now - 301), &body).await,
        post(now + 301, &sign(SECRET, now + 301), &body).await,
        post(now, "", &body).await,
        post(now, good.trim_start_matches("v1,"), &body).await,
    ];
    refused.push(desk.posted("supabase-sms", &[], &body).await.status);
    assert_eq!(refused, [401; 8]);
    let other = desk.app.tenant().await;
    let at = now.to_string();
    let mut crossed = desk.app.api.json();
    for (name, value) in
        [("webhook-id", "msg_1"), ("webhook-timestamp", at.as_str()), ("webhook-signature", &good)]
    {
        crossed = crossed.with(reqwest::header::HeaderName::from_static(name), value);
    }
    let path = format!("/hooks/supabase-sms/{}", other.handle);
    assert_eq!(crossed.send(reqwest::Method::POST, &path, body.clone().into_bytes()).await.status, 401);
    assert_eq!(desk.challenges(), 0);
    let several = format!("{}, {good}", sign(OTHER, now));
    assert_eq!(post(now, &several, &body).await, 200);
    assert_eq!(post(now - 300, &sign(SECRET, now - 300), &body).await, 200);
    assert_eq!(desk.sent_all(1).await.len(), 1);
}

#[tokio::test]
async fn zitadel_signs_with_one_or_two_keys_and_has_both_kinds_of_message_sent() {
    let desk = Desk::open().await;
    assert_eq!(
        desk.secret("zitadel", &json!({ "secret": format!("another-signing-key|{ZITADEL}") })).await.status,
        200
    );
    let text = json!({ "contextInfo": { "eventType": "user.human.otp.sms.code.added", "recipientPhoneNumber": NUMBER },
        "templateData": { "text": "x" }, "args": { "code": "171717", "oTP": "171717", "expiry": 300_000_000_000_i64 } });
    let mail = json!({ "contextInfo": { "eventType": "user.human.password.code.added", "recipientEmailAddress": JANE },
        "templateData": { "url": "https://id.example/password?code=ABC" }, "args": { "code": "ABC DEF" } });
    let notice = json!({ "contextInfo": { "eventType": "user.human.password.changed", "recipientEmailAddress": JANE }, "args": {} });
    for (keys, body) in
        [(vec![ZITADEL], &text), (vec!["retired-signing-key", ZITADEL], &mail), (vec![ZITADEL], &notice)]
    {
        let body = body.to_string();
        let signature = zitadel_signature(&keys, desk.seconds(), &body);
        let answer = desk.posted("zitadel", &[("zitadel-signature", &signature)], &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let mut sent = desk.sent_all(2).await;
    sent.sort();
    assert_eq!(sent[0], [NUMBER, "171717", "login"].map(str::to_owned));
    assert_eq!(sent[1], [JANE, "ABC DEF", "password_reset"].map(str::to_owned));
    let all = mails(&desk.app, &desk.sandbox, "").await;
    let mail = all.iter().find(|mail| mail["to"] == JANE).unwrap()["text"].to_string();
    assert!(mail.contains("https://id.example/password?code=ABC"), "{mail}");
    let lives = "SELECT min(expires_at) / 1000 FROM challenges";
    assert_eq!(desk.app.database().number(lives), desk.seconds() + 300);
    let body = text.to_string();
    for bad in [
        zitadel_signature(&["retired-signing-key"], desk.seconds(), &body),
        zitadel_signature(&[ZITADEL], desk.seconds() - 301, &body),
        zitadel_signature(&[ZITADEL], desk.seconds(), "{}"),
        "v1=00".to_owned(),
        String::new(),
    ] {
        assert_eq!(desk.posted("zitadel", &[("zitadel-signature", &bad)], &body).await.status, 401, "{bad}");
    }
}
