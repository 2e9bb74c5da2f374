//! What people paste is understood; input that cannot be a code costs nothing.

use otpmint::config::AlphabetName;
use serde_json::{Value, json};

use crate::api::harness::{Challenge, JANE, TestApp, wrong};

/// The digits of `code` in another script.
fn in_digits_from(zero: char, code: &str) -> String {
    let digit = |c: char| char::from_u32(zero as u32 + c.to_digit(10).unwrap()).unwrap();
    code.chars().map(digit).collect()
}

fn spellings(code: &str) -> Vec<String> {
    let (head, tail) = code.split_at(3);
    vec![
        code.to_owned(),
        format!("  {code}\r\n"),
        format!("{head} {tail}"),
        format!("{head}-{tail}"),
        format!("{head}\u{2013}{tail}"),
        format!("{head}\u{a0}{tail}"),
        format!("\u{feff}{head}\u{200b}{tail}\u{200d}"),
        format!("\u{2068}{code}\u{2069}"),
        code.chars().map(|c| format!("{c} ")).collect(),
        in_digits_from('\u{ff10}', code),
        in_digits_from('\u{660}', code),
        in_digits_from('\u{6f0}', code),
        in_digits_from('\u{966}', code),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_understood_however_it_was_pasted() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let count = spellings("123456").len();
    for at in 0..count {
        let challenge = app.mint(&tenant, JANE).await;
        let typed = spellings(&challenge.code).swap_remove(at);
        let answer = app.api.verify(&challenge.key, &typed).await;
        assert_eq!((answer.status, answer.body.as_str()), (201, "OTP Matched!"), "{typed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_understood_in_either_case_and_width() {
    let app = TestApp::with(|settings| {
        settings.codes.alphabet = AlphabetName::Unambiguous;
        settings.codes.length = 8;
    })
    .await;
    let tenant = app.tenant().await;
    let wide = |code: &str| -> String {
        code.chars().map(|c| char::from_u32(c as u32 - 0x20 + 0xff00).unwrap()).collect()
    };
    for (to, spell) in [
        ("lower@recipient.example", &(|code: &str| code.to_lowercase()) as &dyn Fn(&str) -> String),
        ("wide@recipient.example", &wide),
        ("dashed@recipient.example", &|code: &str| format!("{}-{}", &code[..4], &code[4..])),
    ] {
        let challenge = app.mint(&tenant, to).await;
        app.api.verify(&challenge.key, &spell(&challenge.code)).await.is(201, "OTP Matched!");
    }
}

fn no_codes() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "\u{200b}",
        "123",
        "12345678901",
        "12345!",
        "12.345",
        "<b>123456</b>",
        "código",
        "-1234.5",
        "1e5",
        "١٢٣",
        "\u{0}123456",
        "🔢🔢🔢🔢🔢🔢",
        "123456; DROP TABLE challenges",
    ];
    let mut all: Vec<Value> = texts.map(|text| json!(text)).to_vec();
    all.extend([
        json!(123_456),
        json!(12.5),
        json!(null),
        json!({}),
        json!([]),
        json!(["123456"]),
        json!(true),
    ]);
    all.extend([json!({ "otp": "123456" }), json!("1".repeat(10_000)), json!(" ".repeat(300))]);
    all
}

async fn send_all(app: &TestApp, challenge: &Challenge) {
    for otp in no_codes() {
        let body = json!({ "shareableKey": challenge.key, "otp": otp });
        app.api.post("/verify-otp", &body).await.is_text_problem(400);
        let told = app.api.json().post("/verify-otp", &body).await;
        let code = told.code();
        assert!(told.status == 400 && (code == "not_a_code" || code == "invalid_field"), "{otp}: {code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_code_is_400_and_costs_no_attempt() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let lucky = app.mint(&tenant, JANE).await;
    send_all(&app, &lucky).await;
    for _ in 0..4 {
        app.api.verify(&lucky.key, &wrong(&lucky.code)).await.is(403, "OTP Mismatched!");
        app.api.verify(&lucky.key, "12 34 ?").await.is_text_problem(400);
    }
    app.api.verify(&lucky.key, &lucky.code).await.is(201, "OTP Matched!");

    let late = app.mint(&tenant, JANE).await;
    send_all(&app, &late).await;
    for _ in 0..5 {
        app.api.verify(&late.key, &wrong(&late.code)).await.is(403, "OTP Mismatched!");
    }
    app.api.verify(&late.key, &late.code).await.is(400, "Maximum Attempts Reached!");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_length_is_a_wrong_code() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    for typed in [format!("{}0", challenge.code), challenge.code[..5].to_owned()] {
        app.api.verify(&challenge.key, &typed).await.is(403, "OTP Mismatched!");
    }
}
