//! How a client sees each fault.

use std::io::ErrorKind;
use std::time::Duration;

use mail_catcher::{Fault, Injection, MailCatcher, Options, Stage, TlsMode};
use tokio::time::timeout;

use crate::catcher::client::{Client, MAIL, credentials, plain, start};

const JANE: &str = "jane@example.com";

/// The code of the last reply for one mail on a new connection, or how the connection ended.
async fn outcome(catcher: &MailCatcher) -> Result<String, ErrorKind> {
    let sent = async {
        let mut client = Client::connect(catcher).await;
        let banner = client.reply().await?;
        if banner.code() != "220" {
            return Ok(banner);
        }
        client.send("EHLO client\r\n").await;
        let extensions = client.reply().await?;
        if extensions.code() != "250" {
            return Ok(extensions);
        }
        client.mail(JANE, MAIL).await
    };
    match timeout(Duration::from_secs(2), sent).await {
        Ok(Ok(reply)) => Ok(reply.code().to_owned()),
        Ok(Err(error)) => Err(error.kind()),
        Err(_) => Err(ErrorKind::TimedOut),
    }
}

const MAIL_STAGES: [Stage; 6] =
    [Stage::Banner, Stage::Ehlo, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::EndOfData];

#[tokio::test]
async fn a_code_is_replied_at_each_stage() {
    let catcher = plain(Vec::new()).await;
    for stage in MAIL_STAGES {
        for code in [421, 451, 550] {
            catcher.set_faults(vec![Fault::Reply(stage, code).first(1)]);
            assert_eq!(outcome(&catcher).await, Ok(code.to_string()), "{stage:?}");
        }
    }
    assert_eq!(catcher.received(), 0);
    assert_eq!(outcome(&catcher).await.as_deref(), Ok("250"));
}

#[tokio::test]
async fn the_connection_is_closed_or_reset_at_each_stage() {
    let catcher = plain(Vec::new()).await;
    for stage in MAIL_STAGES.into_iter().chain([Stage::Content]) {
        catcher.set_faults(vec![Fault::Close(stage).always()]);
        assert_eq!(outcome(&catcher).await, Err(ErrorKind::UnexpectedEof), "{stage:?}");
        catcher.set_faults(vec![Fault::Reset(stage).always()]);
        assert_eq!(outcome(&catcher).await, Err(ErrorKind::ConnectionReset), "{stage:?}");
    }
    assert_eq!(catcher.received(), 2, "what was lost after its content had been received");
}

#[tokio::test]
async fn a_stalled_server_says_nothing_more() {
    let catcher = plain(vec![Fault::Stall(Stage::Rcpt).first(1)]).await;
    let mut client = Client::greeted(&catcher).await;
    client.say("MAIL FROM:<a@example.com>").await;
    client.send("RCPT TO:<b@example.com>\r\n").await;
    assert!(timeout(Duration::from_millis(200), client.reply()).await.is_err());
    assert_eq!(outcome(&catcher).await.as_deref(), Ok("250"), "others are served meanwhile");
}

#[tokio::test]
async fn delays_and_drips_take_their_time_but_arrive() {
    let step = Duration::from_millis(5);
    for fault in [Fault::Delay(Stage::Mail, step * 10), Fault::Drip(step / 5)] {
        let catcher = plain(vec![fault.always()]).await;
        assert_eq!(outcome(&catcher).await.as_deref(), Ok("250"));
    }
}

#[tokio::test]
async fn faults_can_follow_good_connections() {
    let catcher = plain(vec![Fault::Reply(Stage::Banner, 554).after(1)]).await;
    assert_eq!(outcome(&catcher).await.as_deref(), Ok("250"));
    assert_eq!(outcome(&catcher).await.as_deref(), Ok("554"));
}

#[tokio::test]
async fn recipients_are_greylisted_and_refused() {
    let catcher = plain(vec![Fault::Greylist(2).always()]).await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(outcome(&catcher).await.unwrap());
    }
    assert_eq!(codes, ["450", "450", "250"]);
    catcher.set_faults(vec![Fault::RecipientRefused("jane".to_owned(), 550).always()]);
    assert_eq!(outcome(&catcher).await.as_deref(), Ok("550"));
}

#[tokio::test]
async fn starttls_can_be_withheld_refused_or_spoilt() {
    let catcher = start(Options::default()).await;
    catcher.set_faults(vec![Fault::StartTlsNotOffered.always()]);
    assert!(!Client::greeted(&catcher).await.say("EHLO again").await.has("STARTTLS"));
    assert_eq!(outcome(&catcher).await.as_deref(), Ok("250"), "a client that goes on in clear is caught out");

    catcher.set_faults(vec![Fault::Reply(Stage::StartTls, 454).always()]);
    assert_eq!(Client::greeted(&catcher).await.say("STARTTLS").await.code(), "454");

    for fault in [Fault::StartTlsGarbage, Fault::Close(Stage::Handshake), Fault::Reset(Stage::Handshake)] {
        catcher.set_faults(vec![fault.clone().always()]);
        let mut client = Client::greeted(&catcher).await;
        client.send("STARTTLS\r\n").await;
        // A reset may overtake the 220.
        if client.reply().await.is_ok() {
            assert!(client.secure(&catcher).await.is_err(), "{fault:?}");
        }
    }
}

#[tokio::test]
async fn forged_replies_come_in_the_segment_of_the_220() {
    let catcher = start(Options::default()).await;
    for (injection, last) in
        [(Injection::EhloReply, "250 AUTH PLAIN LOGIN"), (Injection::WholeSession, "250 queued")]
    {
        catcher.set_faults(vec![Fault::StartTlsInjection(injection).always()]);
        let mut client = Client::greeted(&catcher).await;
        client.send("STARTTLS\r\n").await;
        let segment = String::from_utf8(client.segment().await.unwrap()).unwrap();
        assert!(segment.starts_with("220 "), "{segment}");
        assert!(segment.lines().last().unwrap().starts_with(last), "{segment}");
        // A client that drops them gets its TLS session nevertheless.
        assert!(client.secure(&catcher).await.is_ok());
    }
}

#[tokio::test]
async fn logins_can_be_withheld_refused_or_put_off() {
    let options = Options { tls: TlsMode::Plain, credentials: credentials(), ..Options::default() };
    let catcher = start(options).await;
    for (fault, code) in [
        (Fault::AuthRefused, "535"),
        (Fault::AuthTemporary, "454"),
        (Fault::AuthUnknownMechanism, "504"),
        (Fault::Reply(Stage::Auth, 535), "535"),
    ] {
        catcher.set_faults(vec![fault.always()]);
        let mut client = Client::greeted(&catcher).await;
        assert_eq!(client.say("AUTH PLAIN AGFwcABzM2NyZXQ=").await.code(), code);
    }
    catcher.set_faults(vec![Fault::AuthNotOffered.always()]);
    assert!(!Client::greeted(&catcher).await.say("EHLO again").await.has("AUTH"));
}

#[tokio::test]
async fn replies_can_be_endless_huge_or_odd() {
    let catcher = plain(Vec::new()).await;
    for stage in [Stage::Banner, Stage::Ehlo] {
        catcher.set_faults(vec![Fault::EndlessLines(stage).always()]);
        assert_eq!(outcome(&catcher).await, Err(ErrorKind::TimedOut), "{stage:?}");
    }
    catcher.set_faults(vec![Fault::HugeLine(Stage::Banner, 1_000_000).always()]);
    let banner = Client::connect(&catcher).await.reply().await.unwrap();
    assert_eq!(banner.0[0].len() + 2, 1_000_000);

    catcher.set_faults(vec![Fault::ManyExtensions(5000).always()]);
    assert!(Client::greeted(&catcher).await.say("EHLO again").await.0.len() > 5000);

    catcher.set_faults(vec![Fault::WordCodes.always()]);
    assert_eq!(Client::connect(&catcher).await.reply().await.unwrap().code(), "ABC");

    catcher.set_faults(vec![Fault::BinaryText.always()]);
    let segment = Client::connect(&catcher).await.segment().await.unwrap();
    assert!(segment.ends_with(b" \xff\xfe\xc3\r\n"));

    catcher.set_faults(vec![Fault::SizeLimit(10).always()]);
    assert_eq!(outcome(&catcher).await.as_deref(), Ok("552"));
}
