//! The e-mail channel: a message composed, and sent through the tenant's own servers.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use tokio::time::Instant;

use super::client::Client;
use super::failure::{Blame, Failure};
use super::limits::{Budget, SmtpSettings};
use super::mail_object::MailObject;
use super::redact::harmless;
use crate::delivery::breaker::{Breakers, Circuit, Finding};
use crate::delivery::content::mail::compose::compose;
use crate::delivery::health::{Health, Known, Used};
use crate::delivery::measure;
use crate::delivery::net::tls::Trust;
use crate::delivery::ports::channel::Channel;
use crate::delivery::ports::message::Message;
use crate::delivery::ports::sender::Sender;
use crate::domain::BoxFuture;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::{DeliveryError, SendOutcome};
use crate::domain::deliveries::server_health::{ServerAddress, ServerHealth};
use crate::domain::network::OutboundRule;
use crate::domain::tenants::account::Account;
use crate::domain::time::Clock;

/// Sends codes by mail.
pub struct EmailChannel {
    client: Client,
    breakers: Breakers,
    health: Health,
    clock: Arc<dyn Clock>,
}

/// What came of trying one account.
enum Tried {
    /// The try at the message is over.
    Over(SendOutcome),
    /// The account could not deliver it; the next one may.
    Next(SendOutcome),
    /// Its server is left alone at present.
    LeftAlone,
}

/// What came of the accounts that could not deliver a message.
#[derive(Default)]
struct Verdict {
    /// Whether another try may succeed with one of them.
    again: bool,
    /// Why the last one that was really tried could not.
    reason: Option<DeliveryError>,
}

impl Verdict {
    fn note(&mut self, outcome: SendOutcome) {
        match outcome {
            SendOutcome::Retry(reason) => *self = Self { again: true, reason: Some(reason) },
            SendOutcome::Refused(reason) => self.reason = Some(reason),
            SendOutcome::Accepted | SendOutcome::NotYet(_) => {}
        }
    }

    fn outcome(self) -> SendOutcome {
        match (self.again, self.reason) {
            (true, reason) => SendOutcome::Retry(reason.unwrap_or(DeliveryError::ServerUnavailable)),
            (false, reason) => SendOutcome::Refused(reason.unwrap_or(DeliveryError::NoAccount)),
        }
    }
}

impl EmailChannel {
    /// A channel without sessions. `rule` says where tenants' servers may be, `trust` who vouches
    /// for them.
    pub fn new(settings: SmtpSettings, rule: OutboundRule, trust: Trust, clock: Arc<dyn Clock>) -> Self {
        Self {
            client: Client::new(settings, rule, trust),
            breakers: Breakers::new(Arc::clone(&clock)),
            health: Health::default(),
            clock,
        }
    }

    /// One try at a message: the accounts in order, until one has delivered it or might have.
    async fn try_send(&self, sender: &Sender, message: &Message) -> SendOutcome {
        let left = message.expires_at.since(self.clock.now());
        if left.is_zero() {
            return SendOutcome::Refused(DeliveryError::Expired);
        }
        let end = Instant::now() + left.min(self.client.total());
        let hurried = left < self.client.total();
        let mut verdict = Verdict::default();
        for (at, account) in sender.accounts.iter().enumerate() {
            // A server that takes its time leaves some to those behind it.
            let Some(budget) = Budget::share(end, sender.accounts.len() - at) else {
                verdict.again = true;
                break;
            };
            if at > 0 {
                measure::failed_over();
            }
            match self.try_account(sender, account, message, budget, hurried).await {
                Tried::Over(outcome) => return outcome,
                Tried::Next(outcome) => verdict.note(outcome),
                Tried::LeftAlone => verdict.again = true,
            }
        }
        verdict.outcome()
    }

    async fn try_account(
        &self,
        sender: &Sender,
        account: &Account,
        message: &Message,
        budget: Budget,
        hurried: bool,
    ) -> Tried {
        // Mail servers compare the date with their clocks.
        let date = message.created_at - self.clock.ahead();
        let mail = match compose(sender, &account.smtp.from, message, date) {
            Ok(mail) => MailObject::new(&mail),
            Err(error) => {
                tracing::error!(tenant = sender.tenant.0, %error, "a message cannot be composed");
                return Tried::Over(SendOutcome::Refused(DeliveryError::MessageRefused));
            }
        };
        let circuits = circuits(sender, account);
        if !self.breakers.admit(&circuits) {
            return Tried::LeftAlone;
        }
        let used = Used::of(sender.tenant, account);
        let sending = self.health.begin(&used, sender.revision, self.clock.now());
        let sent = self.client.send(sender, account, &mail, budget).await;
        drop(sending);
        let failed = sent.as_ref().err().and_then(|failure| failure.outcome().reason());
        self.health.end(&used, self.clock.now(), failed);
        match sent {
            Ok(()) => {
                self.record(&circuits, Blame::Nobody);
                tracing::debug!(tenant = sender.tenant.0, mail = %message.id, account = %account.handle, "a mail was sent");
                Tried::Over(SendOutcome::Accepted)
            }
            Err(failure) => {
                report(sender, account, message, &failure);
                self.record(&circuits, blame(&failure, budget, hurried));
                match failure.leaves_it_to_others() {
                    true => Tried::Next(failure.outcome()),
                    false => Tried::Over(failure.outcome()),
                }
            }
        }
    }

    fn record(&self, [server, account]: &[Circuit; 2], blame: Blame) {
        let findings = match blame {
            Blame::Nobody => (Finding::Works, Finding::Works),
            Blame::Server => (Finding::Fails, Finding::Unknown),
            Blame::Unclear => (Finding::Unknown, Finding::Unknown),
            Blame::Haste => (Finding::Unknown, Finding::Fails),
            Blame::Account => (Finding::Works, Finding::Fails),
        };
        for (circuit, finding) in [(server, findings.0), (account, findings.1)] {
            if self.breakers.record(circuit, finding) {
                tracing::warn!(?circuit, "the mail server keeps failing and is left alone for a while");
            }
        }
    }
}

impl Channel for EmailChannel {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    fn send<'a>(&'a self, sender: &'a Sender, message: &'a Message) -> BoxFuture<'a, SendOutcome> {
        Box::pin(self.try_send(sender, message))
    }

    fn health(&self) -> Vec<ServerHealth> {
        let known = self.health.all().into_iter();
        let told = known.map(|(used, Known { revision, seen })| {
            let ServerAddress { host, port, security } = used.server.clone();
            let server = Circuit::Server(host, port, security);
            let account = Circuit::Account(used.tenant, revision, used.account.clone());
            ServerHealth {
                server_breaker: self.breakers.standing(&server),
                account_breaker: self.breakers.standing(&account),
                kept: self.client.idle_sessions(used.tenant, &used.account),
                tenant: used.tenant,
                account: used.account,
                server: used.server,
                seen,
            }
        });
        told.collect()
    }
}

fn circuits(sender: &Sender, account: &Account) -> [Circuit; 2] {
    let smtp = &account.smtp;
    [
        Circuit::Server(smtp.host.clone(), smtp.port, smtp.security),
        Circuit::Account(sender.tenant, sender.revision, account.handle.clone()),
    ]
}

/// Who is to be left alone. A code that is about to expire leaves a server too little time to be
/// judged by, and a share of the time judges nobody but the account that has it.
fn blame(failure: &Failure, budget: Budget, hurried: bool) -> Blame {
    match failure.is_timeout() {
        true if hurried => Blame::Unclear,
        true if budget.begin < budget.end && Instant::now() >= budget.begin => Blame::Haste,
        _ => failure.blame(),
    }
}

/// Logs a failed try, once, with what the server said as far as that is fit for a log.
fn report(sender: &Sender, account: &Account, message: &Message, failure: &Failure) {
    let smtp = &account.smtp;
    let (code, text) = match failure.reply() {
        None => (None, String::new()),
        Some(reply) => {
            let password = smtp.password.expose_secret();
            let plain = STANDARD.encode(format!("\0{}\0{password}", smtp.username));
            let encoded = [STANDARD.encode(password), STANDARD.encode(&smtp.username)];
            let secrets = [message.code.expose(), password, &plain, &encoded[0], &encoded[1], &smtp.username];
            (Some(reply.code), harmless(reply.lines.iter().map(String::as_str), &secrets))
        }
    };
    tracing::warn!(
        tenant = sender.tenant.0,
        mail = %message.id,
        recipient = ?message.recipient,
        account = %account.handle,
        host = %smtp.host,
        port = smtp.port,
        phase = ?failure.phase,
        code,
        text,
        cause = %failure,
        outcome = ?failure.outcome(),
        "a try at delivering a mail failed"
    );
}
