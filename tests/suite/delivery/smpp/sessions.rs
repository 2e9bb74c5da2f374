//! Sessions are kept, and found again after whatever a message centre does to them.

use std::sync::Arc;
use std::time::Duration;

use otpmint::delivery::channels::smpp::{SmppChannel, SmppEnvironment, SmppLimits};
use otpmint::delivery::net::Trust;
use otpmint::delivery::{LoggedReports, Sender};
use otpmint::domain::deliveries::delivery::DeliveryError::*;
use otpmint::domain::deliveries::delivery::TryOutcome::{Accepted, Refused, Retry, Unknown};

use tokio_rustls::TlsAcceptor;

use super::centre::{
    BIND_RECEIVER, BIND_TRANSCEIVER, BIND_TRANSMITTER, Behaviour, Bind, Centre, Do, Login, Submit, accepting,
};
use super::{CLEAR, DIGITS, PASSWORD, id, route, routing, routing_over, send, sender, short, text_to};
use crate::delivery::providers::server::identity;
use crate::delivery::support::{Clear, ManualClock, rule, until};

#[tokio::test]
async fn one_session_serves_many_messages_whose_fields_are_those_of_the_standard() {
    let centre = Centre::start(accepting()).await;
    let (routing, sender) = (routing(short()), sender(vec![route(2, centre.port, CLEAR)]));
    for number in 1..=3 {
        let result = send(&routing, &sender).await;
        assert_eq!((result.outcome, id(&result)), (Accepted, Some(&*number.to_string())));
    }
    let heard = centre.heard();
    let (system_id, password, system_type) = ("acme".to_owned(), PASSWORD.to_owned(), "VMA".to_owned());
    assert_eq!(
        heard.binds,
        [Bind { command: BIND_TRANSCEIVER, system_id, password, system_type, version: 0x34 }]
    );
    assert_eq!((heard.connections, heard.submits.len()), (1, 3));
    let Submit { source, destination, class, validity, registered, coding, text, .. } = &heard.submits[0];
    assert_eq!(*source, (5, 0, "Acme".to_owned()));
    assert_eq!(*destination, (1, 1, DIGITS.to_owned()));
    assert_eq!((*class, *registered, *coding), (0, 1, 0));
    assert_eq!(validity, "000000001000000R");
    assert!(String::from_utf8_lossy(text).contains("012345"));
}

#[tokio::test]
async fn answers_in_another_order_belong_to_their_messages() {
    let mut held: Vec<(u32, String)> = Vec::new();
    let centre = Centre::start(move |submit| {
        held.push((submit.sequence, submit.destination.2.clone()));
        if held.len() < 4 {
            return Vec::new();
        }
        held.drain(..).rev().map(|(sequence, to)| Do::Accept(sequence, format!("for-{to}"))).collect()
    });
    let centre = centre.await;
    let (routing, sender) = (routing(short()), sender(vec![route(2, centre.port, CLEAR)]));
    let numbers = ["+4915123456781", "+4915123456782", "+4915123456783", "+4915123456784"];
    let send = async |number| routing.send(&sender, &text_to(number)).await;
    let results = tokio::join!(send(numbers[0]), send(numbers[1]), send(numbers[2]), send(numbers[3]));
    for (number, result) in numbers.iter().zip([results.0, results.1, results.2, results.3]) {
        assert_eq!(id(&result), Some(&*format!("for-{}", &number[1..])));
    }
}

#[tokio::test]
async fn no_more_messages_wait_for_answers_than_the_window_has_places() {
    let centre = Centre::start(|submit| {
        let accept = Do::Accept(submit.sequence, format!("{}", submit.sequence));
        vec![Do::Later(Duration::from_millis(50), Box::new(accept))]
    });
    let centre = centre.await;
    let more = r#","tls":"none","window":2"#;
    let (routing, sender) = (routing(short()), sender(vec![route(2, centre.port, more)]));
    let three =
        async { tokio::join!(send(&routing, &sender), send(&routing, &sender), send(&routing, &sender)) };
    let (first, second, third) = three.await;
    for result in [first, second, third] {
        assert_eq!(result.outcome, Accepted);
    }
    assert_eq!(centre.heard().waiting, (0, 2));
}

#[tokio::test]
async fn a_transmitter_and_a_receiver_are_opened_where_the_account_says_so() {
    let centre = Centre::start(accepting()).await;
    let more = r#","tls":"none","bind":"separate""#;
    let (routing, sender) = (routing(short()), sender(vec![route(2, centre.port, more)]));
    assert_eq!(send(&routing, &sender).await.outcome, Accepted);
    let binds: Vec<_> = centre.heard().binds.iter().map(|bind| bind.command).collect();
    assert_eq!(binds, [BIND_TRANSMITTER, BIND_RECEIVER]);
    assert_eq!(routing.health()[0].idle_sessions, 2);
    routing.close().await;
    assert_eq!(centre.heard().unbinds, 2);
}

#[tokio::test]
async fn a_connection_that_was_closed_between_messages_is_replaced() {
    let mut first = true;
    let centre = Centre::start(move |submit| {
        let accept = Do::Accept(submit.sequence, "1".to_owned());
        if std::mem::take(&mut first) { vec![accept, Do::Hangup] } else { vec![accept] }
    });
    let centre = centre.await;
    let (routing, sender) = (routing(short()), sender(vec![route(2, centre.port, CLEAR)]));
    assert_eq!(send(&routing, &sender).await.outcome, Accepted);
    until("another session", || centre.heard().binds.len() == 2).await;
    assert_eq!(send(&routing, &sender).await.outcome, Accepted);
    assert_eq!((centre.submits(), centre.heard().connections), (2, 2));
}

#[tokio::test]
async fn a_message_without_an_answer_has_an_unknown_fate_and_goes_to_no_other_account() {
    for (silent, class) in [(true, TimedOut), (false, ConnectionFailed)] {
        let centre = Centre::start(move |_| if silent { Vec::new() } else { vec![Do::Hangup] }).await;
        let spare = Centre::start(accepting()).await;
        let routes = vec![route(2, centre.port, CLEAR), route(3, spare.port, CLEAR)];
        let result = send(&routing(short()), &sender(routes)).await;
        assert_eq!(result.outcome, Unknown(class));
        assert!(result.tried.unwrap().is_unconfirmed);
        assert_eq!((centre.submits(), spare.submits()), (1, 0));
    }
}

#[tokio::test]
async fn after_a_missing_answer_the_account_logs_in_anew_and_works() {
    let mut first = true;
    let centre = Centre::start(move |submit| match std::mem::take(&mut first) {
        true => Vec::new(),
        false => vec![Do::Accept(submit.sequence, "1".to_owned())],
    });
    let centre = centre.await;
    let (routing, sender) = (routing(short()), sender(vec![route(2, centre.port, CLEAR)]));
    assert_eq!(send(&routing, &sender).await.outcome, Unknown(TimedOut));
    until("the old session is taken leave of", || centre.heard().unbinds == 1).await;
    let outcome = send(&routing, &sender).await.outcome;
    assert!([Accepted, Retry(ServerUnavailable)].contains(&outcome), "{outcome:?}");
    until("the pause is over", || centre.heard().binds.len() == 2).await;
    assert_eq!(send(&routing, &sender).await.outcome, Accepted);
    assert_eq!(centre.heard().binds.len(), 2);
}

#[tokio::test]
async fn a_wrong_password_is_said_to_be_one_and_not_tried_again_and_again() {
    let behaviour = Behaviour { logins: vec![Login::Status(0x0e)], ..Behaviour::default() };
    let centre = Centre::with(behaviour, accepting()).await;
    let limits = SmppLimits { reconnect: SmppLimits::default().reconnect, ..short() };
    let (routing, sender) = (routing(limits), sender(vec![route(2, centre.port, CLEAR)]));
    for _ in 0..5 {
        assert_eq!(send(&routing, &sender).await.outcome, Refused(AuthenticationFailed));
    }
    assert_eq!((centre.submits(), centre.heard().binds.len()), (0, 1));
}

#[tokio::test]
async fn a_centre_that_is_not_there_is_left_alone_and_then_asked_again() {
    let behaviour = Behaviour { logins: vec![Login::Silence, Login::Status(0)], ..Behaviour::default() };
    let centre = Centre::with(behaviour, accepting()).await;
    let (routing, sender) = (routing(short()), sender(vec![route(2, centre.port, CLEAR)]));
    assert_eq!(send(&routing, &sender).await.outcome, Retry(TimedOut));
    assert_eq!(send(&routing, &sender).await.outcome, Retry(ServerUnavailable), "it is left alone");
    assert_eq!(centre.heard().binds.len(), 1);
    until("the pause is over", || centre.heard().binds.len() == 2).await;
    assert_eq!(send(&routing, &sender).await.outcome, Accepted);
}

#[tokio::test]
async fn a_changed_route_logs_in_anew_and_leaves_the_old_session() {
    let centre = Centre::start(accepting()).await;
    let (routing, first) = (routing(short()), sender(vec![route(2, centre.port, CLEAR)]));
    assert_eq!(send(&routing, &first).await.outcome, Accepted);
    let changed = Sender { revision: 2, ..sender(vec![route(2, centre.port, CLEAR)]) };
    assert_eq!(send(&routing, &changed).await.outcome, Accepted);
    until("leave is taken", || centre.heard().unbinds == 1).await;
    assert_eq!(centre.heard().connections, 2);
}

#[tokio::test]
async fn both_sides_ask_whether_the_other_one_is_there() {
    let limits = || SmppLimits { enquire: Duration::from_millis(50), ..short() };
    let ask = |submit: &Submit| vec![Do::Accept(submit.sequence, "1".to_owned()), Do::Enquire];
    let centre = Centre::start(ask).await;
    let (routing, sender) = (routing(limits()), sender(vec![route(2, centre.port, CLEAR)]));
    assert_eq!(send(&routing, &sender).await.outcome, Accepted);
    until("enquiries", || centre.heard().enquiries >= 3 && centre.heard().enquiry_answers == 1).await;
    assert_eq!(centre.heard().connections, 1);
}

#[tokio::test]
async fn a_session_whose_centre_does_not_answer_any_more_is_replaced() {
    let limits = SmppLimits { enquire: Duration::from_millis(50), ..short() };
    let behaviour = Behaviour { answers_enquiries: false, ..Behaviour::default() };
    let centre = Centre::with(behaviour, accepting()).await;
    let (routing, sender) = (routing(limits), sender(vec![route(2, centre.port, CLEAR)]));
    assert_eq!(send(&routing, &sender).await.outcome, Accepted);
    until("another session", || centre.heard().connections == 2).await;
}

#[tokio::test]
async fn an_idle_session_is_taken_leave_of_in_time() {
    let limits = SmppLimits { idle: Duration::from_millis(100), ..short() };
    let centre = Centre::start(accepting()).await;
    let (routing, sender) = (routing(limits), sender(vec![route(2, centre.port, CLEAR)]));
    assert_eq!(send(&routing, &sender).await.outcome, Accepted);
    until("leave is taken", || centre.heard().unbinds == 1).await;
    until("no session is left", || routing.health()[0].idle_sessions == 0).await;
    assert_eq!(send(&routing, &sender).await.outcome, Accepted);
    assert_eq!(centre.heard().connections, 2);
}

fn over_tls(trust: Trust) -> SmppChannel {
    let environment = SmppEnvironment { rule: rule(Clear::Nobody), trust, reports: Arc::new(LoggedReports) };
    // Handshakes take long on a busy machine.
    let long = Duration::from_secs(10);
    let limits = SmppLimits { connect: long, step: long, answer: long, ..short() };
    SmppChannel::new(limits, environment, ManualClock::at_noon())
}

#[tokio::test]
async fn over_tls_nothing_is_said_to_a_centre_that_does_not_prove_its_name() {
    let (config, ca_pem) = identity();
    let tls = Some(TlsAcceptor::from(Arc::new(config)));
    let centre = Centre::with(Behaviour { tls, ..Behaviour::default() }, accepting()).await;
    let sender = sender(vec![route(2, centre.port, "")]);
    let trusting = routing_over(over_tls(Trust::with_authorities(ca_pem.as_bytes()).unwrap()));
    assert_eq!(send(&trusting, &sender).await.outcome, Accepted);
    let other = routing_over(over_tls(Trust::system()));
    assert_eq!(send(&other, &sender).await.outcome, Refused(TlsFailed));
    assert_eq!((centre.submits(), centre.heard().binds.len()), (1, 1));
}

#[tokio::test]
async fn without_the_operators_leave_nothing_is_said_in_clear_text() {
    let centre = Centre::start(accepting()).await;
    let routing_in_clear = routing_over(over_tls(Trust::system()));
    let result = send(&routing_in_clear, &sender(vec![route(2, centre.port, CLEAR)])).await;
    assert_eq!((result.outcome, centre.heard().connections), (Refused(TlsFailed), 0));
    // And TLS is what is meant where nothing is said: this centre does not speak it.
    let result = send(&routing(short()), &sender(vec![route(2, centre.port, "")])).await;
    assert_eq!(centre.heard().binds, []);
    assert_ne!(result.outcome, Accepted);
}
