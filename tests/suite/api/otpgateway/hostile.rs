//! Input that no client sends.

use reqwest::Method;

use super::{ID, data, start};
use crate::api::harness::{Answer, JANE};

const FORM: &str = "application/x-www-form-urlencoded";

fn says(answer: &Answer, status: u16, words: &str) {
    let told = answer.json();
    let message = told["message"].as_str().unwrap_or_default();
    assert!(answer.status == status && message.contains(words), "{} {told}", answer.status);
    assert_eq!(
        (&told["status"], answer.header("content-type")),
        (&"error".into(), Some("application/json; charset=utf-8"))
    );
}

#[tokio::test]
async fn ids_that_are_no_names_are_refused() {
    let (app, _, gateway) = start().await;
    let long = "x".repeat(201);
    for id in ["abc%00def", "abcdef%0a", "abcdef%ff", "abcdef%e2%80%a8", long.as_str()] {
        says(&gateway.mail(id, JANE).await, 400, "Invalid ID: at most 200 bytes, on one line.");
        says(&gateway.check(id, "123456").await, 400, "Invalid ID");
        says(&gateway.status(id).await, 400, "Invalid ID");
        says(&gateway.take_status(id).await, 400, "Invalid ID");
    }
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
    // These are unusual, but names.
    for id in ["jane%40example.com", "a%2Fb%2Fc%2Fd", "%C3%BC%C3%BC%C3%BC", "100%25%20sure"] {
        let code = gateway.issued(&app, id, &format!("p{}@recipient.example", id.len())).await;
        data(&gateway.check(id, &code).await);
    }
}

#[tokio::test]
async fn bodies_that_are_no_forms_are_refused_and_change_nothing() {
    let (app, _, gateway) = start().await;
    let path = format!("/api/otp/{ID}");
    let raw =
        async |content_type: &str, body: String| gateway.raw(Method::PUT, &path, content_type, body).await;
    says(
        &raw("application/json", "{\"provider\":\"smtp\"}".to_owned()).await,
        400,
        "must be application/x-www",
    );
    says(&raw(FORM, "provider=smtp&provider=smtp".to_owned()).await, 400, "more than once");
    for bad in ["provider=%zz", "provider=smtp&to=%ff", "%=1", "provider=smtp&to=a%4"] {
        says(&raw(FORM, bad.to_owned()).await, 400, "not percent-encoded UTF-8");
        let query = format!("{path}?{bad}");
        says(&gateway.raw(Method::PUT, &query, FORM, String::new()).await, 400, "not percent-encoded UTF-8");
    }
    says(&raw(FORM, format!("provider=smtp&extra={}", "x".repeat(17 * 1024))).await, 413, "");
    let nested = format!("provider=smtp&to={JANE}&extra={}", "[".repeat(400));
    says(&raw(FORM, nested).await, 400, "Invalid JSON in `extra`");
    says(
        &raw(FORM, format!("provider=smtp&to={JANE}%0d%0aBcc: x@y.example")).await,
        400,
        "Invalid `to` address",
    );
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
}

#[tokio::test]
async fn a_code_in_an_address_is_refused() {
    let (app, _, gateway) = start().await;
    let code = gateway.issued(&app, ID, JANE).await;
    for query in [format!("otp={code}"), format!("%6Ftp={code}"), "otp".to_owned()] {
        let path = format!("/api/otp/{ID}?{query}");
        for method in [Method::POST, Method::PUT] {
            says(&gateway.send(method, &path, &[]).await, 400, "`otp` must be in the body");
        }
    }
    assert_eq!(data(&gateway.check(ID, &code).await)["attempts"], 1);
}

#[tokio::test]
async fn other_paths_and_methods_are_answered_in_the_same_form_and_the_originals_stay() {
    let (app, tenant, gateway) = start().await;
    for path in ["/api", "/api/", "/api/otp", "/api/otp/", "/api/otp/a/b/c", "/api/nothing"] {
        says(&gateway.send(Method::PUT, path, &[]).await, 404, "");
    }
    for (method, path, allow) in [
        (Method::GET, "/api/otp/session-17", "PUT, POST"),
        (Method::PUT, "/api/otp/session-17/status", "POST, DELETE"),
        (Method::POST, "/api/providers", "GET"),
        (Method::POST, "/api/health", "GET, HEAD"),
        (Method::DELETE, "/otp/tnt_x/session-17", "GET, HEAD, POST"),
        (Method::POST, "/otp/tnt_x/session-17/status", "GET, HEAD"),
    ] {
        let answer = gateway.send(method, path, &[]).await;
        says(&answer, 405, "");
        assert_eq!(answer.header("allow"), Some(allow), "{path}");
    }
    let api = app.api.json();
    api.send(Method::PUT, "/otp", Vec::new()).await.is_problem(405, "method_not_allowed");
    api.get("/otp/one").await.is_problem(404, "not_found");
    let challenge = app.mint(&tenant, JANE).await;
    app.api.verify(&challenge.key, &challenge.code).await.is(201, "OTP Matched!");
}
