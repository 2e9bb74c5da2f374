//! The secrets with which products sign.

use reqwest::Method;
use serde_json::json;

use super::{Desk, NUMBER};
use crate::api::v1::assert_problem;

const SECRET: &str = "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PATH: &str = "/v1/tenant/hooks/supabase-sms";

#[tokio::test]
async fn a_secret_is_made_told_once_and_works_until_it_is_replaced_or_deleted() {
    let desk = Desk::open().await;
    let owner = desk.owner();
    assert_problem(&owner.get(PATH).await, 404, "hook_not_found");
    let made = owner.send(Method::PUT, PATH, Vec::new()).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let secret = made.json()["secret"].as_str().expect("a secret").to_owned();
    assert!(secret.starts_with("v1,whsec_") && secret.ends_with(made.json()["hint"].as_str().unwrap()));
    let seen = owner.get(PATH).await;
    assert!(!seen.body.contains(&secret) && seen.json().get("secret").is_none(), "{}", seen.body);
    let sms = |otp: &str| json!({ "sms": { "otp": otp, "phone": "12025550100" } });
    assert_eq!(desk.signed("supabase-sms", ("a", &secret), &sms("561166")).await.status, 200);
    let given = desk.secret("supabase-sms", &json!({ "secret": SECRET })).await;
    assert_eq!((given.status, given.json().get("secret")), (200, None));
    assert_eq!(desk.signed("supabase-sms", ("a", &secret), &sms("561167")).await.status, 401);
    assert_eq!(desk.signed("supabase-sms", ("b", SECRET), &sms("561167")).await.status, 200);
    assert_eq!(owner.send(Method::DELETE, PATH, Vec::new()).await.status, 204);
    assert_problem(&owner.send(Method::DELETE, PATH, Vec::new()).await, 404, "hook_not_found");
    assert_eq!(desk.signed("supabase-sms", ("a", SECRET), &sms("561168")).await.status, 401);
    let sent = desk.sent_all(2).await;
    assert_eq!(sent[1], [NUMBER, "561167", "verification"].map(str::to_owned));
}

#[tokio::test]
async fn a_secret_lies_in_the_store_sealed_to_its_tenant_and_opens_nowhere_else() {
    let desk = Desk::open().await;
    assert_eq!(desk.secret("supabase-sms", &json!({ "secret": SECRET })).await.status, 200);
    let bytes = desk.app.database().bytes();
    let clear = SECRET.as_bytes();
    assert!(!bytes.windows(clear.len()).any(|window| window == clear));
    let sms = json!({ "sms": { "otp": "561166", "phone": "12025550100" } });
    desk.app.database().change("UPDATE hooks SET product = 'supabase-email'");
    assert_eq!(desk.signed("supabase-sms", ("a", SECRET), &sms).await.status, 401);
    desk.app.database().change("UPDATE hooks SET product = 'supabase-sms', id = id + 1");
    assert_eq!(desk.signed("supabase-sms", ("a", SECRET), &sms).await.status, 503);
    assert_eq!(desk.challenges(), 0);
}

#[tokio::test]
async fn what_is_no_secret_and_what_does_not_sign_is_refused() {
    let desk = Desk::open().await;
    for (product, body) in [
        ("supabase-sms", json!({ "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" })),
        ("supabase-sms", json!({ "secret": "v1,whsec_c2hvcnQ=" })),
        ("supabase-email", json!({ "secret": "" })),
        ("zitadel", json!({ "secret": "short" })),
        ("zitadel", json!({})),
    ] {
        let refused = desk.secret(product, &body).await;
        assert_eq!(assert_problem(&refused, 422, "invalid_field")["errors"][0]["pointer"], "/secret");
    }
    for product in ["kratos", "gateway", "nothing"] {
        assert_problem(&desk.secret(product, &json!({})).await, 404, "hook_not_found");
    }
    assert_eq!(desk.app.database().number("SELECT count(*) FROM hooks"), 0);
}

#[tokio::test]
async fn a_secret_goes_over_to_a_new_key_when_keys_are_rotated() {
    use otpmint::domain::sub_key::KeyPurpose;
    let desk = Desk::open().await;
    assert_eq!(desk.secret("supabase-sms", &json!({ "secret": SECRET })).await.status, 200);
    desk.app.rotate_sub_keys(&[KeyPurpose::Seal]).await;
    let moved = "SELECT count(*) FROM hooks WHERE hex(substr(secrets, 5, 1)) = '02'";
    assert_eq!(desk.app.database().number(moved), 1);
    let sms = json!({ "sms": { "otp": "561166", "phone": "12025550100" } });
    assert_eq!(desk.signed("supabase-sms", ("a", SECRET), &sms).await.status, 200);
}
