//! The check of a route over HTTP, for its owner.

use std::time::Duration;

use tokio::time::Instant;

use super::answer::Answer;
use super::composed::{Composed, TEST_CODE};
use super::exchange::{Deadlines, exchange};
use super::message::ProviderMessage;
use super::request::ProviderRequest;
use super::{outcome, provider};
use crate::delivery::net::http::{HttpClient, HttpError, HttpFailure};
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::tenants::route_check::{CheckStep, CheckedStep, FailedStep, TestMessage};
use crate::domain::tenants::transports::provider::ProviderAccount;
use crate::domain::time::Timestamp;

/// How long a test message may wait for its recipient.
const LIFE: Duration = Duration::from_secs(300);

const LOGIN: &str =
    "the provider did not confirm the login: check the account, the secret, and what it may do";
const MESSAGE: &str = "the provider did not confirm the test message: check the sender and the template, and what \
                       its console says about the number";
const SILENT: &str = "the server is there, but gave no usable answer: check the URL";

/// Checks an account up to the login, if a request is known that needs it and does nothing; with
/// `test`, until the provider has taken that message.
pub(super) async fn walk(
    client: &HttpClient,
    account: &ProviderAccount,
    test: Option<&TestMessage>,
    (now, limit): (Timestamp, Duration),
) -> Vec<CheckedStep> {
    let end = Instant::now() + limit;
    let deadlines = Deadlines { begin: end, end };
    let url = account.settings.url();
    let Some(server) = OutboundUrl::kept(&url) else {
        return vec![failed(CheckStep::Resolve, DeliveryError::HostNotFound, SILENT)];
    };
    let login = provider::login(account);
    let is_login = login.is_some();
    let request = login.unwrap_or_else(|| ProviderRequest::get(origin(&server)));
    let response = match exchange(client, request, deadlines).await {
        Ok(response) => response,
        Err(failure) => return unreachable(&server, failure),
    };
    let mut steps = reached(&server);
    if is_login {
        if !provider::judge_login(&account.settings, &Answer::of(&response)) {
            let class = DeliveryError::AuthenticationFailed;
            return with(steps, failed(CheckStep::Login, class, LOGIN));
        }
        steps.push(fine(CheckStep::Login, "the provider takes the login".to_owned()));
    }
    match test {
        None => steps,
        Some(test) => {
            let step = send(client, account, test, (now, deadlines)).await;
            with(steps, step)
        }
    }
}

/// Sends a test message.
async fn send(
    client: &HttpClient,
    account: &ProviderAccount,
    test: &TestMessage,
    (now, deadlines): (Timestamp, Deadlines),
) -> CheckedStep {
    let channel = account.settings.channels().into_iter().next();
    let composed = channel.and_then(|channel| Composed::test(channel, test));
    let (Some(composed), Some(number)) = (composed, test.to.phone()) else {
        return failed(CheckStep::Message, DeliveryError::RecipientRefused, "give a phone number to send to");
    };
    let message = ProviderMessage {
        to: number.as_str(),
        said: composed.said(),
        code: TEST_CODE,
        locale: None,
        id: &test.id,
        left: LIFE,
        expires_at: now + LIFE,
        callback_url: None,
    };
    let request = match provider::request(account, &message) {
        Ok(request) => request,
        Err(unfit) => return failed(CheckStep::Message, outcome::of_unfit(unfit).class, MESSAGE),
    };
    let sent = match exchange(client, request, deadlines).await {
        Ok(response) => {
            let judged = provider::judge(&account.settings, &Answer::of(&response));
            outcome::of_judgement(judged, response.status)
        }
        Err(failure) => Err(outcome::of_failure(failure)),
    };
    match sent {
        Ok(_) => fine(CheckStep::Message, "the provider has taken the test message".to_owned()),
        Err(failure) => failed(CheckStep::Message, failure.class, MESSAGE),
    }
}

/// Returns the beginning of a URL, which no request does anything at.
fn origin(server: &OutboundUrl) -> String {
    let scheme = if server.is_secure() { "https" } else { "http" };
    format!("{scheme}://{}/", server.authority())
}

/// Returns the steps towards a server that has answered.
fn reached(server: &OutboundUrl) -> Vec<CheckedStep> {
    let host = server.host();
    let mut steps = vec![
        fine(CheckStep::Resolve, format!("{host} leads to an address that may be connected to")),
        fine(CheckStep::Connect, format!("connected to port {}", server.port())),
    ];
    if server.is_secure() {
        steps.push(fine(CheckStep::Tls, format!("encrypted, and the certificate proves {host}")));
    }
    steps
}

/// Returns the steps towards a server that has not answered.
fn unreachable(server: &OutboundUrl, failure: HttpFailure) -> Vec<CheckedStep> {
    let class = outcome::class(failure.error);
    let (step, advice) = match failure.error {
        HttpError::HostNotFound => (CheckStep::Resolve, "the host name does not resolve: check the URL"),
        HttpError::HostNotAllowed => (
            CheckStep::Resolve,
            "this host or port is not allowed here; the operator can allow it under [outbound]",
        ),
        HttpError::ConnectionFailed => (CheckStep::Connect, "no connection: check host and port of the URL"),
        HttpError::TlsFailed => (CheckStep::Tls, "no trusted TLS: check that the certificate names the host"),
        HttpError::TimedOut => (CheckStep::Connect, "no answer in time: check host and port of the URL"),
        HttpError::ProtocolViolated | HttpError::TooLarge => (CheckStep::Login, SILENT),
    };
    let before = reached(server).into_iter().take_while(|done| done.step != step).collect();
    with(before, failed(step, class, advice))
}

fn with(mut steps: Vec<CheckedStep>, step: CheckedStep) -> Vec<CheckedStep> {
    steps.push(step);
    steps
}

fn fine(step: CheckStep, detail: String) -> CheckedStep {
    CheckedStep { step, result: Ok(detail) }
}

fn failed(step: CheckStep, reason: DeliveryError, advice: &'static str) -> CheckedStep {
    CheckedStep { step, result: Err(FailedStep { reason, advice }) }
}
