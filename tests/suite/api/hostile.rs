//! Malicious requests: refused, and never with an internal error.

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName};
use serde_json::json;

use crate::api::harness::{Answer, JANE, Tenant, TestApp};

const ROUTES: [&str; 3] = ["/reg_secretkey", "/otp", "/verify-otp"];

async fn unlimited() -> TestApp {
    TestApp::with(|settings| settings.limits.enabled = false).await
}

async fn post(app: &TestApp, path: &str, body: impl Into<Vec<u8>>) -> Answer {
    app.operator().send(Method::POST, path, body.into()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_taken_up_to_16_kib_and_refused_above() {
    let app = unlimited().await;
    for path in ROUTES {
        let fits = format!("{{\"x\":\"{}\"}}", "y".repeat(16 * 1024 - 8));
        assert_eq!(fits.len(), 16 * 1024);
        post(&app, path, fits.clone()).await.is_problem(400, "invalid_field");
        post(&app, path, format!("{fits} ")).await.is_problem(413, "body_too_large");
        post(&app, path, "x".repeat(300_000)).await.is_problem(413, "body_too_large");
    }
    assert_eq!(app.api.get("/livez").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_one_json_object_is_refused() {
    let app = unlimited().await;
    let deep = format!("{{\"otp\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(2_000), "}".repeat(2_000));
    let mut bodies: Vec<Vec<u8>> = vec![deep.into(), objects.into(), b"{\"otp\":\"\xff\xfe\"}".to_vec()];
    for text in
        ["", " ", "{", "[]", "null", "1", "\"x\"", "{}{}", "{\"a\":1,}", "{'a':1}", "mail=a&secretKey=b"]
    {
        bodies.push(text.into());
    }
    bodies.push(b"\xef\xbb\xbf{}".to_vec());
    bodies.push(br#"{"otp":"\ud800"}"#.to_vec());
    bodies.push(br#"{"otp":1e999999}"#.to_vec());
    for path in ROUTES {
        for body in &bodies {
            let answer = post(&app, path, body.clone()).await;
            let told = String::from_utf8_lossy(body).chars().take(60).collect::<String>();
            assert_eq!((answer.status, answer.code().as_str()), (400, "invalid_json"), "{path} {told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_method_is_405_and_another_address_404() {
    let app = unlimited().await;
    for path in ROUTES {
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::HEAD]
        {
            let answer = app.api.json().send(method.clone(), path, Vec::new()).await;
            assert_eq!(answer.status, 405, "{method} {path}: {}", answer.body);
            assert_eq!(answer.header("allow"), Some("POST"), "RFC 9110 section 15.5.6");
            if method != Method::HEAD {
                answer.is_problem(405, "method_not_allowed");
            }
        }
    }
    for path in ["/", "/OTP", "/otp/", "/otp/x", "/..%2f..%2fetc/passwd", "/%00", "/verify-otp%0d%0aX: y"] {
        app.api.json().get(path).await.is_problem(404, "not_found");
        app.api.get(path).await.is(404, "Error: There is nothing at this address.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_another_type_is_named() {
    let app = unlimited().await;
    let tenant = app.tenant().await;
    let others =
        [json!(1), json!(1.5), json!(true), json!([]), json!({}), json!(["x"]), json!({ "$gt": "" })];
    for other in others {
        for (path, field, mut body) in [
            ("/otp", "mail", json!({ "secretKey": tenant.key })),
            ("/otp", "secretKey", json!({ "mail": JANE })),
            ("/verify-otp", "shareableKey", json!({ "otp": "123456" })),
            ("/verify-otp", "otp", json!({ "shareableKey": "x" })),
            ("/verify-otp", "secretKey", json!({ "shareableKey": "x", "otp": "123456" })),
        ] {
            body[field] = other.clone();
            let answer = app.api.json().post(path, &body).await;
            answer.is_problem(400, "invalid_field");
            assert_eq!(answer.json()["message"], format!("{field} must be a string."), "{path} {other}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_and_odd_headers_do_no_harm() {
    let app = unlimited().await;
    let header = |name| HeaderName::from_static(name);
    let long = "a".repeat(60_000);
    for (name, value) in [
        (header("x-padding"), long.as_str()),
        (header("accept"), long.as_str()),
        (header("x-request-id"), long.as_str()),
        (header("x-forwarded-for"), long.as_str()),
        (header("content-type"), "multipart/form-data; boundary="),
        (header("accept"), ";;;,,,"),
        (header("accept-encoding"), "gzip;q=nan"),
        (AUTHORIZATION, "Bearer"),
        (AUTHORIZATION, "Basic \u{fc}"),
    ] {
        let answer = app.api.with(name.clone(), value).verify("x", "123456").await;
        assert!((400..500).contains(&answer.status), "{name}: {answer:?}");
    }
    let own = app.api.with(header("x-request-id"), "trace-12345678").get("/livez").await;
    assert_eq!(own.header("x-request-id"), Some("trace-12345678"));
    let forged = app.api.with(header("x-request-id"), "a\tb c=d level=error").get("/livez").await;
    assert_ne!(forged.header("x-request-id"), Some("a\tb c=d level=error"));
}

/// The person named after the line break must get nothing.
const BREAKS: [&str; 8] = ["\r\n", "\n", "\r", "\u{0}", "\u{85}", "\u{2028}", "%0d%0a", "\u{b}"];

#[tokio::test(flavor = "multi_thread")]
async fn no_recipient_brings_another_one_along() {
    let app = unlimited().await;
    let tenant = app.tenant().await;
    let mut tries = Vec::new();
    for end in BREAKS {
        tries.push(format!("jane@recipient.example{end}Bcc: eve@evil.example"));
        tries.push(format!("jane@recipient.example>{end}RCPT TO:<eve@evil.example"));
    }
    for text in [
        "jane@recipient.example,eve@evil.example",
        "jane@recipient.example;eve@evil.example",
        "jane@recipient.example eve@evil.example",
        "<jane@recipient.example>",
        "Jane <jane@recipient.example>",
        "\"jane@evil.example\"@recipient.example",
        "jane@recipient.example@evil.example",
        "jane%evil.example@recipient.example,",
        "ja\r\nne@recipient.example",
        "ja\u{0}ne@recipient.example",
        "jane@[127.0.0.1]",
        "(c)jane@recipient.example",
        "jane@recipient.example SIZE=1",
        "",
        "jane@",
        "@recipient.example",
    ] {
        tries.push(text.to_owned());
    }
    for to in tries {
        let answer = app.api.json().mint(&to, &tenant.key).await;
        assert_eq!(answer.status, 400, "{to:?}: {}", answer.body);
        answer.is_problem(400, "invalid_recipient");
    }
    assert_eq!(app.mail.received(), 0);
}

/// The mail server got one mail to one person, with the fields that we write and no others.
fn is_harmless(app: &TestApp, to: &str) {
    let mails = app.mail.mails();
    let mail = mails.iter().find(|mail| mail.is_to(to)).expect("one was sent");
    assert_eq!(mail.to, [to]);
    let mut names: Vec<_> = mail.headers().iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    let ours = [
        "auto-submitted",
        "content-type",
        "date",
        "from",
        "message-id",
        "mime-version",
        "subject",
        "to",
        "x-auto-response-suppress",
    ];
    assert_eq!(names, ours, "{}", mail.source());
    assert!(!mail.html().unwrap().contains("<script"), "{}", mail.source());
    let from = mail.header("from").unwrap();
    assert!(from.ends_with("<app@sender.example>") || from == "app@sender.example", "{from}");
    for session in app.mail.transcripts() {
        let named = session.iter().filter(|line| line.to_ascii_uppercase().contains("RCPT TO")).count();
        let accepted = session.iter().filter(|line| line.contains("MAIL FROM")).count();
        assert_eq!(named, accepted, "{session:?}");
    }
}

async fn register_with(app: &TestApp, field: &str, value: &str) -> Option<Tenant> {
    let mut body = app.registration();
    body[field] = json!(value);
    let answer = app.operator().register(&body).await;
    assert!(answer.status == 200 || answer.status == 400, "{field} {value:?}: {answer:?}");
    let key = (answer.status == 200).then(|| answer.json()["secretKey"].as_str().unwrap().to_owned());
    key.map(|key| Tenant { handle: String::new(), key })
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_of_a_tenant_adds_a_header_a_recipient_or_markup() {
    let app = unlimited().await;
    let mut names: Vec<String> = BREAKS.iter().map(|end| format!("Acme{end}Bcc: eve@evil.example")).collect();
    for text in [
        "\"<eve@evil.example>, \"",
        "Acme <eve@evil.example>",
        "<script>alert(1)</script>",
        "=?utf-8?q?Acme=0D=0ABcc:_eve@evil.example?=",
        "Ünïcödé, GmbH: \u{202e}elpmaxe",
        ".",
        "a\\\"b",
        "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀",
    ] {
        names.push(text.to_owned());
    }
    let mut sent = 0;
    for (at, name) in names.iter().enumerate() {
        let Some(tenant) = register_with(&app, "name", name).await else { continue };
        let to = format!("r{at}@recipient.example");
        assert_eq!(app.api.mint(&to, &tenant.key).await.status, 200, "{name:?}");
        is_harmless(&app, &to);
        sent += 1;
    }
    assert!(sent >= 8, "{sent} of them can be names");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_field_of_the_account_carries_a_command() {
    let app = unlimited().await;
    for field in ["smtp_host", "smtp_mail", "smtp_password"] {
        for end in BREAKS {
            for value in
                [format!("app@sender.example{end}RCPT TO:<eve@evil.example>"), format!("localhost{end}x")]
            {
                let Some(tenant) = register_with(&app, field, &value).await else { continue };
                assert_eq!(field, "smtp_password", "{value:?} is no {field}");
                // A wrong password, and nothing else.
                let answer = app.api.json().mint(JANE, &tenant.key).await;
                answer.is_problem(502, "authentication_failed");
            }
        }
    }
    assert_eq!(app.mail.received(), 0);
}
