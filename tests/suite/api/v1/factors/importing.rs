//! Secrets that apps hold already.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use otpmint::domain::steady_clock::TimeSource as _;
use serde_json::{Value, json};

use super::{Factors, Phone};
use crate::api::harness::TestApp;
use crate::api::v1::assert_problem;
use crate::support::lab::{need, need_command};

/// `12345678901234567890`, the secret of RFC 6238.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// An export of Google Authenticator with so many accounts `Shop:jane`.
fn export(accounts: usize) -> String {
    exported(accounts, 2)
}

/// The same, of this kind: 1 counts, 2 takes the time.
fn exported(accounts: usize, kind: u8) -> String {
    let mut account = vec![0x0a, 20];
    account.extend(b"12345678901234567890");
    account.extend([0x12, 9]);
    account.extend(b"Shop:jane");
    account.extend([0x1a, 4]);
    account.extend(b"Shop");
    account.extend([0x20, 1, 0x28, 1, 0x30, kind]);
    let field = [vec![0x0a, u8::try_from(account.len()).unwrap()], account].concat();
    let message = [field.repeat(accounts), vec![0x10, 1, 0x18, 1]].concat();
    let data: String = form_urlencoded::byte_serialize(STANDARD.encode(message).as_bytes()).collect();
    format!("otpauth-migration://offline?data={data}")
}

#[tokio::test]
async fn a_secret_comes_in_base32_as_a_uri_or_as_an_export() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let spaced = "gezd gnbv gy3t qojq gezd gnbv gy3t qojq";
    let uri = format!("otpauth://totp/Shop:jane?secret={SECRET}&issuer=Shop");
    for (given, issuer, account) in [
        (json!({ "secret": spaced }), "", "user-17"),
        (json!({ "uri": uri }), "Shop:", "jane"),
        (json!({ "uri": export(1) }), "Shop:", "jane"),
        (json!({ "uri": uri, "issuer": "Other", "account": "joe" }), "Other:", "joe"),
    ] {
        let mut body = given.clone();
        body["identity"] = json!("user-17");
        let answer = factors.create(&body).await;
        assert_eq!(answer.status, 201, "{given}: {}", answer.body);
        let told = answer.json();
        assert_eq!((&told["secret"], &told["status"]), (&json!(SECRET), &json!("unconfirmed")));
        let begin = format!("otpauth://totp/{issuer}{account}?secret={SECRET}&");
        assert!(told["uri"].as_str().unwrap().starts_with(&begin), "{told}");
        let id = told["factor"].as_str().unwrap();
        let confirmed = factors.confirm(id, &Phone::of(&told).code(&app, 0)).await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.body);
        factors.delete(id).await;
    }
}

#[tokio::test]
async fn an_imported_factor_may_be_active_at_once() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let body = json!({ "identity": "user-17", "secret": SECRET, "confirmed": true });
    let (id, phone) = factors.add(&body).await;
    let shown = factors.get(&id).await.json();
    assert_eq!((&shown["status"], &shown["recovery_codes_remaining"]), (&json!("active"), &json!(0)));
    assert_eq!(factors.check(&id, &phone.code(&app, 0)).await.status, 200);
    assert_eq!(super::codes(&factors.renew(&id).await).len(), 10);
    let drawn = factors.create(&json!({ "identity": "user-18", "confirmed": true })).await;
    assert_eq!(assert_problem(&drawn, 422, "invalid_field")["errors"][0]["pointer"], "/confirmed");
}

#[tokio::test]
async fn what_cannot_be_imported_is_named_not_repeated_and_changes_nothing() {
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    let uri = format!("otpauth://totp/x?secret={SECRET}");
    let hotp = format!("otpauth://hotp/x?secret={SECRET}&counter=0");
    let with_counter = exported(1, 1);
    let too_long = format!("{uri}&image={}", "x".repeat(4_096));
    for (given, pointer) in [
        (json!({ "secret": "GEZDGNBV" }), "/secret"),
        (json!({ "secret": "GEZDGNBV".repeat(13) }), "/secret"),
        (json!({ "secret": format!("{SECRET}1") }), "/secret"),
        (json!({ "uri": hotp }), "/uri"),
        (json!({ "uri": export(0) }), "/uri"),
        (json!({ "uri": export(2) }), "/uri"),
        (json!({ "uri": "otpauth-migration://offline?data=%%%" }), "/uri"),
        // A field that is longer than the message, a group, and a number without an end.
        (json!({ "uri": "otpauth-migration://offline?data=CgU" }), "/uri"),
        (json!({ "uri": "otpauth-migration://offline?data=Cw%3D%3D" }), "/uri"),
        (json!({ "uri": "otpauth-migration://offline?data=CP////////////8%3D" }), "/uri"),
        (json!({ "uri": with_counter }), "/uri"),
        (json!({ "uri": too_long }), "/uri"),
        (json!({ "uri": format!("{uri}&digits=7") }), "/uri"),
        (json!({ "uri": uri, "digits": 6 }), "/digits"),
        (json!({ "uri": uri, "secret": SECRET }), "/secret"),
    ] {
        let mut body = given.clone();
        body["identity"] = json!("user-17");
        let answer = factors.create(&body).await;
        let problem = assert_problem(&answer, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{given}");
        assert!(!answer.body.contains("GEZDGNBV"), "{}", answer.body);
    }
    assert_eq!(app.database().number("SELECT count(*) FROM factors"), 0);
}

/// The codes of the OATH Toolkit, an implementation by others.
fn oathtool(told: &Value, seconds: i64) -> String {
    let text = |name: &str| told[name].as_str().expect("a text");
    let number = |name: &str| told[name].as_u64().expect("a number");
    let output = Command::new("oathtool")
        .arg(format!("--totp={}", text("algorithm").to_lowercase()))
        .args(["--base32", &format!("--digits={}", number("digits"))])
        .arg(format!("--time-step-size={}s", number("period")))
        .args([&format!("--now=@{seconds}"), text("secret")])
        .output()
        .expect("it is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("digits").trim().to_owned()
}

#[tokio::test]
async fn codes_of_oathtool_are_right() {
    let Some(()) = need(need_command("oathtool")) else { return };
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    for (algorithm, digits, period) in [("SHA1", 6, 30), ("SHA256", 8, 30), ("SHA512", 8, 60)] {
        let body = json!({ "identity": "u", "algorithm": algorithm, "digits": digits, "period": period });
        let told = factors.create(&body).await.json();
        let code = oathtool(&told, app.clock.wall().as_millis() / 1_000);
        let confirmed = factors.confirm(told["factor"].as_str().unwrap(), &code).await;
        assert_eq!(confirmed.status, 200, "{body}: {}", confirmed.body);
    }
}
