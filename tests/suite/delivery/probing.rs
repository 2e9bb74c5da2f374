//! Testing an account, without a tenant and without a database.

use std::time::{Duration, Instant};

use mail_catcher::{Fault, MailCatcher, Options, Stage, TlsMode};
use otpmint::delivery::Routing;
use otpmint::delivery::net::Trust;
use otpmint::domain::address::Address;
use otpmint::domain::deliveries::delivery::DeliveryError;
use otpmint::domain::tenants::route_check::{CheckStep, CheckedStep, TestMessage};
use otpmint::domain::tenants::smtp::Security::{Implicit, StartTls};

use crate::delivery::support::{
    Clear, JANE, ManualClock, NOON, Patience, catcher, catcher_with, plain_catcher, route, routing_by, rule,
    saved,
};

const LIMIT: Duration = Duration::from_secs(5);

fn trusting(clear: Clear, trusted: &MailCatcher) -> Routing {
    let trust = Trust::with_authorities(trusted.ca_pem().as_bytes()).unwrap();
    routing_by(Patience::default(), rule(clear), trust, ManualClock::at_noon())
}

fn mail() -> TestMessage {
    TestMessage { id: "t1".to_owned(), to: Address::parse(JANE).unwrap(), at: NOON }
}

fn went_well(taken: &[CheckedStep]) -> Vec<CheckStep> {
    assert!(taken.iter().all(|taken| taken.result.is_ok()), "{taken:?}");
    taken.iter().map(|taken| taken.step).collect()
}

#[tokio::test]
async fn the_steps_come_in_the_order_of_the_kind_of_session() {
    use CheckStep::{Connect, Greeting, Login, Mail, Resolve, Tls};
    let starttls = catcher(Vec::new()).await;
    let at = route(2, starttls.address().port(), StartTls).transport;
    let taken = trusting(Clear::Nobody, &starttls).check(saved(&at), Some(&mail()), LIMIT).await;
    assert_eq!(went_well(&taken), [Resolve, Connect, Greeting, Tls, Login, Mail]);
    let implicit = catcher_with(Options { tls: TlsMode::Implicit, ..Options::default() }).await;
    let at = route(2, implicit.address().port(), Implicit).transport;
    let taken = trusting(Clear::Nobody, &implicit).check(saved(&at), None, LIMIT).await;
    assert_eq!(went_well(&taken), [Resolve, Connect, Tls, Greeting, Login]);
    assert_eq!((starttls.received(), implicit.received()), (1, 0));
}

#[tokio::test]
async fn where_the_operator_allows_clear_sessions_no_login_is_claimed() {
    use CheckStep::{Connect, Greeting, Mail, Resolve};
    let plain = plain_catcher(Vec::new()).await;
    let at = route(2, plain.address().port(), StartTls).transport;
    let taken = trusting(Clear::Localhost, &plain).check(saved(&at), Some(&mail()), LIMIT).await;
    assert_eq!(went_well(&taken), [Resolve, Connect, Greeting, Mail]);
    assert_eq!(plain.received(), 1);
}

#[tokio::test]
async fn a_kind_of_session_that_does_not_fit_the_port_is_told() {
    let implicit = catcher_with(Options { tls: TlsMode::Implicit, ..Options::default() }).await;
    let at = route(2, implicit.address().port(), StartTls).transport;
    let limit = Duration::from_millis(500);
    let taken = trusting(Clear::Nobody, &implicit).check(saved(&at), None, limit).await;
    let trouble = taken.last().unwrap().result.as_ref().unwrap_err();
    assert_eq!((taken.last().unwrap().step, trouble.reason), (CheckStep::Greeting, DeliveryError::TimedOut));
    assert!(trouble.advice.contains("set tls to implicit"), "{}", trouble.advice);
    let starttls = catcher(Vec::new()).await;
    let at = route(2, starttls.address().port(), Implicit).transport;
    let taken = trusting(Clear::Nobody, &starttls).check(saved(&at), None, LIMIT).await;
    let trouble = taken.last().unwrap().result.as_ref().unwrap_err();
    assert_eq!((taken.last().unwrap().step, trouble.reason), (CheckStep::Tls, DeliveryError::TlsFailed));
    assert!(trouble.advice.contains("starttls on 587"), "{}", trouble.advice);
}

#[tokio::test]
async fn a_walk_ends_in_time_and_keeps_no_session() {
    let slow = catcher(vec![Fault::Stall(Stage::Auth).first(1)]).await;
    let at = route(2, slow.address().port(), StartTls).transport;
    let routing = trusting(Clear::Nobody, &slow);
    let begun = Instant::now();
    let taken = routing.check(saved(&at), None, Duration::from_millis(400)).await;
    assert_eq!(taken.last().unwrap().step, CheckStep::Login);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    for _ in 0..2 {
        went_well(&routing.check(saved(&at), None, LIMIT).await);
    }
    assert_eq!(slow.connections(), 3, "each walk opens a session of its own");
    assert!(routing.hints(&at).await.is_empty());
}
