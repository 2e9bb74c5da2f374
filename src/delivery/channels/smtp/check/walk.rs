//! The check itself, from the name of a mail server to a test mail.

use std::time::Duration;

use tokio::time::Instant;

use crate::delivery::channels::smtp::advice::advice;
use crate::delivery::channels::smtp::client::{Client, LoginUse};
use crate::delivery::channels::smtp::failure::{Cause, Phase, SmtpFailure};
use crate::delivery::channels::smtp::mail_object::MailObject;
use crate::delivery::content::mail::test_mail::compose_test;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::tenants::route_check::{CheckStep, CheckedStep, FailedStep, TestMessage};
use crate::domain::tenants::smtp::{Security, SmtpProfile};

/// Checks a mail server up to the login, over a separate session; with `test`, until the server has
/// accepted that mail.
pub(in crate::delivery::channels::smtp) async fn walk(
    client: &Client,
    (smtp, login): (&SmtpProfile, LoginUse),
    test: Option<&TestMessage>,
    limit: Duration,
) -> Vec<CheckedStep> {
    let end = Instant::now() + limit;
    let steps = planned_steps(client, smtp, test);
    let mail = match test.map(|test| compose_test(&smtp.from, test)).transpose() {
        Ok(mail) => mail.map(|mail| MailObject::new(&mail)),
        Err(error) => {
            tracing::error!(%error, "a test mail cannot be composed");
            let reason = DeliveryError::MessageRefused;
            let result = Err(FailedStep { reason, advice: reason.advice() });
            return vec![CheckedStep { step: CheckStep::Mail, result }];
        }
    };
    let walked = client.probe((smtp, login), mail.as_ref(), end).await;
    report(client, smtp, steps, walked)
}

/// Returns the steps for this mail server, in order.
fn planned_steps(client: &Client, smtp: &SmtpProfile, test: Option<&TestMessage>) -> Vec<CheckStep> {
    let logs_in = client.logs_in(smtp);
    let mut planned_steps = Vec::new();
    planned_steps.extend(smtp.oauth().filter(|_| logs_in).map(|_| CheckStep::Token));
    planned_steps.extend([CheckStep::Resolve, CheckStep::Connect]);
    match smtp.security {
        Security::Implicit => planned_steps.extend([CheckStep::Tls, CheckStep::Greeting]),
        Security::StartTls if logs_in => planned_steps.extend([CheckStep::Greeting, CheckStep::Tls]),
        Security::StartTls => planned_steps.push(CheckStep::Greeting),
    }
    planned_steps.extend(logs_in.then_some(CheckStep::Login));
    planned_steps.extend(test.map(|_| CheckStep::Mail));
    planned_steps
}

fn report(
    client: &Client,
    smtp: &SmtpProfile,
    planned_steps: Vec<CheckStep>,
    walked: Result<(), SmtpFailure>,
) -> Vec<CheckedStep> {
    let failed = walked.as_ref().err().map(step);
    let well = planned_steps.into_iter().take_while(|step| Some(*step) != failed);
    let mut taken: Vec<_> =
        well.map(|step| CheckedStep { step, result: Ok(detail(client, smtp, step)) }).collect();
    if let (Err(failure), Some(step)) = (&walked, failed) {
        tracing::debug!(host = %smtp.host, cause = %failure, phase = ?failure.phase, "a check failed");
        let reason = failure.of_route().class;
        let result = Err(FailedStep { reason, advice: advice(failure, smtp.security) });
        taken.push(CheckedStep { step, result });
    }
    taken
}

fn detail(client: &Client, smtp: &SmtpProfile, step: CheckStep) -> String {
    match step {
        CheckStep::Token => "the token endpoint gives an access token".to_owned(),
        CheckStep::Resolve => format!("{} leads to an address that may be connected to", smtp.host),
        CheckStep::Connect => format!("connected to port {}", smtp.port),
        CheckStep::Greeting if client.logs_in(smtp) => "the server speaks SMTP".to_owned(),
        CheckStep::Greeting => {
            "the server speaks SMTP; the operator lets it be used without a login".to_owned()
        }
        CheckStep::Tls => format!("encrypted, and the certificate proves {}", smtp.host),
        CheckStep::Login => "the server takes the login".to_owned(),
        CheckStep::Mail | CheckStep::Message => "the server has taken the test mail".to_owned(),
    }
}

/// Returns the step in which a check failed.
fn step(failure: &SmtpFailure) -> CheckStep {
    match (&failure.cause, failure.phase) {
        (_, Phase::Token) => CheckStep::Token,
        (Cause::HostNotFound(_) | Cause::HostNotAllowed, _) => CheckStep::Resolve,
        (_, Phase::Connect) => CheckStep::Connect,
        (_, Phase::Greeting | Phase::Hello) => CheckStep::Greeting,
        (_, Phase::Tls) => CheckStep::Tls,
        (_, Phase::Login) => CheckStep::Login,
        (_, Phase::Reset | Phase::Sender | Phase::Recipient | Phase::Data | Phase::Content) => {
            CheckStep::Mail
        }
    }
}
