//! Input that nobody sends by accident.

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};

use super::{Sdk, assert_error};
use crate::api::harness::{JANE, TestApp};

#[tokio::test]
async fn paths_and_methods_that_do_not_exist_are_json_too() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let service = sdk.service().await;
    for path in ["", "/", "/Nothing", "/services", "/Services/", &format!("{service}/Nothing/x/y")] {
        let answer = assert_error(&sdk.get(path).await, 404, 20404);
        assert!(answer["message"].as_str().unwrap().contains("was not found"), "{answer}");
    }
    for path in
        ["/Services", &service, &format!("{service}/Verifications"), &format!("{service}/VerificationCheck")]
    {
        let answer = app.api.send(Method::PUT, &format!("/v2{path}"), Vec::new()).await;
        assert_error(&answer, 405, 20004);
        assert!(answer.header("allow").is_some());
    }
    assert_error(&sdk.get(&format!("{service}/Verifications")).await, 405, 20004);
}

#[tokio::test]
async fn no_form_does_harm() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let service = sdk.service().await;
    let (user, password) = (&sdk.account, &tenant.key);
    let basic = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"))
    };
    let api = app.api.with(AUTHORIZATION, &format!("Basic {basic}"));
    let deep = format!("Tags={}&To={JANE}&Channel=email", "[".repeat(10_000));
    let many: String = (0..1_000).map(|number| format!("P{number}=x&")).collect();
    for body in [
        &b"\xff\xfe\x00"[..],
        b"{\"To\":\"jane@recipient.example\"}",
        b"To=%ff%fe&Channel=email",
        b"To=a%00b@recipient.example&Channel=email",
        b"To=jane@recipient.example%0d%0aBcc:eve@evil.example&Channel=email",
        b"&&&===",
        b"To&Channel",
        deep.as_bytes(),
        many.as_bytes(),
        b"",
    ] {
        let answer = api.send(Method::POST, &format!("/v2{service}/Verifications"), body.to_vec()).await;
        assert_error(&answer, 400, 60200);
        let answer = api.send(Method::POST, &format!("/v2{service}/VerificationCheck"), body.to_vec()).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
    }
    let large = vec![b'x'; 20_000];
    let answer = api.with(CONTENT_TYPE, "text/plain").send(Method::POST, "/v2/Services", large).await;
    assert_error(&answer, 413, 60200);
    assert_eq!(app.mail.received(), 0);
}

#[tokio::test]
async fn a_code_is_in_no_error_and_in_no_answer() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let service = sdk.service().await;
    let (name, code) = super::begun(&app, &sdk, &service, JANE).await;
    let mut answers = vec![
        sdk.get(&format!("{service}/Verifications/{name}")).await,
        sdk.check(&service, "joe@recipient.example", &code).await,
        sdk.post(&format!("{service}/VerificationCheck"), &[("Code", &code)]).await,
        sdk.post(&format!("{service}/VerificationCheck"), &[("Code", &code), ("Code", &code)]).await,
        sdk.post(&format!("{service}/Verifications"), &[("To", &code), ("Channel", "email")]).await,
    ];
    answers.push(sdk.check(&service, JANE, &code).await);
    let shown = |answer: &crate::api::harness::Answer| answer.body.replace(&name, "");
    assert!(answers.iter().all(|answer| !shown(answer).contains(&code)), "{answers:?}");
}
