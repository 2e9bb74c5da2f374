//! Trying mail accounts out, for their owners.

use std::time::Duration;

use tokio::time::Instant;

use super::dns::Dns;
use super::hints::hints;
use crate::delivery::channels::smtp::advice::advice;
use crate::delivery::channels::smtp::client::Client;
use crate::delivery::channels::smtp::failure::{Cause, Failure, Phase};
use crate::delivery::channels::smtp::limits::SmtpSettings;
use crate::delivery::channels::smtp::mail_object::MailObject;
use crate::delivery::content::mail::test_mail::compose_test;
use crate::delivery::net::tls::Trust;
use crate::delivery::ports::tester::AccountTester;
use crate::domain::BoxFuture;
use crate::domain::challenges::recipient::Recipient;
use crate::domain::deliveries::delivery::{DeliveryError, SendOutcome};
use crate::domain::network::OutboundRule;
use crate::domain::tenants::account_check::{Hint, Step, Taken, TestMail, Trouble};
use crate::domain::tenants::smtp::{Security, SmtpProfile};

/// Tries accounts over sessions of their own: what it finds out opens no circuit and closes none.
pub struct Prober {
    client: Client,
    dns: Box<dyn Dns>,
}

impl Prober {
    /// A prober that goes where `rule` lets it, believes `trust`, and asks `dns`.
    pub fn new(settings: SmtpSettings, rule: OutboundRule, trust: Trust, dns: Box<dyn Dns>) -> Self {
        Self { client: Client::new(settings, rule, trust), dns }
    }

    async fn walk(&self, smtp: &SmtpProfile, mail: Option<&TestMail>, limit: Duration) -> Vec<Taken> {
        let end = Instant::now() + limit;
        let steps = self.way(smtp, mail);
        let mail = match mail.map(|mail| compose_test(&smtp.from, mail)).transpose() {
            Ok(mail) => mail.map(|mail| MailObject::new(&mail)),
            Err(error) => {
                tracing::error!(%error, "a test mail cannot be composed");
                let reason = DeliveryError::MessageRefused;
                let result = Err(Trouble { reason, advice: reason.advice() });
                return vec![Taken { step: Step::Mail, result }];
            }
        };
        let walked = self.client.probe(smtp, mail.as_ref(), end).await;
        self.told(smtp, steps, walked)
    }

    /// The steps of an account, in the order in which they are taken.
    fn way(&self, smtp: &SmtpProfile, mail: Option<&TestMail>) -> Vec<Step> {
        let logs_in = self.client.logs_in(smtp);
        let mut way = vec![Step::Resolve, Step::Connect];
        match smtp.security {
            Security::Implicit => way.extend([Step::Tls, Step::Greeting]),
            Security::StartTls if logs_in => way.extend([Step::Greeting, Step::Tls]),
            Security::StartTls => way.push(Step::Greeting),
        }
        way.extend(logs_in.then_some(Step::Login));
        way.extend(mail.map(|_| Step::Mail));
        way
    }

    fn told(&self, smtp: &SmtpProfile, way: Vec<Step>, walked: Result<(), Failure>) -> Vec<Taken> {
        let failed = walked.as_ref().err().map(step);
        let well = way.into_iter().take_while(|step| Some(*step) != failed);
        let mut taken: Vec<_> =
            well.map(|step| Taken { step, result: Ok(self.detail(smtp, step)) }).collect();
        if let (Err(failure), Some(step)) = (&walked, failed) {
            let (SendOutcome::Retry(reason) | SendOutcome::Refused(reason)) = failure.outcome() else {
                unreachable!("a failure is no acceptance")
            };
            tracing::debug!(host = %smtp.host, cause = %failure, phase = ?failure.phase, "an account was tried in vain");
            taken.push(Taken {
                step,
                result: Err(Trouble { reason, advice: advice(failure, smtp.security) }),
            });
        }
        taken
    }

    fn detail(&self, smtp: &SmtpProfile, step: Step) -> String {
        match step {
            Step::Resolve => format!("{} leads to an address that may be connected to", smtp.host),
            Step::Connect => format!("connected to port {}", smtp.port),
            Step::Greeting if self.client.logs_in(smtp) => "the server speaks SMTP".to_owned(),
            Step::Greeting => {
                "the server speaks SMTP; the operator lets it be used without a login".to_owned()
            }
            Step::Tls => format!("encrypted, and the certificate proves {}", smtp.host),
            Step::Login => "the server takes the login".to_owned(),
            Step::Mail => "the server has taken the test mail".to_owned(),
        }
    }
}

/// The step in which a walk failed.
fn step(failure: &Failure) -> Step {
    match (&failure.cause, failure.phase) {
        (Cause::HostNotFound(_) | Cause::HostNotAllowed, _) => Step::Resolve,
        (_, Phase::Connect) => Step::Connect,
        (_, Phase::Greeting | Phase::Hello) => Step::Greeting,
        (_, Phase::Tls) => Step::Tls,
        (_, Phase::Login) => Step::Login,
        (_, Phase::Reset | Phase::Sender | Phase::Recipient | Phase::Data | Phase::Content) => Step::Mail,
    }
}

impl AccountTester for Prober {
    fn walk<'a>(
        &'a self,
        smtp: &'a SmtpProfile,
        mail: Option<&'a TestMail>,
        limit: Duration,
    ) -> BoxFuture<'a, Vec<Taken>> {
        Box::pin(self.walk(smtp, mail, limit))
    }

    fn hints<'a>(&'a self, from: &'a Recipient) -> BoxFuture<'a, Vec<Hint>> {
        Box::pin(hints(self.dns.as_ref(), from))
    }
}
