// SPDX-License-Identifier: MIT

//! What the client relies on, told to the real server and to the fake.

use otpmint_client::receipts::{Expected, Fault};
use otpmint_client::{Channel, Client, DeliveryStatus, Fields, Kind, Mint, Request, Resend, Status, Verify};
use serde_json::json;

use crate::worlds::{World, other_than, refused, someone};

#[tokio::test]
async fn a_code_is_minted_read_and_verified() {
    for world in World::both().await {
        let (client, to) = (world.client(), someone());
        let mint = Mint::to(&to).purpose("login").metadata("order", "17").wait(5);
        let minted = client.challenges().mint(mint).await.unwrap();
        assert_eq!(minted.status, Status::Pending);
        assert_eq!(minted.to.as_deref(), Some(&*format!("{}***@e***.com", &to[..1])));
        assert_eq!((minted.attempts_remaining, minted.sends_remaining), (5, 2));
        assert_eq!(minted.delivery.as_ref().unwrap().status, DeliveryStatus::Sent);
        let code = world.code(&to).await;
        let verified = client.challenges().verify(&minted.key, &code).await.unwrap();
        assert_eq!(verified.status, Status::Verified);
        let receipt = verified.receipt.as_ref().unwrap();
        assert_eq!(receipt.split('.').count(), 3);
        assert!(!format!("{verified:?}{:?}", Verify::code(&code)).contains(receipt.expose()));
        assert!(!format!("{:?}", Verify::code(&code)).contains(&code));
        let fetched = client.challenges().get(&minted.key).await.unwrap();
        assert_eq!((fetched.status, &fetched.metadata["order"]), (Status::Verified, &"17".to_owned()));
        let sent: Vec<_> = fetched.deliveries.iter().map(|one| (one.channel, one.status)).collect();
        assert_eq!(sent, [(Channel::Email, DeliveryStatus::Sent)]);
    }
}

#[tokio::test]
async fn a_phone_number_gets_a_text_message() {
    for world in World::both().await {
        let minted = world.client().challenges().mint(Mint::to("+49 151 12345678")).await.unwrap();
        assert_eq!((minted.channel, minted.to.as_deref()), (Channel::Sms, Some("+49 *** ***78")));
        let code = world.code("+4915112345678").await;
        world.client().challenges().verify(&minted.key, &code).await.unwrap();
    }
}

#[tokio::test]
async fn the_latest_code_is_verified_by_its_recipient_and_purpose() {
    for world in World::both().await {
        let (client, to) = (world.client(), someone());
        let mint = Mint::to(&to).purpose("login").wait(5);
        client.challenges().mint(mint.clone()).await.unwrap();
        let latest = client.challenges().mint(mint).await.unwrap();
        let code = world.code(&to).await;
        let elsewhere = client.challenges().verify_by_recipient(&to, "payment", &code).await;
        refused(elsewhere, Kind::NotFound);
        let verified = client.challenges().verify_by_recipient(&to, "login", &code).await.unwrap();
        assert_eq!((&verified.key, verified.status), (&latest.key, Status::Verified));
    }
}

#[tokio::test]
async fn a_wrong_code_costs_an_attempt_and_what_is_no_code_costs_none() {
    for world in World::both().await {
        let (client, to) = (world.client(), someone());
        let (minted, code) = world.mint(&to, Mint::to(&to)).await;
        let wrong = client.challenges().verify(&minted.key, &other_than(&code)).await;
        let mismatch = refused(wrong, Kind::CodeMismatch);
        assert_eq!((mismatch.code(), mismatch.status()), ("code_mismatch", Some(403)));
        assert_eq!(mismatch.attempts_remaining(), Some(4));
        assert!(mismatch.request_id().is_some_and(|id| id.len() >= 8));
        refused(client.challenges().verify(&minted.key, "12345?").await, Kind::NotACode);
        let typed: String = code.chars().flat_map(|digit| [digit, ' ']).collect();
        let verified = client.challenges().verify(&minted.key, &typed).await.unwrap();
        assert_eq!(verified.attempts_remaining, 3);
    }
}

#[tokio::test]
async fn a_challenge_that_has_ended_says_how() {
    for world in World::both().await {
        let (client, to) = (world.client(), someone());
        let (minted, code) = world.mint(&to, Mint::to(&to)).await;
        for remaining in [4, 3, 2, 1, 0] {
            let wrong = client.challenges().verify(&minted.key, &other_than(&code)).await;
            assert_eq!(refused(wrong, Kind::CodeMismatch).attempts_remaining(), Some(remaining));
        }
        let late = refused(client.challenges().verify(&minted.key, &code).await, Kind::ChallengeEnded);
        assert_eq!((late.code(), late.status()), ("challenge_exhausted", Some(410)));
        let late = client.challenges().resend(&minted.key, Resend::default()).await;
        assert_eq!(refused(late, Kind::ChallengeEnded).code(), "challenge_exhausted");
        let to = someone();
        let (minted, code) = world.mint(&to, Mint::to(&to)).await;
        client.challenges().verify(&minted.key, &code).await.unwrap();
        let again = client.challenges().verify(&minted.key, &code).await;
        assert_eq!(refused(again, Kind::ChallengeEnded).code(), "challenge_verified");
    }
}

#[tokio::test]
async fn a_canceled_challenge_takes_no_code() {
    for world in World::both().await {
        let (client, to) = (world.client(), someone());
        let (minted, code) = world.mint(&to, Mint::to(&to)).await;
        client.challenges().cancel(&minted.key).await.unwrap();
        assert_eq!(client.challenges().get(&minted.key).await.unwrap().status, Status::Canceled);
        let late = client.challenges().verify(&minted.key, &code).await;
        assert_eq!(refused(late, Kind::ChallengeEnded).code(), "challenge_canceled");
        refused(client.challenges().cancel(&minted.key).await, Kind::ChallengeEnded);
    }
}

#[tokio::test]
async fn a_code_is_not_sent_again_at_once() {
    for world in World::both().await {
        let client = world.client();
        let minted = client.challenges().mint(Mint::to(someone()).wait(5)).await.unwrap();
        let early = client.challenges().resend(&minted.key, Resend::default()).await;
        let early = refused(early, Kind::CannotResend);
        assert_eq!((early.code(), early.status()), ("resend_cooldown", Some(429)));
        let differs = early.retry_at().unwrap().duration_since(minted.resend_at.unwrap());
        assert!(differs.as_secs().abs() <= 5, "{differs} from resend_at");
    }
}

#[tokio::test]
async fn a_field_that_is_wrong_is_named() {
    for world in World::both().await {
        let client = world.client();
        let field = refused(client.challenges().mint(Mint::to("nobody")).await, Kind::InvalidField);
        assert_eq!((field.status(), field.errors()[0].pointer.as_deref()), (Some(422), Some("/to")));
        let post = async |path: &str, body: serde_json::Value| {
            client.request::<serde_json::Value>("POST", path, Some(&body)).await
        };
        let unknown = post("/v1/challenges", json!({ "to": someone(), "colour": "red" })).await;
        assert_eq!(refused(unknown, Kind::InvalidField).errors()[0].pointer.as_deref(), Some("/colour"));
        refused(post("/v1/verify", json!({ "to": someone() })).await, Kind::InvalidField);
        post("/v1/challenges", json!({ "to": someone(), "ttl": null })).await.unwrap();
        let empty = post("/v1/challenges", json!({ "to": someone(), "bind": null })).await;
        assert_eq!(refused(empty, Kind::InvalidField).errors()[0].pointer.as_deref(), Some("/bind"));
    }
}

#[tokio::test]
async fn an_unknown_challenge_is_not_found() {
    for world in World::both().await {
        for key in ["aaaaaaaaaaaaaaaaaaaaaaz", "made-up", "..", ""] {
            let unknown = refused(world.client().challenges().get(key).await, Kind::NotFound);
            assert_eq!((unknown.code(), unknown.status()), ("challenge_not_found", Some(404)));
        }
    }
}

#[tokio::test]
async fn a_wrong_secret_key_is_refused_and_not_told() {
    for world in World::both().await {
        let secret = "otpm_wrongwrongwrongwrong";
        let stranger: Client = world.builder().client(secret).unwrap();
        let error = refused(stranger.challenges().mint(Mint::to(someone())).await, Kind::Unauthorized);
        assert_eq!((error.code(), error.status()), ("invalid_secret_key", Some(401)));
        assert!(!format!("{error:?} {error} {stranger:?} {:?}", stranger.challenges()).contains(secret));
    }
}

#[tokio::test]
async fn a_mint_whose_answer_is_lost_sends_one_message() {
    for world in World::both().await {
        let to = someone();
        let (lossy, recorder) = world.losing(2);
        let minted = lossy.challenges().mint(Mint::to(&to)).await.unwrap();
        let code = world.code(&to).await;
        world.client().challenges().verify(&minted.key, &code).await.unwrap();
        assert_eq!(world.codes(&to).await.len(), 1);
        let keys = recorder.keys();
        assert!(keys.len() == 3 && keys[0].is_some() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }
}

#[tokio::test]
async fn a_verification_whose_answer_is_lost_succeeds_and_a_wrong_one_costs_one_attempt() {
    for world in World::both().await {
        let to = someone();
        let (minted, code) = world.mint(&to, Mint::to(&to)).await;
        let wrong = world.losing(1).0.challenges().verify(&minted.key, &other_than(&code)).await;
        assert_eq!(refused(wrong, Kind::CodeMismatch).attempts_remaining(), Some(4));
        let right = world.losing(1).0.challenges().verify(&minted.key, &code).await.unwrap();
        assert_eq!(right.attempts_remaining, 3);
        let expected = Expected::key("verification", &minted.key);
        world.verifier().verify(right.receipt.as_ref().unwrap(), &expected).await.unwrap();
    }
}

#[tokio::test]
async fn a_key_of_the_callers_repeats_an_answer_and_belongs_to_one_request() {
    for world in World::both().await {
        let (client, to) = (world.client(), someone());
        let mint =
            async |to: &str, key: &str| client.challenges().mint(Mint::to(to).idempotency_key(key)).await;
        let key = format!("order-{to}");
        let first = mint(&to, &key).await.unwrap();
        assert_eq!(mint(&to, &key).await.unwrap(), first);
        let other = refused(mint(&someone(), &key).await, Kind::Other);
        assert_eq!((other.code(), other.status()), ("idempotency_key_reused", Some(422)));
    }
}

#[tokio::test]
async fn a_receipt_proves_who_answered_what() {
    for world in World::both().await {
        let to = someone();
        let mint = Mint::to(&to).purpose("login").nonce("n-1").metadata("a", "b");
        let (minted, code) = world.mint(&to, mint).await;
        let verified = world.client().challenges().verify(&minted.key, &code).await.unwrap();
        let receipt = verified.receipt.as_ref().unwrap();
        let verifier = world.verifier();
        let claims = verifier.verify(receipt, &Expected::nonce("login", "n-1")).await.unwrap();
        assert_eq!((&claims.subject, &claims.id, claims.channel), (&to, &minted.key, Channel::Email));
        assert_eq!(claims.metadata, Fields::from([("a".to_owned(), "b".to_owned())]));
        for (expected, fault) in [
            (Expected::nonce("payment", "n-1"), Fault::WrongPurpose),
            (Expected::nonce("login", "n-2"), Fault::WrongNonce),
            (Expected::key("login", "other"), Fault::WrongChallenge),
            (Expected::key("login", &minted.key).bind("amount", "1"), Fault::WrongBind),
        ] {
            assert_eq!(verifier.verify(receipt, &expected).await, Err(fault));
        }
    }
}

#[tokio::test]
async fn bound_fields_are_part_of_the_code_and_of_the_receipt() {
    // Names whose order differs in bytes, in UTF-16 and as numbers, and text that JSON has to escape, or need not.
    const BIND: [(&str, &str); 6] = [
        ("10", "a"),
        ("2", "b"),
        ("\u{ff21}", "c"),
        ("\u{10000}", "d"),
        ("amount", "9.99 €"),
        ("text", "\"\\/\u{1}\u{7f}\n\u{8}\u{c}<&>\u{2028}"),
    ];
    for world in World::both().await {
        let (client, to) = (world.client(), someone());
        let mint = BIND.iter().fold(Mint::to(&to), |mint, (name, text)| mint.bind(*name, *text));
        let (minted, code) = world.mint(&to, mint).await;
        let answer = BIND.iter().fold(Verify::code(&code), |answer, (name, text)| answer.bind(*name, *text));
        let other = answer.clone().bind("amount", "99.9 €");
        refused(client.challenges().verify(&minted.key, other).await, Kind::CodeMismatch);
        let verified = client.challenges().verify(&minted.key, answer).await.unwrap();
        let receipt = verified.receipt.as_ref().unwrap();
        let unbound = Expected::key("verification", &minted.key);
        let expected =
            BIND.iter().fold(unbound.clone(), |expected, (name, text)| expected.bind(*name, *text));
        let verifier = world.verifier();
        verifier.verify(receipt, &expected).await.unwrap();
        for bad in [unbound, expected.bind("amount", "99.9 €")] {
            assert_eq!(verifier.verify(receipt, &bad).await, Err(Fault::WrongBind));
        }
    }
}

#[tokio::test]
async fn a_holder_sees_the_challenge_and_verifies_without_a_secret_key() {
    for world in World::both().await {
        let to = someone();
        let mint = Mint::to(&to).purpose("login").nonce("n-1").wait(5);
        let (minted, code) = world.mint(&to, mint).await;
        let holder = world.holder(&minted.key);
        let seen = holder.status().await.unwrap();
        assert_eq!((seen.status, &*seen.purpose), (Status::Pending, "login"));
        assert_eq!(seen.delivery.unwrap().status, DeliveryStatus::Sent);
        let wrong = refused(holder.verify(&other_than(&code)).await, Kind::CodeMismatch);
        assert_eq!(wrong.attempts_remaining(), Some(4));
        assert_eq!(refused(holder.resend().await, Kind::CannotResend).code(), "resend_cooldown");
        let verified = holder.verify(&code).await.unwrap();
        assert_eq!(verified.status, Status::Verified);
        world.verifier().verify(&verified.receipt, &Expected::nonce("login", "n-1")).await.unwrap();
        refused(holder.status().await, Kind::NotFound);
        refused(holder.verify(&code).await, Kind::NotFound);
    }
}

/// Which is why nothing of a holder's is repeated.
#[tokio::test]
async fn a_holder_has_no_keys_for_retries() {
    for world in World::both().await {
        let to = someone();
        let (minted, _) = world.mint(&to, Mint::to(&to)).await;
        let url = format!("{}/v1/challenges/{}/verify", world.url(), minted.key);
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "k")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let body = Some(br#"{"code":"000000"}"#.to_vec());
        let answer = world.send(Request { method: "POST".to_owned(), url, headers, body }).await;
        assert_eq!(answer.status, 400);
    }
}
