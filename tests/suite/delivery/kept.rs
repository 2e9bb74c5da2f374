//! Sessions are kept for the next message, by the account they belong to, while they are alive.

use std::time::Duration;

use otpmint::delivery::channels::smtp::SmtpSettings;
use otpmint::delivery::{Look, Sender};
use otpmint::domain::deliveries::delivery::DeliveryError::{ConnectionFailed, ServerUnavailable};
use otpmint::domain::deliveries::delivery::TryOutcome::{Accepted, Retry};
use otpmint::domain::id::TenantId;
use otpmint::domain::phone::settings::Countries;
use otpmint::domain::tenants::smtp::Security;

use crate::delivery::support::{
    CLOSE, Patience, Scene, Scripted, catcher, clear_routing, routing, routing_with, send, sender, sender_to,
    short, until,
};

#[tokio::test]
async fn one_session_serves_many_messages() {
    let catcher = catcher(Vec::new()).await;
    let (routing, sender) = (routing(&catcher), sender(&catcher));
    for _ in 0..5 {
        assert_eq!(send(&routing, &sender).await, Accepted);
    }
    assert_eq!((catcher.received(), catcher.connections()), (5, 1));
}

#[tokio::test]
async fn neither_another_tenant_nor_a_changed_account_uses_it() {
    let catcher = catcher(Vec::new()).await;
    let routing = routing(&catcher);
    let first = sender(&catcher);
    let changed = Sender {
        tenant: TenantId(1),
        revision: 2,
        name: String::new(),
        routes: first.routes.clone(),
        look: Look::default(),
        countries: Countries::default(),
        is_sandbox: false,
    };
    let other = sender_to(2, catcher.address().port(), Security::StartTls);
    for sender in [&*first, &changed, &other] {
        assert_eq!(send(&routing, sender).await, Accepted);
    }
    assert_eq!(catcher.connections(), 3);
}

#[tokio::test]
async fn an_idle_session_is_closed_in_time() {
    let catcher = catcher(Vec::new()).await;
    let smtp = SmtpSettings { idle: Duration::from_millis(50), ..SmtpSettings::default() };
    let patience = Patience { smtp, ..Patience::default() };
    let (routing, sender) = (routing_with(&catcher, patience), sender(&catcher));
    assert_eq!(send(&routing, &sender).await, Accepted);
    let quit = || catcher.transcripts().concat().iter().any(|line| line.starts_with("C: QUIT"));
    until("the session is taken leave of", quit).await;
    assert_eq!(send(&routing, &sender).await, Accepted);
    assert_eq!(catcher.connections(), 2);
}

const TAKES_ONE_THEN_CLOSES: Scene = &[
    ("", "220 hello\r\n"),
    ("\r\n", "250-hello\r\n250 PIPELINING\r\n"),
    ("DATA\r\n", "250 ok\r\n250 ok\r\n354 go on\r\n"),
    ("\r\n.\r\n", "250 taken\r\n"),
    ("DATA\r\n", CLOSE),
];
const TAKES_ONE_THEN_SAYS_421: Scene = &[
    ("", "220 hello\r\n"),
    ("\r\n", "250-hello\r\n250 PIPELINING\r\n"),
    ("DATA\r\n", "250 ok\r\n250 ok\r\n354 go on\r\n"),
    ("\r\n.\r\n", "250 taken\r\n"),
    ("DATA\r\n", "421 enough\r\n"),
];
const TAKES_ONE_THEN_DROPS_THE_CONTENT: Scene = &[
    ("", "220 hello\r\n"),
    ("\r\n", "250-hello\r\n250 PIPELINING\r\n"),
    ("DATA\r\n", "250 ok\r\n250 ok\r\n354 go on\r\n"),
    ("\r\n.\r\n", "250 taken\r\n"),
    ("DATA\r\n", "250 ok\r\n250 ok\r\n354 go on\r\n"),
    ("\r\n.\r\n", CLOSE),
];
const TAKES_ONE_AND_CLOSES_AT_ONCE: Scene = &[
    ("", "220 hello\r\n"),
    ("\r\n", "250-hello\r\n250 PIPELINING\r\n"),
    ("DATA\r\n", "250 ok\r\n250 ok\r\n354 go on\r\n"),
    ("\r\n.\r\n", "250 taken\r\n"),
    ("", CLOSE),
];
const SAYS_421: Scene = &[("", "421 busy\r\n"), ("", CLOSE)];

#[tokio::test]
async fn a_kept_session_that_dies_before_the_content_is_replaced_once() {
    for scenes in [
        &[TAKES_ONE_THEN_CLOSES, TAKES_ONE_THEN_CLOSES] as &'static [Scene],
        &[TAKES_ONE_THEN_SAYS_421, TAKES_ONE_THEN_SAYS_421],
        &[TAKES_ONE_AND_CLOSES_AT_ONCE, TAKES_ONE_AND_CLOSES_AT_ONCE],
    ] {
        let server = Scripted::start(scenes).await;
        let (routing, sender) = (clear_routing(short()), sender_to(1, server.port, Security::StartTls));
        assert_eq!(send(&routing, &sender).await, Accepted);
        assert_eq!(send(&routing, &sender).await, Accepted);
        assert_eq!(server.said().len(), 2);
    }
}

#[tokio::test]
async fn once_means_once() {
    let server = Scripted::start(&[TAKES_ONE_THEN_CLOSES, SAYS_421]).await;
    let (routing, sender) = (clear_routing(short()), sender_to(1, server.port, Security::StartTls));
    assert_eq!(send(&routing, &sender).await, Accepted);
    assert_eq!(send(&routing, &sender).await, Retry(ServerUnavailable));
    assert_eq!(server.said().len(), 2);
}

#[tokio::test]
async fn a_kept_session_that_dies_behind_the_content_is_not_replaced_behind_the_callers_back() {
    let server = Scripted::start(&[TAKES_ONE_THEN_DROPS_THE_CONTENT]).await;
    let (routing, sender) = (clear_routing(short()), sender_to(1, server.port, Security::StartTls));
    assert_eq!(send(&routing, &sender).await, Accepted);
    assert_eq!(send(&routing, &sender).await, Retry(ConnectionFailed));
    assert_eq!(server.said().len(), 1);
}
