//! The check of a route says which step fails, and what to change.

use std::time::Duration;

use otpmint::delivery::{LoggedReports, RouteToCheck, Routing, Standing};
use otpmint::domain::address::Address;
use otpmint::domain::deliveries::delivery::DeliveryError::*;
use otpmint::domain::id::TenantId;
use otpmint::domain::tenants::route_check::CheckStep::{self, Connect, Login, Message, Resolve};
use otpmint::domain::tenants::route_check::{CheckedStep, TestMessage};

use super::centre::{self, Behaviour, Centre, Do, Submit, accepting};
use super::{CLEAR, NUMBER, channel, route, routing_over, short};
use crate::delivery::support::NOON;

fn routing() -> Routing {
    routing_over(channel(short(), std::sync::Arc::new(LoggedReports)))
}

async fn check(port: u16, more: &str, is_test: bool) -> Vec<CheckedStep> {
    let test = TestMessage { id: "test".to_owned(), to: Address::parse(NUMBER).unwrap(), at: NOON };
    let transport = route(2, port, more).transport;
    let route = RouteToCheck { tenant: TenantId(1), transport: &transport, standing: Standing::Saved };
    routing().check(route, is_test.then_some(&test), Duration::from_secs(5)).await
}

fn words(steps: &[CheckedStep]) -> Vec<CheckStep> {
    steps.iter().map(|step| step.step).collect()
}

#[tokio::test]
async fn a_check_logs_in_and_sends_a_test_only_if_asked_to() {
    let centre = Centre::start(accepting()).await;
    let steps = check(centre.port, CLEAR, false).await;
    assert_eq!(words(&steps), [Resolve, Connect, Login]);
    assert!(steps.iter().all(|step| step.result.is_ok()));
    assert_eq!((centre.submits(), centre.heard().unbinds), (0, 1));
    let steps = check(centre.port, CLEAR, true).await;
    assert_eq!(words(&steps), [Resolve, Connect, Login, Message]);
    assert_eq!((centre.submits(), centre.heard().unbinds), (1, 2));
    let sent = String::from_utf8(centre.heard().submits[0].text.clone()).unwrap();
    assert!(sent.contains("test") && !sent.bytes().any(|b| b.is_ascii_digit()), "{sent}");
}

#[tokio::test]
async fn the_step_that_fails_says_what_to_change() {
    for (status, class, advice) in [
        (0x0e, AuthenticationFailed, "check system_id"),
        (0x0d, AuthenticationFailed, "check system_id"),
        (0x05, ServerUnavailable, "only one at a time"),
    ] {
        let logins = vec![centre::Login::Status(status)];
        let centre = Centre::with(Behaviour { logins, ..Behaviour::default() }, accepting()).await;
        let steps = check(centre.port, CLEAR, true).await;
        assert_eq!(words(&steps), [Resolve, Connect, Login]);
        let failed = steps[2].result.clone().unwrap_err();
        assert_eq!(failed.reason, class);
        assert!(failed.advice.contains(advice), "{}", failed.advice);
    }
    let refusing = Centre::start(|submit: &Submit| vec![Do::Refuse(submit.sequence, 0x0a)]).await;
    let steps = check(refusing.port, CLEAR, true).await;
    assert_eq!(words(&steps), [Resolve, Connect, Login, Message]);
    assert_eq!(steps[3].result.clone().unwrap_err().reason, SenderRefused);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let steps = check(closed, CLEAR, false).await;
    assert_eq!(words(&steps), [Resolve, Connect]);
    assert_eq!(steps[1].result.clone().unwrap_err().reason, ConnectionFailed);
}
