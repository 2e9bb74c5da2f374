//! How long a token is used, and how it is replaced.

use std::sync::Arc;
use std::time::Duration;

use otpmint::domain::deliveries::delivery::DeliveryError::AuthenticationFailed;
use otpmint::domain::deliveries::delivery::TryOutcome::{Accepted, Refused, Retry};
use tokio::task::JoinSet;

use super::{BOTH, Lab, app};
use crate::delivery::support::until;
use crate::issuer::Answer;

const HOUR: u64 = 3_600;

#[tokio::test]
async fn a_token_is_replaced_after_80_percent_of_its_life() {
    let lab = Lab::with(app(), BOTH).await;
    for _ in 0..3 {
        assert_eq!(lab.send().await, Accepted);
    }
    assert_eq!(lab.asked(), 1);
    lab.clock.pass(Duration::from_secs(HOUR * 8 / 10 - 1));
    assert_eq!((lab.send().await, lab.asked()), (Accepted, 1));
    lab.clock.pass(Duration::from_secs(1));
    assert_eq!((lab.send().await, lab.asked()), (Accepted, 2));
    assert_eq!((lab.send().await, lab.asked()), (Accepted, 2));
}

#[tokio::test]
async fn an_aging_token_is_used_while_no_other_can_be_had_and_an_ended_one_never() {
    let lab = Lab::with(app(), BOTH).await;
    assert_eq!(lab.send().await, Accepted);
    lab.clock.pass(Duration::from_secs(HOUR * 9 / 10));
    let busy = || Answer::Json(503, String::new());
    lab.issuer.answers([busy()]);
    assert_eq!((lab.send().await, lab.asked()), (Accepted, 2));
    assert_eq!((lab.send().await, lab.asked()), (Accepted, 2), "the endpoint is left alone for a while");
    lab.clock.pass(Duration::from_secs(HOUR / 10));
    lab.issuer.answers([busy()]);
    assert_eq!((lab.send().await, lab.asked()), (Retry(AuthenticationFailed), 3));
    assert_eq!((lab.send().await, lab.asked()), (Accepted, 4));
}

#[tokio::test]
async fn fifty_messages_at_once_cause_one_request() {
    let lab = Arc::new(Lab::with(app(), BOTH).await);
    lab.issuer.close();
    let mut sending = JoinSet::new();
    for _ in 0..50 {
        let lab = Arc::clone(&lab);
        sending.spawn(async move { lab.send().await });
    }
    until("a token is asked for", || lab.asked() == 1).await;
    lab.issuer.open();
    assert!(sending.join_all().await.into_iter().all(|outcome| outcome == Accepted));
    assert_eq!((lab.asked(), lab.issuer.most_at_once(), lab.catcher.received()), (1, 1, 50));
}

#[tokio::test]
async fn fifty_messages_share_a_failure_too() {
    let lab = Arc::new(Lab::with(app(), BOTH).await);
    lab.issuer.close();
    lab.issuer.answers(vec![Answer::Json(503, String::new()); 50]);
    let mut sending = JoinSet::new();
    for _ in 0..50 {
        let lab = Arc::clone(&lab);
        sending.spawn(async move { lab.send().await });
    }
    until("a token is asked for", || lab.asked() == 1).await;
    // All others wait for the same answer by then.
    tokio::time::sleep(Duration::from_millis(200)).await;
    lab.issuer.open();
    sending.join_all().await;
    assert!(lab.asked() < 5, "{} requests", lab.asked());
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once_and_the_reason_of_a_refusal_is_kept() {
    let lab = Lab::with(app(), BOTH).await;
    assert_eq!(lab.send().await, Accepted);
    lab.issuer.tokens.revoke_all();
    assert_eq!((lab.send().await, lab.asked(), lab.catcher.connections()), (Accepted, 2, 3));
    // A fresh token that is refused as well is not replaced again.
    lab.issuer.tokens.revoke_all();
    let strange = r#"{"access_token":"strange","expires_in":3600}"#;
    lab.issuer.answers([Answer::Json(200, strange.to_owned())]);
    let result = lab.try_send().await;
    assert_eq!(
        (result.outcome, lab.asked(), lab.catcher.connections()),
        (Refused(AuthenticationFailed), 3, 5)
    );
    assert_eq!(result.tried.unwrap().word, Some("token_invalid"));
    let said = lab.catcher.transcripts().concat().concat();
    assert!(said.contains("535 5.7.8") && !said.contains("500 "), "{said}");
}

#[tokio::test]
async fn what_is_no_token_is_tried_again_later() {
    let long = "x".repeat(9_000);
    let html = |status: u16| Answer::Json(status, "<html>invalid_grant</html>".to_owned());
    for answer in [
        html(200),
        html(400),
        html(502),
        Answer::Json(429, r#"{"error":"invalid_grant"}"#.to_owned()),
        Answer::Json(400, r#"{"error":"temporarily_unavailable"}"#.to_owned()),
        Answer::Json(200, r#"{"error":"invalid_grant"}"#.to_owned()),
        Answer::Json(200, r#"{"access_token":"","expires_in":3600}"#.to_owned()),
        Answer::Json(200, r#"{"access_token":"a\u0001b","expires_in":3600}"#.to_owned()),
        Answer::Json(200, r#"{"access_token":"a","token_type":"mac"}"#.to_owned()),
        Answer::Json(200, format!(r#"{{"access_token":"{long}"}}"#)),
        Answer::Json(200, format!(r#"{{"access_token":"a","more":"{}"}}"#, "x".repeat(70_000))),
        Answer::Raw(
            "HTTP/1.1 307 There\r\nLocation: https://localhost:1/\r\nContent-Length: 0\r\n\r\n".to_owned(),
        ),
        Answer::Raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"access_token\":\"a\"".to_owned()),
        Answer::Raw("SSH-2.0-OpenSSH_9.2\r\n".to_owned()),
        Answer::Silence,
    ] {
        let lab = Lab::with(app(), BOTH).await;
        lab.issuer.answers([answer]);
        let result = lab.try_send().await;
        assert_eq!(result.outcome, Retry(AuthenticationFailed));
        assert_eq!(result.tried.unwrap().word, Some("token_unavailable"));
        assert!(lab.logins.only().refused.is_none());
        assert_eq!((lab.catcher.connections(), lab.send().await), (0, Accepted));
    }
}
