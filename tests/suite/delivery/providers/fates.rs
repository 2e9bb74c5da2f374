//! What becomes of a message, by what the provider answers.

use std::time::{Duration, Instant};

use otpmint::domain::deliveries::delivery::DeliveryError::*;
use otpmint::domain::deliveries::delivery::TryOutcome::{self, Accepted, Refused, Retry, Unknown};
use otpmint::domain::deliveries::report::TryResult;

use super::server::{Provider, Reply, http};
use super::{ManualClock, routing, sender, taken, text};

const TOTAL: Duration = Duration::from_millis(2_500);

/// What comes of a text when the first provider answers so, and how many requests both have heard.
async fn with_a_spare(reply: Reply) -> (TryResult, [usize; 2]) {
    let (first, spare) = (Provider::start([reply]).await, Provider::start([taken("SM2")]).await);
    let routing = routing(&[&first, &spare], TOTAL, ManualClock::at_noon());
    let result = routing.send(&sender(1, &[&first, &spare]), &text()).await;
    (result, [first.heard().len(), spare.heard().len()])
}

async fn outcome(reply: Reply) -> (TryOutcome, [usize; 2]) {
    let (result, heard) = with_a_spare(reply).await;
    (result.outcome, heard)
}

fn json(status: u16, body: &str) -> Reply {
    Reply::Json(status, body.to_owned())
}

#[tokio::test]
async fn a_text_reaches_the_provider_whole_and_its_id_is_kept() {
    let (result, heard) = with_a_spare(taken("SM1")).await;
    assert_eq!((result.outcome, heard), (Accepted, [1, 0]));
    let tried = result.tried.unwrap();
    assert_eq!((tried.id.as_deref(), tried.is_unconfirmed), (Some("SM1"), false));
    let provider = Provider::start([taken("SM1")]).await;
    let sent = routing(&[&provider], TOTAL, ManualClock::at_noon());
    sent.send(&sender(1, &[&provider]), &text()).await;
    let request = provider.heard().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("POST /2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json "),
        "{head}"
    );
    let fields: std::collections::HashMap<_, _> = url::form_urlencoded::parse(body.as_bytes()).collect();
    assert_eq!((&*fields["To"], &*fields["ValidityPeriod"]), ("+4915123456789", "600"));
    assert!(fields["Body"].contains("012345"));
}

#[tokio::test]
async fn a_2xx_without_the_positive_word_is_no_acceptance_and_goes_to_nobody_else() {
    let gzip = http(201, "Content-Encoding: gzip\r\n", &[0x1f, 0x8b, 8, 0, 0, 0]);
    let half =
        b"HTTP/1.1 201 X\r\nContent-Length: 500\r\n\r\n{\"sid\":\"SM1\",\"status\":\"queued\"".to_vec();
    let flood = http(201, "", &vec![b' '; 10 << 20]);
    for (reply, class) in [
        (json(201, "{}"), ProtocolViolated),
        (json(200, r#"{"sid":"SM1"}"#), ProtocolViolated),
        (json(201, r#"{"sid":"SM1","status":"failed","status":"queued"}"#), ProtocolViolated),
        (json(200, "<html><body>Welcome</body></html>"), ProtocolViolated),
        (json(504, "late"), ProtocolViolated),
        (Reply::Bytes(gzip), ProtocolViolated),
        (Reply::Bytes(flood), ProtocolViolated),
        (Reply::Bytes(half), ConnectionFailed),
        (Reply::Bytes(b"SMTP ready\r\n".to_vec()), ProtocolViolated),
        (Reply::Bytes(Vec::new()), ConnectionFailed),
    ] {
        assert_eq!(outcome(reply.clone()).await, (Unknown(class), [1, 0]));
    }
    let failed = json(201, r#"{"sid":"SM1","status":"failed","error_code":30005}"#);
    assert_eq!(outcome(failed).await, (Refused(RecipientRefused), [1, 0]));
}

#[tokio::test]
async fn silence_after_the_whole_request_is_not_a_reason_to_ask_somebody_else() {
    let begun = Instant::now();
    let (result, heard) = with_a_spare(Reply::Silence).await;
    assert_eq!((result.outcome, heard), (Unknown(TimedOut), [1, 0]));
    assert!(result.tried.unwrap().is_unconfirmed);
    assert!(begun.elapsed() < TOTAL * 2);
}

#[tokio::test]
async fn what_certainly_was_not_sent_goes_to_the_next_account() {
    let elsewhere = http(307, "Location: http://127.0.0.1:1/\r\n", b"");
    for reply in [
        json(401, r#"{"code":20003}"#),
        json(400, r#"{"code":21606}"#),
        json(429, r#"{"code":20429}"#),
        json(503, "busy"),
        json(404, "what?"),
        Reply::Bytes(elsewhere),
        Reply::Hangup,
        Reply::NoHandshake,
    ] {
        let (outcome, [_, spare]) = outcome(reply).await;
        assert_eq!((outcome, spare), (Accepted, 1));
    }
}

#[tokio::test]
async fn a_recipient_that_is_refused_is_refused_everywhere() {
    let barred = json(400, r#"{"code":21610,"message":"blocked"}"#);
    assert_eq!(outcome(barred).await, (Refused(RecipientRefused), [1, 0]));
}

#[tokio::test]
async fn the_pause_that_a_lone_provider_asks_for_is_told() {
    let busy = http(429, "Retry-After: 17\r\n", br#"{"code":20429}"#);
    let provider = Provider::start([Reply::Bytes(busy)]).await;
    let routing = routing(&[&provider], TOTAL, ManualClock::at_noon());
    let result = routing.send(&sender(1, &[&provider]), &text()).await;
    assert_eq!((result.outcome, result.pause), (Retry(ServerUnavailable), Some(Duration::from_secs(17))));
    assert_eq!(result.tried.unwrap().reply.unwrap().code, Some(20_429));
}

#[tokio::test]
async fn a_server_with_another_certificate_hears_nothing() {
    let (provider, other) = (Provider::start([taken("SM1")]).await, Provider::start([taken("SM2")]).await);
    let routing = routing(&[&other], TOTAL, ManualClock::at_noon());
    let result = routing.send(&sender(1, &[&provider]), &text()).await;
    assert_eq!((result.outcome, provider.heard().len()), (Refused(TlsFailed), 0));
}
