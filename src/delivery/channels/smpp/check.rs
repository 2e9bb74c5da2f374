//! The check of a route for its owner, from the name of a message centre to a test message.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::failure::{Cause, Phase, SmppFailure};
use super::login::SmppLogin;
use super::opening::Opener;
use super::requests::{Role, Submission};
use super::session::Session;
use super::status::{BindMeaning, Meaning};
use super::text::coded;
use crate::delivery::content::TEST_TEXT;
use crate::delivery::net::distrust::Distrust;
use crate::delivery::ports::budget::Budget;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::tenants::route_check::{CheckStep, CheckedStep, FailedStep, TestMessage};
use crate::domain::tenants::transports::smpp::SmppSecurity;

/// How long a test message may wait for its recipient.
const LIFE: Duration = Duration::from_secs(300);

/// Checks a message centre up to the login, over separate sessions; with `test`, until the centre has accepted
/// that message.
pub(super) async fn walk(
    opener: &Opener,
    login: &SmppLogin,
    test: Option<&TestMessage>,
    limit: Duration,
) -> Vec<CheckedStep> {
    let walked = probe(opener, login, test, Instant::now() + limit).await;
    let failed = walked.as_ref().err().map(step);
    let mut taken: Vec<_> = planned(login, test)
        .take_while(|step| Some(*step) != failed)
        .map(|step| CheckedStep { step, result: Ok(detail(login, step)) })
        .collect();
    if let (Err(failure), Some(step)) = (&walked, failed) {
        tracing::debug!(host = %login.settings.host, cause = %failure, phase = ?failure.phase, "a check failed");
        let reason = failure.of_route().class;
        taken.push(CheckedStep { step, result: Err(FailedStep { reason, advice: advice(failure) }) });
    }
    taken
}

async fn probe(
    opener: &Opener,
    login: &SmppLogin,
    test: Option<&TestMessage>,
    end: Instant,
) -> Result<(), SmppFailure> {
    let (role, other) = Role::of(login.settings.bind);
    // What a centre delivers meanwhile is refused for now, so that the sessions of the account get it.
    let (receipts, _) = mpsc::channel(1);
    let start = async |role| {
        let wire = opener.open(login, role, end).await?;
        Ok(Session::start(wire, login.settings.window, &opener.limits, receipts.clone()))
    };
    let session: Session = start(role).await?;
    let other: Option<Session> = match other {
        Some(role) => Some(start(role).await?),
        None => None,
    };
    if let Some((test, digits)) = test.and_then(|test| Some((test, test.to.phone()?.digits()))) {
        tracing::debug!(message = %test.id, "a test message is sent");
        let text = coded(TEST_TEXT, login.settings.default_alphabet);
        let text = text.ok_or_else(|| Cause::Ended.at(Phase::Waiting))?;
        let message = Submission::new(login.settings.from.of(digits), digits, &text, LIFE);
        session.submit(message.body(), Budget::all_until(end)).await?;
    }
    for session in std::iter::once(&session).chain(&other) {
        session.leave();
        // The check is over whether or not the centre says farewell.
        let _ = timeout_at(end, session.over()).await;
    }
    Ok(())
}

/// Returns the steps for this message centre, in order.
fn planned(login: &SmppLogin, test: Option<&TestMessage>) -> impl Iterator<Item = CheckStep> {
    let tls = login.settings.tls == SmppSecurity::Implicit;
    let steps = [
        (true, CheckStep::Resolve),
        (true, CheckStep::Connect),
        (tls, CheckStep::Tls),
        (true, CheckStep::Login),
        (test.is_some(), CheckStep::Message),
    ];
    steps.into_iter().filter_map(|(is_planned, step)| is_planned.then_some(step))
}

fn detail(login: &SmppLogin, step: CheckStep) -> String {
    let settings = &login.settings;
    match step {
        CheckStep::Resolve => format!("{} leads to an address that may be connected to", settings.host),
        CheckStep::Connect => format!("connected to port {}", settings.port),
        CheckStep::Tls => format!("encrypted, and the certificate proves {}", settings.host),
        CheckStep::Greeting | CheckStep::Token | CheckStep::Login => {
            "the message centre takes the login".to_owned()
        }
        CheckStep::Mail | CheckStep::Message => "the message centre has taken the test message".to_owned(),
    }
}

/// Returns the step in which a check failed.
fn step(failure: &SmppFailure) -> CheckStep {
    match (failure.phase, &failure.cause) {
        (_, Cause::HostNotFound(_) | Cause::HostNotAllowed) => CheckStep::Resolve,
        (_, Cause::PlaintextNotAllowed) => CheckStep::Connect,
        (Phase::Connect, _) => CheckStep::Connect,
        (Phase::Tls, _) => CheckStep::Tls,
        (Phase::Bind, _) => CheckStep::Login,
        (Phase::Waiting | Phase::Submitted, _) => CheckStep::Message,
    }
}

const NO_TLS: &str = "no trusted TLS: check that the port speaks TLS from the first byte and that the certificate names the host";

/// Returns what to change.
fn advice(failure: &SmppFailure) -> &'static str {
    match (&failure.cause, failure.phase) {
        (Cause::HostNotFound(_), _) => "the host name does not resolve: check host",
        (Cause::HostNotAllowed, _) => {
            "this host or port is not allowed here; the operator can allow it under [outbound]"
        }
        (Cause::PlaintextNotAllowed, _) => {
            "without TLS the password and every code are readable on the way: set tls to implicit, or ask the operator \
             to add the host to outbound.allow_plaintext_hosts"
        }
        (Cause::Untrusted(error), _) => Distrust::of(error).map_or(NO_TLS, Distrust::advice),
        (_, Phase::Tls) => NO_TLS,
        (_, Phase::Connect) => {
            "no connection: check host and port, and whether the centre lets your address in"
        }
        (Cause::Answered(status), Phase::Bind) => match status.of_bind() {
            BindMeaning::Wrong | BindMeaning::Later(DeliveryError::AuthenticationFailed) => {
                "the message centre refused the login: check system_id, the password, system_type and bind"
            }
            BindMeaning::Later(_) => {
                "the message centre takes no further session of this account now; it may allow only one at a time"
            }
            BindMeaning::Unsuitable => "the message centre does not know such a login: try the other bind",
        },
        (_, Phase::Bind) => {
            "no answer to the login: check that the port speaks SMPP, and tls, which is implicit or none"
        }
        (Cause::Answered(status), _) => match status.of_message() {
            Meaning::Final(DeliveryError::RecipientRefused) => "the message centre does not know the number",
            Meaning::Account(DeliveryError::SenderRefused) => {
                "the message centre refused the sender: check from, and what the account may send as"
            }
            Meaning::Throttled => "the account sends too fast at present: try again in a minute",
            Meaning::Trouble | Meaning::NotBound => "the message centre has trouble: try again in a minute",
            Meaning::Account(_) | Meaning::Final(_) => {
                "the message centre refused the message: ask its operator for the reason"
            }
        },
        _ => "the message centre did not answer to the test message in time",
    }
}
