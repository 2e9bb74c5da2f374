//! Several routes: the next one is used when one certainly did not deliver, and only then.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mail_catcher::{Fault, MailCatcher, Stage};
use otpmint::delivery::channels::smtp::SmtpSettings;
use otpmint::delivery::net::Trust;
use otpmint::delivery::{Message, Routing, Sender};
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::deliveries::delivery::DeliveryError::*;
use otpmint::domain::deliveries::delivery::TryOutcome::{self, Accepted, Refused, Retry};
use otpmint::domain::mail_address::MailAddress;
use otpmint::domain::phone::settings::Countries;
use otpmint::domain::tenants::route::Transport;
use otpmint::domain::tenants::smtp::Security::StartTls;

use crate::delivery::support::{
    Clear, JANE, ManualClock, Patience, catcher, message, plain_catcher, route, routing_by, rule, send,
    sender_to, sender_with, short, to_host,
};

/// Routing that trusts both servers.
fn routing(catchers: [&MailCatcher; 2], patience: Patience) -> Routing {
    let pem = catchers.map(MailCatcher::ca_pem).join("\n");
    let trust = Trust::with_authorities(pem.as_bytes()).unwrap();
    routing_by(patience, rule(Clear::Nobody), trust, ManualClock::at_noon())
}

/// A tenant with a route to each of them, in this order.
fn sender(catchers: [&MailCatcher; 2]) -> Arc<Sender> {
    let at = |number, catcher: &MailCatcher| route(number, catcher.address().port(), StartTls);
    sender_with(1, vec![at(2, catchers[0]), at(3, catchers[1])])
}

/// Steps that may take longer than the whole.
fn patient_smtp() -> SmtpSettings {
    SmtpSettings { step: Duration::from_secs(60), ..short().smtp }
}

/// What comes of a mail when the first server has this fault, and what the second one has received.
async fn with_a_spare(fault: Fault) -> (TryOutcome, u64) {
    let (first, second) = (catcher(vec![fault.always()]).await, catcher(Vec::new()).await);
    let outcome = send(&routing([&first, &second], short()), &sender([&first, &second])).await;
    (outcome, second.received())
}

#[tokio::test]
async fn the_next_account_sends_what_the_first_one_certainly_did_not() {
    for stage in [
        Stage::Banner,
        Stage::Ehlo,
        Stage::StartTls,
        Stage::Auth,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::EndOfData,
    ] {
        for code in [421, 451] {
            assert_eq!(with_a_spare(Fault::Reply(stage, code)).await, (Accepted, 1), "{code} at {stage:?}");
        }
    }
    for stage in [Stage::Banner, Stage::Ehlo, Stage::StartTls, Stage::Auth, Stage::Mail] {
        assert_eq!(with_a_spare(Fault::Reply(stage, 550)).await, (Accepted, 1), "{stage:?}");
        assert_eq!(with_a_spare(Fault::Close(stage)).await, (Accepted, 1), "{stage:?}");
        assert_eq!(with_a_spare(Fault::Stall(stage)).await, (Accepted, 1), "{stage:?}");
    }
    for fault in [
        Fault::AuthRefused,
        Fault::AuthNotOffered,
        Fault::StartTlsNotOffered,
        Fault::StartTlsGarbage,
        Fault::WordCodes,
        Fault::Greylist(9),
        Fault::Close(Stage::Handshake),
        Fault::Close(Stage::Data),
    ] {
        assert_eq!(with_a_spare(fault.clone()).await, (Accepted, 1), "{fault:?}");
    }
}

#[tokio::test]
async fn no_second_server_is_bothered_with_what_is_wrong_with_the_recipient_or_the_message() {
    for (fault, reason) in [
        (Fault::Reply(Stage::Rcpt, 550), RecipientRefused),
        (Fault::Reply(Stage::Data, 554), MessageRefused),
        (Fault::Reply(Stage::EndOfData, 554), MessageRefused),
        (Fault::SizeLimit(300), MessageRefused),
    ] {
        assert_eq!(with_a_spare(fault.clone()).await, (Refused(reason), 0), "{fault:?}");
    }
}

#[tokio::test]
async fn a_mail_that_may_have_been_taken_does_not_go_to_the_next_account() {
    for (fault, reason) in [
        (Fault::Close(Stage::EndOfData), ConnectionFailed),
        (Fault::Reset(Stage::EndOfData), ConnectionFailed),
        (Fault::Stall(Stage::EndOfData), TimedOut),
        (Fault::Reply(Stage::EndOfData, 299), ProtocolViolated),
    ] {
        assert_eq!(with_a_spare(fault.clone()).await, (Retry(reason), 0), "{fault:?}");
    }
}

#[tokio::test]
async fn a_host_that_is_not_there_or_not_allowed_costs_nothing_but_a_look() {
    let catcher = catcher(Vec::new()).await;
    let spare = route(3, catcher.address().port(), StartTls);
    let routing = routing([&catcher, &catcher], short());
    for host in ["mail.invalid", "192.168.77.77"] {
        let mut first = route(2, 2525, StartTls);
        first = to_host(first, host);
        let sender = sender_with(1, vec![first, spare.clone()]);
        assert_eq!(send(&routing, &sender).await, Accepted, "{host}");
    }
}

#[tokio::test]
async fn a_tarpit_leaves_time_to_the_next_account() {
    let tarpit = catcher(vec![Fault::Drip(Duration::from_millis(100)).always()]).await;
    let spare = catcher(Vec::new()).await;
    let patience = Patience { smtp: patient_smtp(), total: Duration::from_secs(4) };
    let begun = Instant::now();
    let outcome = send(&routing([&tarpit, &spare], patience), &sender([&tarpit, &spare])).await;
    assert_eq!((outcome, spare.received()), (Accepted, 1));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn all_accounts_together_keep_within_the_deadline() {
    let slow = || catcher(vec![Fault::Stall(Stage::Banner).always()]);
    let (first, second) = (slow().await, slow().await);
    let patience = Patience { smtp: patient_smtp(), total: Duration::from_secs(2) };
    let begun = Instant::now();
    let outcome = send(&routing([&first, &second], patience), &sender([&first, &second])).await;
    assert_eq!(outcome, Retry(TimedOut));
    assert!(begun.elapsed() < Duration::from_millis(3_900), "{:?}", begun.elapsed());
    assert_eq!(second.connections(), 1);
}

#[tokio::test]
async fn a_server_may_take_its_time_with_the_message_itself() {
    let slow = catcher(vec![Fault::Delay(Stage::EndOfData, Duration::from_millis(2_700)).always()]).await;
    let spare = catcher(Vec::new()).await;
    // Half of this is the first account's to begin in.
    let smtp = SmtpSettings { content: Duration::from_secs(60), ..short().smtp };
    let patience = Patience { smtp, total: Duration::from_millis(4_800) };
    let outcome = send(&routing([&slow, &spare], patience), &sender([&slow, &spare])).await;
    assert_eq!((outcome, slow.received(), spare.received()), (Accepted, 1, 0));
}

#[tokio::test]
async fn a_dead_first_account_is_left_alone_and_the_next_one_goes_on() {
    let (dead, spare) =
        (catcher(vec![Fault::Close(Stage::Banner).always()]).await, catcher(Vec::new()).await);
    let (routing, sender) = (routing([&dead, &spare], short()), sender([&dead, &spare]));
    for _ in 0..8 {
        assert_eq!(send(&routing, &sender).await, Accepted);
    }
    assert_eq!((dead.connections(), spare.received(), spare.connections()), (5, 8, 1));
}

#[tokio::test]
async fn little_patience_of_one_tenant_opens_no_circuit_of_another() {
    let slow = catcher(vec![Fault::Delay(Stage::Banner, Duration::from_millis(1_600)).always()]).await;
    let spare = catcher(Vec::new()).await;
    // Half of this is the first account's. What is left is much more than a sound session takes, however busy the
    // machine is.
    let patience = Patience { smtp: patient_smtp(), total: Duration::from_millis(2_400) };
    let routing = routing([&slow, &spare], patience);
    for _ in 0..6 {
        assert_eq!(send(&routing, &sender([&slow, &spare])).await, Accepted);
    }
    assert_eq!(slow.connections(), 5, "the impatient account is left alone");
    let patient = sender_to(2, slow.address().port(), StartTls);
    assert_eq!(send(&routing, &patient).await, Accepted);
}

#[tokio::test]
async fn what_is_told_is_final_only_when_no_account_may_succeed_later() {
    let refusing = || catcher(vec![Fault::AuthRefused.always()]);
    let (first, second) = (refusing().await, refusing().await);
    let all = [&first, &second];
    assert_eq!(send(&routing(all, short()), &sender(all)).await, Refused(AuthenticationFailed));
    let failing = catcher(vec![Fault::Close(Stage::Banner).always()]).await;
    let all = [&failing, &first];
    assert_eq!(send(&routing(all, short()), &sender(all)).await, Retry(AuthenticationFailed));
    let none = sender_with(1, Vec::new());
    assert_eq!(send(&routing(all, short()), &none).await, Refused(NoRoute));
}

#[tokio::test]
async fn a_message_has_one_id_whichever_account_sends_it() {
    let first = catcher(vec![Fault::Close(Stage::EndOfData).first(1), Fault::AuthRefused.after(1)]).await;
    let spare = catcher(Vec::new()).await;
    let routing = routing([&first, &spare], short());
    let mut sender = Arc::into_inner(sender([&first, &spare])).unwrap();
    let Transport::Smtp(spare_profile) = &mut sender.routes[1].transport else { unreachable!() };
    spare_profile.from = MailAddress::parse("app@spare.example").unwrap();
    let message = message(JANE);
    assert_eq!(routing.send(&sender, &message).await.outcome, Retry(ConnectionFailed));
    assert_eq!(routing.send(&sender, &message).await.outcome, Accepted);
    let mails = [first.wait_for(JANE).await.unwrap(), spare.wait_for(JANE).await.unwrap()];
    assert_eq!(mails[0].header("message-id"), mails[1].header("message-id"));
    assert!(mails[1].header("from").unwrap().contains("app@spare.example"));
}

#[tokio::test]
async fn one_session_is_kept_for_each_account_even_on_one_server() {
    let catcher = plain_catcher(Vec::new()).await;
    let routing = crate::delivery::support::clear_routing(short());
    let port = catcher.address().port();
    for number in [2, 3, 2, 3] {
        let sender = sender_with(1, vec![route(number, port, StartTls)]);
        assert_eq!(send(&routing, &sender).await, Accepted);
    }
    assert_eq!((catcher.received(), catcher.connections()), (4, 2));
}

#[tokio::test]
async fn no_message_leaves_for_a_country_that_the_tenant_or_the_operator_does_not_list() {
    let countries = |words: &[&str]| Countries::parse(words).unwrap();
    let to_germany = Message { channel: ChannelKind::Sms, ..message("+4915123456789") };
    for (operator, tenant, outcome) in [
        (countries(&["*"]), countries(&[]), Refused(CountryNotAllowed)),
        (countries(&["AT"]), countries(&["*"]), Refused(CountryNotAllowed)),
        (countries(&["AT", "DE"]), countries(&["DE"]), Refused(NoRoute)),
    ] {
        let routing = Routing::new(Vec::new(), Duration::from_secs(30), operator, ManualClock::at_noon());
        let sender = Sender { countries: tenant, ..Arc::into_inner(sender_with(1, Vec::new())).unwrap() };
        assert_eq!(routing.send(&sender, &to_germany).await.outcome, outcome);
    }
}
