//! Invalid bodies: each answer names the field, and nothing is done.

use reqwest::Method;
use serde_json::json;

use super::{Backend, assert_problem};
use crate::api::harness::{JANE, TestApp};

#[tokio::test]
async fn each_wrong_field_is_named() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let long = "x".repeat(501);
    for (body, pointer) in [
        (json!({}), "/to"),
        (json!({ "to": 5 }), "/to"),
        (json!({ "to": "nobody" }), "/to"),
        (json!({ "to": JANE, "surprise": 1 }), "/surprise"),
        (json!({ "to": JANE, "purpose": "Log In" }), "/purpose"),
        (json!({ "to": JANE, "ttl": 59 }), "/ttl"),
        (json!({ "to": JANE, "ttl": "600" }), "/ttl"),
        (json!({ "to": JANE, "code": { "length": 11 } }), "/code/length"),
        (json!({ "to": JANE, "code": { "alphabet": "emoji" } }), "/code/alphabet"),
        (json!({ "to": JANE, "code": { "size": 6 } }), "/code/size"),
        (json!({ "to": JANE, "code": [6, "digits"] }), "/code"),
        (json!({ "to": JANE, "metadata": { "a": 1 } }), "/metadata/a"),
        (json!({ "to": JANE, "metadata": { "a": long } }), "/metadata"),
        (json!({ "to": JANE, "nonce": "" }), "/nonce"),
        (json!({ "to": JANE, "locale": "Klingon" }), "/locale"),
        (json!({ "to": JANE, "bind": { "": "x" } }), "/bind"),
        (json!({ "to": JANE, "end_user_ip": "here" }), "/end_user_ip"),
    ] {
        let problem = assert_problem(&backend.mint(&body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
}

#[tokio::test]
async fn a_code_of_the_wrong_type_is_not_repeated_in_the_answer() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let answer = backend.verify_with("whatever", &json!({ "code": 352_640 })).await;
    let problem = assert_problem(&answer, 422, "invalid_field");
    assert_eq!(problem["detail"], "must be a string");
    assert!(!answer.body.contains("352640"), "{}", answer.body);
}

#[tokio::test]
async fn what_is_not_one_json_object_is_refused() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let trailing = format!(r#"{{"to":"{JANE}"}}{{}}"#);
    for body in ["", "{", "[]", "[1]x", "null", &trailing] {
        let answer = api.send(Method::POST, "/v1/challenges", body.into()).await;
        assert_problem(&answer, 400, "invalid_json");
    }
    let twice = format!(r#"{{"to":"{JANE}","to":"{JANE}"}}"#);
    let answer = api.send(Method::POST, "/v1/challenges", twice.into()).await;
    let problem = assert_problem(&answer, 422, "invalid_field");
    assert_eq!(problem["detail"], "occurs twice");
    let answer = api.send(Method::POST, "/v1/challenges", vec![b' '; 17 * 1024]).await;
    assert_problem(&answer, 413, "body_too_large");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    assert_problem(&api.get("/v1/nothing").await, 404, "not_found");
    assert_problem(&api.get("/v1/challenges").await, 405, "method_not_allowed");
    assert_problem(&api.send(Method::PUT, "/v1/verify", Vec::new()).await, 405, "method_not_allowed");
}
