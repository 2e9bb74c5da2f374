//! Products that send a secret key.

use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Desk, NUMBER, basic};
use crate::api::harness::JANE;

const PRODUCTS: [&str; 4] = ["kratos", "authentik", "logto", "gateway"];

/// A request of each product for a code of its own.
fn requests() -> Vec<(&'static str, Value, [&'static str; 3])> {
    vec![
        (
            "kratos",
            json!({ "recipient": "kratos@one.example", "template_type": "recovery_code_valid", "unknown": [1],
                "template_data": { "recovery_code": "101010", "expires_in_minutes": 60 } }),
            ["kratos@one.example", "101010", "password_reset"],
        ),
        (
            "kratos",
            json!({ "recipient": "+12025550142", "template_type": "login_code_valid",
                "template_data": { "login_code": "202020" } }),
            ["+12025550142", "202020", "login"],
        ),
        (
            "authentik",
            json!({ "From": "x", "To": "+12025550143", "Body": "303030", "Message": "Use 303030" }),
            ["+12025550143", "303030", "login"],
        ),
        (
            "logto",
            json!({ "to": "12025550144", "type": "Register", "ip": "203.0.113.7",
                "payload": { "code": "404040", "locale": "de" } }),
            ["+12025550144", "404040", "verification"],
        ),
        (
            "logto",
            json!({ "to": JANE, "type": "ForgotPassword", "payload": { "code": "505050" } }),
            [JANE, "505050", "password_reset"],
        ),
        (
            "gateway",
            json!({ "to": NUMBER, "code": "606060", "purpose": "transaction", "text": "ignored" }),
            [NUMBER, "606060", "transaction"],
        ),
        // So privacyIDEA writes a code that is a number.
        ("gateway", json!({ "to": "+13105550145", "code": 707070 }), ["+13105550145", "707070", "login"]),
    ]
}

#[tokio::test]
async fn each_product_has_its_code_delivered() {
    let desk = Desk::open().await;
    let key = desk.key();
    let mut expected: Vec<[String; 3]> = Vec::new();
    for (product, body, sent) in requests() {
        let answer =
            desk.posted(product, &[("authorization", &format!("Bearer {key}"))], &body.to_string()).await;
        assert_eq!(answer.status, 200, "{product}: {}", answer.body);
        assert!(!answer.body.contains(sent[1]));
        expected.push(sent.map(str::to_owned));
        desk.sent_all(expected.len()).await;
    }
    assert_eq!(desk.sent().await, expected);
    assert_eq!(desk.app.database().number("SELECT count(*) FROM challenges WHERE code_hash IS NOT NULL"), 0);
}

#[tokio::test]
async fn messages_of_kratos_without_a_code_are_accepted_and_not_sent() {
    let desk = Desk::open().await;
    let key = basic(&desk.key());
    for kind in ["recovery_code_invalid", "verification_code_invalid", "registration_duplicate"] {
        let body = json!({ "recipient": JANE, "template_type": kind, "template_data": {} }).to_string();
        assert_eq!(desk.posted("kratos", &[("authorization", &key)], &body).await.status, 200, "{kind}");
    }
    assert_eq!(desk.challenges(), 0);
}

#[tokio::test]
async fn a_gateway_takes_forms_and_basic_as_well() {
    let desk = Desk::open().await;
    let key = basic(&desk.key());
    let headers = [
        ("authorization", key.as_str()),
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
    ];
    let answer = desk.posted("gateway", &headers, "to=%2B12025550100&code=a%2Bb+c%26d&other=x").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"queued"}"#));
    assert_eq!(desk.sent_all(1).await, [[NUMBER, "a+b c&d", "login"].map(str::to_owned)]);
}

#[tokio::test]
async fn without_the_right_key_nothing_is_told_and_nothing_happens() {
    let desk = Desk::open().await;
    let other = desk.app.tenant().await;
    let body = json!({ "to": NUMBER, "code": "606060" }).to_string();
    let lacking = desk.posted("gateway", &[("authorization", &basic(&desk.sandbox.key))], &body).await;
    assert_eq!((lacking.status, &lacking.json()["code"]), (403, &json!("insufficient_scope")));
    let key = desk.key();
    let unknown = "otpm_wrong-key-that-somebody-has";
    let mut told = Vec::new();
    for product in PRODUCTS {
        for headers in [
            vec![],
            vec![("authorization", format!("Bearer {}", other.key))],
            vec![("authorization", format!("Bearer {unknown}"))],
            vec![("authorization", basic(unknown))],
            vec![("authorization", "Basic !".to_owned())],
            vec![("authorization", key.clone())],
        ] {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = desk.posted(product, &headers, &body).await;
            if answer.status != 429 {
                assert_eq!(
                    (answer.status, answer.header("www-authenticate")),
                    (401, Some("Bearer")),
                    "{product}"
                );
                told.push((product, answer.body));
            }
        }
    }
    told.dedup();
    assert_eq!(
        told.len(),
        told.iter().map(|(product, _)| *product).collect::<std::collections::BTreeSet<_>>().len()
    );
    let crossed = desk.app.api.bearing(&key);
    let crossed = crossed
        .post(&format!("/hooks/gateway/{}", other.handle), &json!({ "to": NUMBER, "code": "606060" }))
        .await;
    assert!([401, 429].contains(&crossed.status), "{}", crossed.body);
    assert_eq!(desk.challenges(), 0);
}

#[tokio::test]
async fn a_stranger_who_tries_and_tries_is_held_off_and_a_key_is_not() {
    let desk = Desk::open().await;
    let key = desk.key();
    let body = json!({ "to": NUMBER, "code": "606060" }).to_string();
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(desk.posted("gateway", &[], &body).await.status);
    }
    assert_eq!((statuses[0], statuses[11]), (401, 429), "{statuses:?}");
    assert_eq!(desk.posted("gateway", &[("authorization", &basic(&key))], &body).await.status, 200);
}

#[tokio::test]
async fn a_code_in_the_query_other_methods_and_unknown_products_are_refused() {
    let desk = Desk::open().await;
    let key = desk.key();
    let api = desk.app.api.bearing(&key);
    let query = format!("{}?to=%2B12025550100&code=606060&key={key}", desk.path("gateway"));
    let got = api.get(&query).await;
    assert_eq!((got.status, got.header("allow")), (405, Some("POST")));
    let posted = api.send(Method::POST, &query, b"{}".to_vec()).await;
    assert_eq!(posted.status, 422, "{}", posted.body);
    assert_eq!(api.post(&desk.path("auth0"), &json!({ "to": NUMBER, "code": "606060" })).await.status, 404);
    assert_eq!(desk.challenges(), 0);
}

#[tokio::test]
async fn missing_and_wrong_fields_are_named_in_the_way_of_the_product() {
    let desk = Desk::open().await;
    let key = basic(&desk.key());
    for (product, body, word) in [
        (
            "kratos",
            json!({ "recipient": JANE, "template_type": "login_code_valid", "template_data": {} }),
            "login_code",
        ),
        ("kratos", json!({ "template_type": "x", "template_data": {} }), "recipient"),
        ("authentik", json!({ "To": NUMBER }), "Body"),
        ("authentik", json!({ "To": "12", "Body": "303030" }), "to:"),
        ("logto", json!({ "to": JANE, "type": "SignIn", "payload": { "link": "x" } }), "payload/code"),
        ("logto", json!({ "to": JANE, "type": "SignIn" }), "payload"),
        ("gateway", json!({ "to": NUMBER }), "code"),
        ("gateway", json!({ "to": NUMBER, "code": "12" }), "code"),
        ("gateway", json!({ "to": NUMBER, "code": 6060.5 }), "code"),
        ("gateway", json!({ "to": NUMBER, "code": [606060] }), "code"),
        ("gateway", json!({ "to": NUMBER, "code": -606060 }), "code"),
        ("gateway", json!({ "to": NUMBER, "code": "606060", "purpose": "Log in" }), "purpose"),
    ] {
        let answer = desk.posted(product, &[("authorization", &key)], &body.to_string()).await;
        assert_eq!(answer.status, 422, "{product} {body}: {}", answer.body);
        assert!(
            answer.body.contains(word) && !answer.body.contains("6060"),
            "{product} {body}: {}",
            answer.body
        );
        let is_text = product == "authentik";
        assert_eq!(answer.header("content-type").unwrap().starts_with("text/plain"), is_text);
    }
    let no_json = desk.posted("gateway", &[("authorization", &key)], "[]").await;
    assert_eq!((no_json.status, &no_json.json()["code"]), (400, &json!("invalid_json")));
    let large = json!({ "to": NUMBER, "code": "606060", "x": "x".repeat(70_000) }).to_string();
    assert_eq!(desk.posted("gateway", &[("authorization", &key)], &large).await.status, 413);
    assert_eq!(desk.challenges(), 0);
}

#[tokio::test]
async fn a_retry_sends_once_also_sixteen_at_once_and_a_later_code_that_is_the_same_again() {
    let desk = Desk::open().await;
    let key = basic(&desk.key());
    let body = json!({ "to": NUMBER, "code": "606060" }).to_string();
    let headers = [("authorization", key.as_str())];
    let posting = desk.app.api.with(AUTHORIZATION, &key);
    let mut posts = JoinSet::new();
    for _ in 0..16 {
        let (api, path, body) = (posting.clone(), desk.path("gateway"), body.clone().into_bytes());
        posts.spawn(async move { api.send(Method::POST, &path, body).await });
    }
    for answer in posts.join_all().await {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    assert_eq!(desk.sent_all(1).await.len(), 1);
    let other = json!({ "to": NUMBER, "code": "616161" }).to_string();
    assert_eq!(desk.posted("gateway", &headers, &other).await.status, 200);
    desk.sent_all(2).await;
    desk.app.clock.pass_seconds(3_600);
    assert_eq!(desk.posted("gateway", &headers, &body).await.status, 200);
    assert_eq!(desk.posted("gateway", &headers, &body).await.status, 200);
    desk.sent_all(3).await;
}

#[tokio::test]
async fn a_limit_says_when_it_ends() {
    let desk = Desk::open().await;
    let key = basic(&desk.key());
    let headers = [("authorization", key.as_str())];
    for (number, status) in [(1, 200), (2, 200), (3, 200), (4, 429)] {
        let body = json!({ "to": "kate@one.example", "code": format!("60606{number}") }).to_string();
        let answer = desk.posted("gateway", &headers, &body).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        if status == 429 {
            assert_eq!((answer.retry_after(), &answer.json()["code"]), (600, &json!("sends_per_recipient")));
        }
    }
}
