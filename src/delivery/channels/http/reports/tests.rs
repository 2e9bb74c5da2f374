use aws_lc_rs::{digest, hmac};
use secrecy::SecretString;

use super::reported::{reported, reported_with};
use super::*;
use crate::domain::deliveries::callback::CallbackMethod;
use crate::domain::deliveries::provider_report::Fate;

const NOW: i64 = 1_800_000_000;

fn post<'a>(url: &'a str, headers: &'a [(String, String)], body: &'a str) -> Callback<'a> {
    Callback { method: CallbackMethod::Post, url, headers, body: body.as_bytes() }
}

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn delivered() -> CallbackReading {
    reported(Some(Fate::Delivered))
}

#[test]
fn twilios_own_example_is_signed_and_nothing_else_is() {
    // From Twilio's documentation of its signatures.
    let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    let body =
        "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212";
    let read = |url: &str, signature: &str, body: &str, token: &str| {
        let headers = [header("x-twilio-signature", signature)];
        twilio::read(Some(&SecretString::from(token)), &post(url, &headers, body))
    };
    let signature = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";
    assert_eq!(read(url, signature, body, "12345"), reported(None));
    assert_eq!(read(&url.replace(".com", ".com:443"), signature, body, "12345"), reported(None));
    for (url, signature, body, token) in [
        (url, signature, body, "12346"),
        ("https://mycompany.com/myapp.php?foo=1&bar=3", signature, body, "12345"),
        (url, signature, "CallSid=CA1234567890ABCDE", "12345"),
        (url, "", body, "12345"),
        (url, "AAAA", body, "12345"),
    ] {
        assert_eq!(read(url, signature, body, token), CallbackReading::Refused);
    }
    let unsigned = twilio::read(Some(&"12345".into()), &post(url, &[], body));
    assert_eq!(unsigned, CallbackReading::Refused);
}

#[test]
fn twilios_words_become_fates() {
    for (body, fate) in [
        ("MessageStatus=delivered", Some(Fate::Delivered)),
        ("MessageStatus=read", Some(Fate::Delivered)),
        ("CallStatus=completed", Some(Fate::Delivered)),
        ("MessageStatus=undelivered&ErrorCode=30003", Some(Fate::Failed)),
        ("CallStatus=no-answer", Some(Fate::Failed)),
        ("MessageStatus=sent", None),
        ("CallStatus=ringing", None),
        ("", None),
    ] {
        let read = twilio::read(None, &post("https://x.example/", &[], body));
        let code = body.contains("ErrorCode").then_some(30003);
        assert_eq!(read, reported_with(fate, code), "{body}");
    }
}

#[test]
fn telegram_signs_time_and_body() {
    let body = r#"{"request_id":"r1","delivery_status":{"status":"delivered","updated_at":1}}"#;
    let sign = |token: &str, at: i64, body: &str| {
        let key =
            hmac::Key::new(hmac::HMAC_SHA256, digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        let tag = hmac::sign(&key, format!("{at}\n{body}").as_bytes());
        let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        [header("x-request-timestamp", &at.to_string()), header("x-request-signature", &hex)]
    };
    let read = |headers: &[(String, String)], body: &str| {
        let now = Timestamp::from_millis(NOW * 1_000);
        telegram::read(&"token".into(), &post("https://x.example/", headers, body), now)
    };
    assert_eq!(read(&sign("token", NOW, body), body), delivered());
    assert_eq!(read(&sign("token", NOW - 600, body), body), delivered());
    for headers in [
        sign("other", NOW, body),
        sign("token", NOW - 601, body),
        sign("token", NOW + 700, body),
        sign("token", NOW, "{}"),
        [header("x-request-timestamp", "now"), header("x-request-signature", "00")],
    ] {
        assert_eq!(read(&headers, body), CallbackReading::Refused);
    }
    assert_eq!(read(&[], body), CallbackReading::Refused);
}

#[test]
fn gateways_say_it_in_many_places() {
    let fate = |body: &str| words::read(&post("https://x.example/", &[], body));
    for body in [
        r#"{"status":"delivered","message_uuid":"1"}"#,
        r#"{"results":[{"messageId":"1","status":{"groupId":3,"groupName":"DELIVERED"}}]}"#,
        r#"{"data":{"event_type":"message.finalized","payload":{"to":[{"status":"delivered"}]}}}"#,
        r#"{"statuses":[{"code":0,"status":"Delivered","recipients":["1"]}]}"#,
        "Status=delivered&MessageUUID=1",
    ] {
        assert_eq!(fate(body), delivered(), "{body}");
    }
    assert_eq!(fate(r#"{"status":"rejected"}"#), reported(Some(Fate::Failed)));
    for body in ["", "{}", r#"{"status":"accepted"}"#, r#"{"text":"delivered"}"#, "[[[[[[[[[[1]]]]]]]]]]"] {
        assert_eq!(fate(body), reported(None), "{body}");
    }
    let get = Callback {
        method: CallbackMethod::Get,
        url: "https://x.example/callbacks/a/b?msisdn=1&status=delivered",
        headers: &[],
        body: b"",
    };
    assert_eq!(words::read(&get), delivered());
}
