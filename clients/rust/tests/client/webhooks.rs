// SPDX-License-Identifier: MIT

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use otpmint_client::Timestamp;
use otpmint_client::webhooks::{Invalid, WebhookVerifier};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const BODY: &str = r#"{"type":"ping","timestamp":"2026-01-15T12:00:00Z","data":{}}"#;
const NOON: i64 = 1_768_478_400;

fn sign(secret: &str, id: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &BASE64_STANDARD.decode(&secret[6..]).unwrap());
    let tag = hmac::sign(&key, format!("{id}.{NOON}.{BODY}").as_bytes());
    format!("v1,{}", BASE64_STANDARD.encode(tag))
}

fn verify(headers: &[(&str, &str)], body: &str, at: i64) -> Result<String, Invalid> {
    let at = Timestamp::from_second(at).unwrap();
    let verifier = WebhookVerifier::new(SECRET).unwrap();
    let event = verifier.verify_at(headers.iter().copied(), body.as_bytes(), at)?;
    assert!(event.challenge().is_none());
    Ok(format!("{} {}", event.id, event.r#type))
}

fn headers<'a>(stamp: &'a str, signature: &'a str) -> [(&'a str, &'a str); 4] {
    [("Webhook-Id", "evt_1"), ("webhook-timestamp", stamp), ("WEBHOOK-SIGNATURE", signature), ("Accept", "x")]
}

#[test]
fn the_example_of_standard_webhooks_is_signed() {
    let headers = [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ];
    // The signature is good; that this is no event of OtpMint is found out afterwards.
    assert_eq!(verify(&headers, r#"{"test": 2432232314}"#, 1_614_265_330), Err(Invalid::Body));
}

#[test]
fn one_of_several_signatures_is_enough() {
    let (good, bad, stamp) = (sign(SECRET, "evt_1"), sign(OTHER, "evt_1"), NOON.to_string());
    for all in [good.clone(), format!("{bad} {good}"), format!("{good} {bad}"), format!("v1a,x {good}")] {
        assert_eq!(verify(&headers(&stamp, &all), BODY, NOON), Ok("evt_1 ping".to_owned()));
    }
    let short = &good[..good.len() - 8];
    for none in
        [&*bad, &good.replace("v1,", "v2,"), &good[3..], short, "v1,", "v1,?", "x", &sign(SECRET, "evt_2")]
    {
        assert_eq!(verify(&headers(&stamp, none), BODY, NOON), Err(Invalid::Signature), "{none}");
    }
    assert_eq!(verify(&headers(&stamp, &good), &format!("{BODY} "), NOON), Err(Invalid::Signature));
}

#[test]
fn a_missing_or_doubled_header_is_refused() {
    let (good, stamp) = (sign(SECRET, "evt_1"), NOON.to_string());
    for at in 0..3 {
        let mut some = headers(&stamp, &good).to_vec();
        some.push(some[at]);
        assert_eq!(verify(&some, BODY, NOON), Err(Invalid::Header));
        let name = some[at].0;
        some.retain(|(one, _)| *one != name);
        assert_eq!(verify(&some, BODY, NOON), Err(Invalid::Header));
    }
}

#[test]
fn a_request_that_is_too_old_or_too_far_ahead_is_refused() {
    let (good, stamp) = (sign(SECRET, "evt_1"), NOON.to_string());
    for (apart, is_good) in [(-300, true), (300, true), (-301, false), (301, false)] {
        let found = verify(&headers(&stamp, &good), BODY, NOON + apart);
        assert_eq!(found.is_ok(), is_good, "{apart}");
        assert!(is_good || found == Err(Invalid::Age));
    }
    for stamp in ["NaN", "-5", "1e9", "+1768478400", "٣", "9999999999999"] {
        assert_eq!(verify(&headers(stamp, &good), BODY, NOON), Err(Invalid::Timestamp), "{stamp}");
    }
}

#[test]
fn a_secret_that_is_none_is_a_mistake_of_the_caller() {
    for secret in ["", "whsec_", "whsec_?", &SECRET[6..]] {
        let error = WebhookVerifier::new(secret).unwrap_err();
        assert!(!format!("{error:?}").contains("MfKQ9r8"));
    }
    assert_eq!(format!("{:?}", WebhookVerifier::new(SECRET).unwrap()), "WebhookVerifier(…)");
}
