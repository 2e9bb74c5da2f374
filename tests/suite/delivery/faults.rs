//! Servers that refuse, fail, stall and send garbage: each send ends in time, with the right outcome.

use std::time::{Duration, Instant};

use mail_catcher::{Fault, Stage};
use otpmint::delivery::channels::smtp::SmtpSettings;
use otpmint::delivery::{Look, Sender};
use otpmint::domain::deliveries::delivery::DeliveryError::{self, *};
use otpmint::domain::deliveries::delivery::TryOutcome::{self, Accepted, Refused, Retry};
use otpmint::domain::id::TenantId;
use otpmint::domain::phone::settings::Countries;
use otpmint::domain::tenants::smtp::Security;

use crate::delivery::support::{
    JANE, Patience, Scene, Scripted, catcher, clear_routing, message, plain_catcher, routing, routing_with,
    send, sender, sender_to, short, to_host,
};

/// The outcome of one mail, over TLS, to a server with this fault.
async fn outcome(fault: Fault) -> TryOutcome {
    let catcher = catcher(vec![fault.clone().always()]).await;
    let begun = Instant::now();
    let outcome = send(&routing_with(&catcher, short()), &sender(&catcher)).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{fault:?} took {:?}", begun.elapsed());
    outcome
}

#[tokio::test]
async fn a_reply_means_again_or_never_again_at_each_stage() {
    for (stage, reason) in [
        (Stage::Banner, ConnectionFailed),
        (Stage::Ehlo, ConnectionFailed),
        (Stage::StartTls, TlsFailed),
        (Stage::Auth, AuthenticationFailed),
        (Stage::Mail, SenderRefused),
        (Stage::Rcpt, RecipientRefused),
        (Stage::Data, MessageRefused),
        (Stage::EndOfData, MessageRefused),
    ] {
        assert_eq!(outcome(Fault::Reply(stage, 550)).await, Refused(reason), "{stage:?}");
        assert_eq!(outcome(Fault::Reply(stage, 421)).await, Retry(ServerUnavailable), "{stage:?}");
        let for_now = if reason == ConnectionFailed { ServerUnavailable } else { reason };
        assert_eq!(outcome(Fault::Reply(stage, 451)).await, Retry(for_now), "{stage:?}");
        assert_eq!(outcome(Fault::Reply(stage, 299)).await, Retry(ProtocolViolated), "{stage:?}");
    }
}

#[tokio::test]
async fn a_lost_connection_is_tried_again_at_each_stage() {
    for stage in [
        Stage::Banner,
        Stage::Ehlo,
        Stage::StartTls,
        Stage::Handshake,
        Stage::Auth,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::Content,
        Stage::EndOfData,
    ] {
        assert_eq!(outcome(Fault::Close(stage)).await, Retry(ConnectionFailed), "{stage:?}");
        assert_eq!(outcome(Fault::Reset(stage)).await, Retry(ConnectionFailed), "{stage:?}");
    }
}

#[tokio::test]
async fn silence_ends_in_time_at_each_stage() {
    for stage in [
        Stage::Banner,
        Stage::Ehlo,
        Stage::StartTls,
        Stage::Handshake,
        Stage::Auth,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::EndOfData,
    ] {
        assert_eq!(outcome(Fault::Stall(stage)).await, Retry(TimedOut), "{stage:?}");
    }
}

#[tokio::test]
async fn a_server_that_drips_meets_the_deadline_of_the_whole_send() {
    let catcher = catcher(vec![Fault::Drip(Duration::from_millis(20)).always()]).await;
    // No single step is too slow; all of them together are.
    let smtp =
        SmtpSettings { step: Duration::from_secs(60), content: Duration::from_secs(60), ..short().smtp };
    let patience = Patience { smtp, total: Duration::from_millis(900) };
    let begun = Instant::now();
    assert_eq!(send(&routing_with(&catcher, patience), &sender(&catcher)).await, Retry(TimedOut));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn replies_without_end_or_measure_are_cut_off() {
    for stage in [Stage::Banner, Stage::Ehlo, Stage::Mail, Stage::EndOfData] {
        assert_eq!(outcome(Fault::EndlessLines(stage)).await, Retry(ProtocolViolated), "{stage:?}");
        assert_eq!(outcome(Fault::HugeLine(stage, 1 << 22)).await, Retry(ProtocolViolated), "{stage:?}");
    }
    assert_eq!(outcome(Fault::ManyExtensions(1000)).await, Retry(ProtocolViolated));
}

#[tokio::test]
async fn a_line_that_never_ends_is_not_waited_for() {
    let scene: Scene = vec![("", &*"2".repeat(1 << 17).leak())].leak();
    let server = Scripted::start(vec![scene].leak()).await;
    let sender = sender_to(1, server.port, Security::StartTls);
    assert_eq!(send(&clear_routing(short()), &sender).await, Retry(ProtocolViolated));
}

#[tokio::test]
async fn garbage_is_no_reply_and_binary_text_does_no_harm() {
    assert_eq!(outcome(Fault::WordCodes).await, Retry(ProtocolViolated));
    assert_eq!(outcome(Fault::BinaryText).await, Accepted);
}

#[tokio::test]
async fn a_login_that_is_refused_is_final_and_one_that_fails_for_now_is_not() {
    assert_eq!(outcome(Fault::AuthRefused).await, Refused(AuthenticationFailed));
    assert_eq!(outcome(Fault::AuthTemporary).await, Retry(AuthenticationFailed));
    assert_eq!(outcome(Fault::AuthNotOffered).await, Refused(AuthenticationFailed));
    assert_eq!(outcome(Fault::AuthUnknownMechanism).await, Refused(AuthenticationFailed));
}

#[tokio::test]
async fn a_server_that_knows_only_the_older_login_gets_it() {
    assert_eq!(outcome(Fault::AuthLoginOnly).await, Accepted);
}

#[tokio::test]
async fn a_mail_above_the_announced_size_is_not_sent() {
    assert_eq!(outcome(Fault::SizeLimit(300)).await, Refused(MessageRefused));
}

#[tokio::test]
async fn a_greylisting_server_takes_the_mail_later_over_the_same_session() {
    let catcher = catcher(vec![Fault::Greylist(1).always()]).await;
    let (routing, sender) = (routing(&catcher), sender(&catcher));
    assert_eq!(send(&routing, &sender).await, Retry(RecipientRefused));
    assert_eq!(send(&routing, &sender).await, Accepted);
    assert_eq!((catcher.received(), catcher.connections()), (1, 1));
}

#[tokio::test]
async fn an_ambiguous_end_keeps_the_message_id() {
    let catcher = catcher(vec![Fault::Close(Stage::EndOfData).first(1)]).await;
    let (routing, sender, message) = (routing(&catcher), sender(&catcher), message(JANE));
    assert_eq!(routing.send(&sender, &message).await.outcome, Retry(ConnectionFailed));
    assert_eq!(routing.send(&sender, &message).await.outcome, Accepted);
    let mails = catcher.wait_for_many(JANE, 2).await.unwrap();
    assert_eq!(mails[0].header("message-id"), mails[1].header("message-id"));
    assert_eq!(mails[0].raw, mails[1].raw, "the same bytes on every try");
}

#[tokio::test]
async fn the_message_is_not_sent_to_a_server_that_refused_the_recipient_and_asks_for_it_all_the_same() {
    let server = Scripted::start(&[&[
        ("", "220 hello\r\n"),
        ("\r\n", "250-hello\r\n250 PIPELINING\r\n"),
        ("DATA\r\n", "250 ok\r\n550 no such user\r\n354 go on\r\n"),
    ]])
    .await;
    let sender = sender_to(1, server.port, Security::StartTls);
    assert_eq!(send(&clear_routing(short()), &sender).await, Refused(RecipientRefused));
    let said = server.said();
    assert!(said[0].ends_with("DATA\r\n"), "{said:?}");
    // And the session is over: it is not used for the next message.
    assert_eq!(send(&clear_routing(short()), &sender).await, Refused(RecipientRefused));
    assert_eq!(server.said().len(), 2);
}

#[tokio::test]
async fn an_answer_before_the_message_is_no_answer_to_it() {
    let server = Scripted::start(&[&[
        ("", "220 hello\r\n"),
        ("\r\n", "250-hello\r\n250 PIPELINING\r\n"),
        ("DATA\r\n", "250 ok\r\n250 ok\r\n354 go on\r\n250 taken\r\n"),
    ]])
    .await;
    let sender = sender_to(1, server.port, Security::StartTls);
    assert_eq!(send(&clear_routing(short()), &sender).await, Retry(ProtocolViolated));
}

#[tokio::test]
async fn without_pipelining_each_command_waits_for_its_reply() {
    let server = Scripted::start(&[&[
        ("", "220 hello\r\n"),
        ("\r\n", "250 hello\r\n"),
        ("MAIL FROM:<app@sender.example>\r\n", "250 ok\r\n"),
        ("RCPT TO:<jane@example.com>\r\n", "250 ok\r\n"),
        ("DATA\r\n", "354 go on\r\n"),
        ("\r\n.\r\n", "250 taken\r\n"),
    ]])
    .await;
    let sender = sender_to(1, server.port, Security::StartTls);
    assert_eq!(send(&clear_routing(short()), &sender).await, Accepted);
}

#[tokio::test]
async fn nobody_at_the_port_and_no_such_host_are_tried_again() {
    let catcher = plain_catcher(Vec::new()).await;
    let routing = routing_with(&catcher, short());
    let port = catcher.address().port();
    drop(catcher);
    let nobody = send(&routing, &sender_to(1, port, Security::StartTls)).await;
    assert_eq!(nobody, Retry(ConnectionFailed));
    let mut sender = Sender {
        tenant: TenantId(1),
        revision: 1,
        name: String::new(),
        routes: sender_to(1, 25, Security::StartTls).routes.clone(),
        look: Look::default(),
        countries: Countries::default(),
        is_sandbox: false,
    };
    sender.routes = vec![to_host(sender.routes.remove(0), "mail.invalid")];
    let outcome = send(&routing, &sender).await;
    assert!(matches!(outcome, Retry(HostNotFound | TimedOut)), "{outcome:?}");
}

#[tokio::test]
async fn a_server_that_keeps_failing_is_left_alone() {
    let catcher = catcher(vec![Fault::Close(Stage::Banner).always()]).await;
    let (routing, sender) = (routing_with(&catcher, short()), sender(&catcher));
    for _ in 0..5 {
        assert_eq!(send(&routing, &sender).await, Retry(ConnectionFailed));
    }
    let other_tenant = sender_to(2, catcher.address().port(), Security::StartTls);
    for sender in [&sender, &other_tenant] {
        assert_eq!(send(&routing, sender).await, Retry(ServerUnavailable));
    }
    assert_eq!(catcher.connections(), 5);
}

#[tokio::test]
async fn a_server_that_fails_one_account_is_not_kept_from_another_tenant() {
    let catcher = catcher(vec![Fault::Reply(Stage::Mail, 421).first(5)]).await;
    let routing = routing_with(&catcher, short());
    for _ in 0..5 {
        assert_eq!(send(&routing, &sender(&catcher)).await, Retry(ServerUnavailable));
    }
    assert_eq!(send(&routing, &sender(&catcher)).await, Retry(ServerUnavailable));
    assert_eq!(catcher.connections(), 5);
    let other_tenant = sender_to(2, catcher.address().port(), Security::StartTls);
    assert_eq!(send(&routing, &other_tenant).await, Accepted);
}

#[tokio::test]
async fn refusals_do_not_open_the_circuit() {
    for (fault, reason) in [
        (Fault::AuthRefused, DeliveryError::AuthenticationFailed),
        (Fault::Reply(Stage::Rcpt, 550), RecipientRefused),
        (Fault::StartTlsNotOffered, TlsFailed),
    ] {
        let catcher = catcher(vec![fault.always()]).await;
        let routing = routing_with(&catcher, short());
        for _ in 0..8 {
            assert_eq!(send(&routing, &sender(&catcher)).await, Refused(reason));
        }
    }
}
