// SPDX-License-Identifier: MIT

//! The version and the types are those of docs/openapi.json.

use std::collections::BTreeSet;
use std::fs;

use otpmint_client::{
    Challenge, Channel, CheckFactor, CodeShape, ConfirmFactor, FactorRequest, Mint, Relay, VERSION, Verify,
};
use serde::Serialize;
use serde_json::{Value, json};

fn description() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn schema(api: &Value, name: &str) -> BTreeSet<String> {
    let schema = &api["components"]["schemas"][name];
    let parts = schema["allOf"].as_array().cloned().unwrap_or_else(|| vec![schema.clone()]);
    let mut names = BTreeSet::new();
    for part in &parts {
        match part["$ref"].as_str() {
            Some(of) => names.extend(self::schema(api, of.rsplit('/').next().unwrap())),
            None => names.extend(part["properties"].as_object().unwrap().keys().cloned()),
        }
    }
    names
}

fn names(body: &impl Serialize) -> BTreeSet<String> {
    json!(body).as_object().unwrap().keys().cloned().collect()
}

#[test]
fn the_version_is_that_of_the_description() {
    assert_eq!(VERSION, description()["info"]["version"]);
}

#[test]
fn requests_have_every_field_of_the_description_and_no_other() {
    let api = description();
    let shape = CodeShape { length: Some(6), alphabet: Some("digits".to_owned()) };
    let mint =
        Mint::to("a@b.c").ask("email").channel(otpmint_client::Channel::Email).purpose("login").locale("en");
    let mint = mint.ttl(60).code(shape.clone()).metadata("a", "b").nonce("n").vars("a", "b").origin("o");
    let mint = mint
        .app_hash("h")
        .bind("a", "b")
        .return_url("u")
        .embed()
        .limits("a", "b")
        .end_user_ip("::1")
        .trusted();
    assert_eq!(names(&mint), schema(&api, "MintRequest"));
    assert_eq!(names(&shape), schema(&api, "CodeShapeRequest"));
    let verify = Verify::code("1").bind("a", "b").end_user_ip("::1").trusted();
    assert_eq!(names(&verify), schema(&api, "VerifyRequest"));
    let text = || Some("x".to_owned());
    let factor = FactorRequest {
        identity: "u".to_owned(),
        issuer: text(),
        account: text(),
        algorithm: text(),
        digits: Some(6),
        period: Some(30),
        secret: Some("x".into()),
        uri: Some("x".into()),
        confirmed: Some(true),
        return_url: text(),
        locale: text(),
        idempotency_key: None,
    };
    assert_eq!(names(&factor), schema(&api, "FactorRequest"));
    assert!(!format!("{factor:?}").contains("secret: "));
    let check = CheckFactor { purpose: text(), nonce: text(), ..CheckFactor::from("1") };
    assert_eq!(names(&check), schema(&api, "CheckFactor"));
    assert_eq!(names(&ConfirmFactor::from("1")), schema(&api, "ConfirmFactor"));
    let relay =
        Relay::code("a@b.c", "314159").channel(Channel::Email).purpose("login").locale("en").expires_in(60);
    let relay = relay.vars("a", "b").metadata("a", "b").limits("a", "b").end_user_ip("::1");
    let relay = relay.link("https://app.example/magic");
    assert!(!format!("{relay:?}").contains("magic"));
    assert_eq!(names(&relay), schema(&api, "RelayRequest"));
}

/// The fields of an answer, in the source: a struct that is only read has no other list of them.
fn fields(of: &str) -> BTreeSet<String> {
    let sources = [
        include_str!("../../src/types.rs"),
        include_str!("../../src/factors.rs"),
        include_str!("../../src/error.rs"),
        include_str!("../../src/messages.rs"),
    ];
    let start = format!("struct {of} {{\n");
    let body = sources.iter().find_map(|source| source.split_once(&start)).unwrap().1;
    let lines = body.split("\n}").next().unwrap().lines().map(str::trim);
    let names = lines.filter_map(|line| line.strip_prefix("pub ")?.split_once(':'));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn answers_have_every_field_of_the_description_and_no_other() {
    let api = description();
    for (ours, part) in [
        ("Delivery", None),
        ("ChallengeDelivery", None),
        ("Challenge", None),
        ("PublicDelivery", None),
        ("PublicChallenge", None),
        ("FieldProblem", None),
        ("Factor", None),
        ("MintedChallenge", Some(("challenge", "Challenge"))),
        ("ChallengeWithDeliveries", Some(("challenge", "Challenge"))),
        ("VerifiedChallenge", Some(("challenge", "Challenge"))),
        ("VerifiedPublicChallenge", Some(("challenge", "PublicChallenge"))),
        ("NewFactor", Some(("entry", "Factor"))),
        ("FactorWithRecoveryCodes", Some(("entry", "Factor"))),
        ("CheckedFactor", Some(("entry", "Factor"))),
        ("Message", None),
        ("MessageWithDeliveries", Some(("message", "Message"))),
    ] {
        let mut found = fields(ours);
        if let Some((field, part)) = part {
            assert!(found.remove(field));
            found.extend(fields(part));
        }
        assert_eq!(found, schema(&api, ours), "{ours}");
    }
    let mut problem = fields("Problem");
    // What the answer itself says, and what Retry-After and X-Request-Id do.
    problem.extend(["type", "status", "retry_after", "instance"].map(str::to_owned));
    assert_eq!(problem, schema(&api, "Problem"));
}

#[test]
fn every_word_of_the_description_is_known() {
    let api = description();
    let schemas = &api["components"]["schemas"];
    let words = |name: &str| schemas[name]["examples"].clone();
    let known: Vec<otpmint_client::Channel> = serde_json::from_value(words("Channel")).unwrap();
    assert!(known.len() >= 6 && !known.contains(&otpmint_client::Channel::Unknown));
    let known: Vec<otpmint_client::Status> = serde_json::from_value(words("ChallengeStatus")).unwrap();
    assert!(known.len() >= 5 && !known.contains(&otpmint_client::Status::Unknown));
    let known: Vec<otpmint_client::DeliveryStatus> = serde_json::from_value(words("DeliveryStatus")).unwrap();
    assert!(known.len() >= 4 && !known.contains(&otpmint_client::DeliveryStatus::Unknown));
    let known: Vec<otpmint_client::FactorStatus> =
        serde_json::from_value(schemas["Factor"]["properties"]["status"]["examples"].clone()).unwrap();
    assert!(known.len() >= 2 && !known.contains(&otpmint_client::FactorStatus::Unknown));
}

/// A later server may have more words, and more fields.
#[test]
fn a_challenge_with_new_words_is_understood() {
    let challenge: Challenge = serde_json::from_value(json!({
        "key": "CnPYvKqMbdXhwRzTgJsLfAe", "status": "suspended", "purpose": "login", "channel": "pigeon", "to": null,
        "locale": "en", "created_at": "2026-01-15T12:00:00Z", "expires_at": "2026-01-15T12:10:00Z",
        "attempts_remaining": 5, "sends_remaining": 2, "resend_at": null, "nonce": null, "metadata": {},
        "delivery": { "status": "circling", "at": null, "error": "hawk", "height": 40 }, "weather": "fair",
    }))
    .unwrap();
    assert_eq!(challenge.status, otpmint_client::Status::Unknown);
    assert_eq!(challenge.channel, Channel::Unknown);
    let delivery = challenge.delivery.unwrap();
    assert_eq!(delivery.status, otpmint_client::DeliveryStatus::Unknown);
    assert_eq!(delivery.error.as_deref(), Some("hawk"));
    let status: otpmint_client::FactorStatus = serde_json::from_value(json!("suspended")).unwrap();
    assert_eq!(status, otpmint_client::FactorStatus::Unknown);
}
