// SPDX-License-Identifier: MIT

use std::time::Duration;

use otpmint_client::receipts::{Expected, Fault};
use otpmint_client::testing::Fake;
use otpmint_client::{Builder, Channel, CodeShape, FactorRequest, Kind, Mint, Relay, Resend, Status};
use serde_json::Value;

use crate::worlds::{other_than, refused};

const TO: &str = "jane@example.com";

#[tokio::test]
async fn codes_are_known_and_time_passes_when_the_test_says_so() {
    let fake = Fake::at("2026-01-15T12:00:00Z".parse().unwrap());
    let client = fake.client();
    let minted = client.challenges().mint(Mint::to(TO).purpose("login").ttl(60)).await.unwrap();
    let message = &fake.messages()[0];
    assert_eq!((&*message.to, message.channel, &*message.code), (TO, Channel::Email, "424242"));
    assert_eq!((&message.key, &*message.purpose, message.at), (&minted.key, "login", fake.now()));
    assert_eq!(minted.expires_at.to_string(), "2026-01-15T12:01:00Z");
    fake.advance(Duration::from_secs(60) - Duration::from_nanos(1));
    assert_eq!(client.challenges().get(&minted.key).await.unwrap().status, Status::Pending);
    fake.advance(Duration::from_nanos(1));
    let late = client.challenges().verify(&minted.key, "424242").await;
    assert_eq!(refused(late, Kind::ChallengeEnded).code(), "challenge_expired");
    let shape = CodeShape { length: Some(8), ..CodeShape::default() };
    client.challenges().mint(Mint::to(TO).code(shape)).await.unwrap();
    assert_eq!(fake.messages()[1].code, "42424242");
    let own = Fake::new().code(|_| "1001".to_owned()).attempts(1);
    let minted = own.client().challenges().mint(Mint::to(TO)).await.unwrap();
    let wrong = own.client().challenges().verify(&minted.key, "0000").await;
    assert_eq!(refused(wrong, Kind::CodeMismatch).attempts_remaining(), Some(0));
    refused(own.client().challenges().verify(&minted.key, "1001").await, Kind::ChallengeEnded);
}

#[tokio::test]
async fn a_code_is_sent_three_times_with_pauses() {
    let fake = Fake::new();
    let client = fake.client();
    let minted = client.challenges().mint(Mint::to("+4915112345678")).await.unwrap();
    fake.advance(Duration::from_secs(30));
    let second =
        client.challenges().resend(&minted.key, Resend::default().channel(Channel::Voice)).await.unwrap();
    assert_eq!((second.channel, second.sends_remaining), (Channel::Voice, 1));
    fake.advance(Duration::from_secs(59));
    let early = client.challenges().resend(&minted.key, Resend::default()).await;
    assert_eq!(refused(early, Kind::CannotResend).code(), "resend_cooldown");
    fake.advance(Duration::from_secs(1));
    let third = client.challenges().resend(&minted.key, Resend::default()).await.unwrap();
    assert_eq!(third.resend_at, None);
    let more = client.challenges().resend(&minted.key, Resend::default()).await;
    assert_eq!(refused(more, Kind::CannotResend).code(), "sends_spent");
    assert_eq!(fake.messages().len(), 3);
}

#[tokio::test]
async fn a_code_that_the_app_delivers_is_returned_once_and_not_printed() {
    let fake = Fake::new();
    for code in [Some("424242"), None] {
        let mint = Mint::to(TO).channel(Channel::None).idempotency_key("once");
        let minted = fake.client().challenges().mint(mint).await.unwrap();
        assert_eq!(minted.code.as_deref(), code);
        assert!(!format!("{minted:?}").contains("424242"));
        let resent = fake.client().challenges().resend(&minted.key, Resend::default()).await;
        assert_eq!(refused(resent, Kind::CannotResend).code(), "nothing_to_resend");
    }
    assert_eq!(fake.messages(), []);
}

#[tokio::test]
async fn receipts_are_checked_with_the_keys_and_the_clock_of_the_fake() {
    let fake = Fake::new();
    let minted = fake.client().challenges().mint(Mint::to(TO).nonce("n-1")).await.unwrap();
    let receipt = fake.holder(&minted.key).unwrap().verify("424242").await.unwrap().receipt;
    let (verifier, expected) = (fake.receipt_verifier(), Expected::nonce("verification", "n-1"));
    assert_eq!(verifier.verify(&receipt, &expected).await.unwrap().subject, TO);
    let other = Fake::new().receipt_verifier();
    assert_eq!(other.verify(&receipt, &expected).await, Err(Fault::WrongSignature));
    fake.advance(Duration::from_secs(400));
    assert_eq!(verifier.verify(&receipt, &expected).await, Err(Fault::Expired));
}

#[tokio::test]
async fn an_app_shows_a_code_in_each_period() {
    let fake = Fake::new();
    let client = fake.client();
    let request = FactorRequest { identity: "user-17".to_owned(), ..FactorRequest::default() };
    let added = client.factors().add(&request).await.unwrap();
    let code = fake.app_code(&added.factor).unwrap();
    let wrong = client.factors().confirm(&added.factor, &*other_than(&code)).await;
    refused(wrong, Kind::CodeMismatch);
    client.factors().confirm(&added.factor, &*code).await.unwrap();
    refused(client.factors().check(&added.factor, &*code).await, Kind::CodeUsed);
    fake.advance(Duration::from_secs(30));
    let next = fake.app_code(&added.factor).unwrap();
    client.factors().check(&added.factor, &*next).await.unwrap();
}

#[tokio::test]
async fn the_codes_of_the_app_are_those_of_the_standard() {
    let fake = Fake::at("1970-01-01T00:00:59Z".parse().unwrap());
    // The digits 1 to 9 and 0 again and again, in base32.
    let secret = "GEZDGNBVGY3TQOJQ".repeat(7);
    for (algorithm, letters, code) in
        [("SHA1", 32, "94287082"), ("SHA256", 52, "46119246"), ("SHA512", 103, "90693936")]
    {
        // The rest of the last letter is of the next byte, and is left out.
        let request = FactorRequest {
            identity: algorithm.to_owned(),
            algorithm: Some(algorithm.to_owned()),
            secret: Some(secret[..letters].into()),
            digits: Some(8),
            confirmed: Some(true),
            ..FactorRequest::default()
        };
        let added = fake.client().factors().add(&request).await.unwrap();
        assert_eq!(fake.app_code(&added.factor).as_deref(), Some(code), "{algorithm}");
    }
}

#[tokio::test]
async fn pauses_grow_a_right_code_ends_the_row_and_nobody_waits_for_a_code_for_long() {
    let fake = Fake::new();
    let client = fake.builder().retries(0).client(fake.secret_key()).unwrap();
    let factors = client.factors();
    let request = FactorRequest {
        identity: "user-17".to_owned(),
        secret: Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into()),
        confirmed: Some(true),
        ..FactorRequest::default()
    };
    let factor = factors.add(&request).await.unwrap().factor.clone();
    for minutes in [1, 5, 15, 60, 360, 1440, 1440] {
        for left in [4, 3, 2, 1, 0] {
            let wrong = refused(factors.check(&factor, "ABCDEFGHABCDEFGH").await, Kind::CodeMismatch);
            assert_eq!(wrong.attempts_remaining(), Some(left));
        }
        fake.advance(Duration::from_secs(60 * minutes - 1));
        let right = fake.app_code(&factor).unwrap();
        refused(factors.check(&factor, &*right).await, Kind::RateLimited);
        fake.advance(Duration::from_secs(1));
    }
    let right = fake.app_code(&factor).unwrap();
    factors.check(&factor, &*right).await.unwrap();
    let wrong = refused(factors.check(&factor, "ABCDEFGHABCDEFGH").await, Kind::CodeMismatch);
    assert_eq!(wrong.attempts_remaining(), Some(4));

    let request = FactorRequest { identity: "user-18".to_owned(), ..FactorRequest::default() };
    let waiting = factors.add(&request).await.unwrap();
    fake.advance(Duration::from_secs(86_399));
    factors.get(&waiting.factor).await.unwrap();
    fake.advance(Duration::from_secs(1));
    refused(factors.get(&waiting.factor).await, Kind::NotFound);
}

#[tokio::test]
async fn what_is_relayed_is_recorded() {
    let fake = Fake::new();
    let relay = Relay::code("+4915112345678", "a token").purpose("login");
    let sent = fake.client().messages().relay(relay).await.unwrap();
    let message = &fake.messages()[0];
    assert_eq!((&*message.to, message.channel, &*message.code), ("+4915112345678", Channel::Sms, "a token"));
    assert_eq!((&message.key, &*message.purpose, message.relayed), (&sent.id, "login", true));
}

#[tokio::test]
async fn it_is_one_server_with_its_own_routes_alone() {
    let fake = Fake::new();
    let tenant = fake.client().request::<Value>("GET", "/v1/tenant", None).await;
    assert_eq!(refused(tenant, Kind::NotFound).code(), "not_found");
    let page = fake.client().challenges().mint(Mint::to(TO).embed()).await;
    assert_eq!(refused(page, Kind::Other).code(), "no_pages");
    let elsewhere =
        Builder::new("https://otp.example").transport(std::sync::Arc::new(fake.clone())).retries(0);
    let elsewhere = elsewhere.client(fake.secret_key()).unwrap();
    refused(elsewhere.challenges().mint(Mint::to(TO)).await, Kind::ConnectionLost);
}
