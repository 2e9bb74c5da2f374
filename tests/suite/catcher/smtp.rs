//! What a well-behaved client sees.

use mail_catcher::{CertificateKind, Keep, MailId, Options, TlsMode, Transport};

use crate::catcher::client::{Client, MAIL, NOON, credentials, plain, start};

#[tokio::test]
async fn a_mail_is_caught_through_starttls_and_auth() {
    let catcher = start(Options { credentials: credentials(), ..Options::default() }).await;
    let mut client = Client::logged_in(&catcher).await;
    assert_eq!(client.mail("jane@example.com", MAIL).await.unwrap().code(), "250");
    assert_eq!(client.say("QUIT").await.code(), "221");

    let mail = catcher.wait_for("jane@example.com").await.unwrap();
    assert_eq!((mail.id, mail.received_at), (MailId(1), NOON.into()));
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("app@example.com", &["jane@example.com".to_owned()][..])
    );
    assert_eq!(mail.session.transport, Transport::Tls);
    assert_eq!(mail.session.username.as_deref(), Some("app"));
    assert_eq!(mail.raw, b"Subject: Your code\r\n\r\nYour code is 012345.\r\n.dot\r\n");
    assert_eq!((mail.subject(), mail.code()), ("Your code", Some("012345")));
}

#[tokio::test]
async fn implicit_tls_comes_before_the_banner() {
    let catcher = start(Options { tls: TlsMode::Implicit, ..Options::default() }).await;
    let mut client = Client::connect(&catcher).await.secure(&catcher).await.unwrap();
    client.expect("220").await;
    let extensions = client.say("EHLO client").await;
    assert!(extensions.has("AUTH PLAIN LOGIN") && !extensions.has("STARTTLS"), "{extensions:?}");
    assert_eq!(client.mail("jane@example.com", MAIL).await.unwrap().code(), "250");
}

#[tokio::test]
async fn nothing_is_taken_in_clear_where_tls_is_asked_for() {
    let catcher = start(Options { credentials: credentials(), ..Options::default() }).await;
    let mut client = Client::greeted(&catcher).await;
    let extensions = client.say("EHLO client").await;
    assert!(extensions.has("STARTTLS") && !extensions.has("AUTH"), "{extensions:?}");
    assert_eq!(client.say("AUTH PLAIN AGFwcABzM2NyZXQ=").await.code(), "538");
    assert_eq!(client.say("MAIL FROM:<app@example.com>").await.code(), "530");
    // Commands sent in clear after STARTTLS must not count as sent through TLS.
    assert_eq!(client.say("STARTTLS\r\nRSET").await.code(), "554");
}

#[tokio::test]
async fn logins_are_checked_and_kept_out_of_the_transcript() {
    let options = Options { tls: TlsMode::Plain, credentials: credentials(), ..Options::default() };
    let catcher = start(options).await;
    let mut client = Client::greeted(&catcher).await;
    assert_eq!(client.say("MAIL FROM:<app@example.com>").await.code(), "530");
    assert_eq!(client.say("AUTH PLAIN AGFwcAB3cm9uZw==").await.code(), "535");
    assert_eq!(client.say("AUTH PLAIN !").await.code(), "501");
    assert_eq!(client.say("AUTH CRAM-MD5").await.code(), "504");
    assert_eq!(client.say("AUTH PLAIN").await.code(), "334");
    assert_eq!(client.say("AGFwcAB3cm9uZw==").await.code(), "535");
    assert_eq!(client.say("AUTH LOGIN").await.0, ["334 VXNlcm5hbWU6"]);
    assert_eq!(client.say("YXBw").await.0, ["334 UGFzc3dvcmQ6"]);
    assert_eq!(client.say("czNjcmV0").await.code(), "235");
    assert_eq!(client.say("AUTH PLAIN AGFwcABzM2NyZXQ=").await.code(), "503");
    assert_eq!(client.say("MAIL FROM:<app@example.com>").await.code(), "250");

    let transcript = catcher.transcripts().concat().join("\n");
    assert!(transcript.contains("C: AUTH PLAIN (secret)"), "{transcript}");
    for secret in ["AGFw", "YXBw", "czNj"] {
        assert!(!transcript.contains(secret), "{transcript}");
    }
}

#[tokio::test]
async fn pipelined_commands_are_answered_in_one_segment() {
    let catcher = plain(Vec::new()).await;
    let mut client = Client::greeted(&catcher).await;
    let mail = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nhi\r\n.\r\n";
    client.send(mail.repeat(3)).await;
    let replies = String::from_utf8(client.segment().await.unwrap()).unwrap();
    let codes: Vec<_> = replies.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["250", "250", "354", "250"].repeat(3));
    assert_eq!(catcher.wait_for_many("b@example.com", 3).await.unwrap().len(), 3);
}

#[tokio::test]
async fn commands_out_of_order_are_refused_and_the_session_goes_on() {
    let catcher = plain(Vec::new()).await;
    let mut client = Client::greeted(&catcher).await;
    for (line, code) in [
        ("RCPT TO:<b@example.com>", "503"),
        ("DATA", "503"),
        ("MAIL FROM:broken", "501"),
        ("MAIL FROM:<a@example.com> SIZE=99999999", "552"),
        ("GET / HTTP/1.1", "500"),
        (&"x".repeat(20_000), "500"),
        ("MAIL FROM:<a@example.com>", "250"),
        ("MAIL FROM:<a@example.com>", "503"),
        ("DATA", "503"),
        ("RSET", "250"),
        ("RCPT TO:<b@example.com>", "503"),
        ("NOOP", "250"),
        ("STARTTLS", "502"),
    ] {
        assert_eq!(client.say(line).await.code(), code, "{line:.40}");
    }
}

#[tokio::test]
async fn a_mail_that_is_too_big_is_refused_whole() {
    let catcher = start(Options { tls: TlsMode::Plain, max_mail_bytes: 1000, ..Options::default() }).await;
    let mut client = Client::greeted(&catcher).await;
    let big = "x".repeat(50_000) + "\r\n";
    assert_eq!(client.mail("jane@example.com", &big).await.unwrap().code(), "552");
    assert_eq!(client.mail("jane@example.com", "hi\r\n").await.unwrap().code(), "250");
    assert_eq!(catcher.received(), 1);
}

#[tokio::test]
async fn only_a_trusted_certificate_passes() {
    for (certificate, trusted) in [
        (CertificateKind::Trusted, true),
        (CertificateKind::SelfSigned, false),
        (CertificateKind::WrongHost, false),
        (CertificateKind::Expired, false),
    ] {
        let catcher = start(Options { certificate, ..Options::default() }).await;
        let mut client = Client::greeted(&catcher).await;
        assert_eq!(client.say("STARTTLS").await.code(), "220");
        assert_eq!(client.secure(&catcher).await.is_ok(), trusted, "{certificate:?}");
    }
}

#[tokio::test]
async fn a_catcher_that_keeps_nothing_still_counts() {
    let options = Options { tls: TlsMode::Plain, keep: Keep::Nothing, ..Options::default() };
    let catcher = start(options).await;
    let mut client = Client::greeted(&catcher).await;
    for _ in 0..3 {
        client.mail("jane@example.com", MAIL).await.unwrap();
    }
    assert_eq!((catcher.received(), catcher.mails().len()), (3, 0));
    assert!(catcher.transcripts().is_empty());
}

#[tokio::test]
async fn dropping_the_last_handle_ends_the_sessions() {
    let catcher = plain(Vec::new()).await;
    let mut client = Client::greeted(&catcher).await;
    drop(catcher);
    assert!(client.segment().await.is_ok_and(|bytes| bytes.is_empty()));
}
