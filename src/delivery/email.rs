//! The e-mail channel: a message composed, and sent through the tenant's own server.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;

use super::breaker::{Breakers, Circuit, Finding};
use super::smtp::SmtpSettings;
use super::smtp::client::Client;
use super::smtp::failure::{Blame, Failure};
use super::smtp::redact::harmless;
use super::smtp::tls::Trust;
use super::{Channel, Message, Sender, message};
use crate::domain::BoxFuture;
use crate::domain::channel::ChannelKind;
use crate::domain::delivery::{DeliveryError, SendOutcome};
use crate::domain::network::OutboundRule;
use crate::domain::smtp::SmtpProfile;
use crate::domain::time::Clock;

/// Sends codes by mail.
pub struct EmailChannel {
    client: Client,
    breakers: Breakers,
    clock: Arc<dyn Clock>,
}

impl EmailChannel {
    /// A channel without sessions. `rule` says where tenants' servers may be, `trust` who vouches
    /// for them.
    pub fn new(settings: SmtpSettings, rule: OutboundRule, trust: Trust, clock: Arc<dyn Clock>) -> Self {
        Self {
            client: Client::new(settings, rule, trust),
            breakers: Breakers::new(Arc::clone(&clock)),
            clock,
        }
    }

    /// Tries an account of `sender` as far as the login, without sending anything.
    pub async fn probe(&self, sender: &Sender, account: &SmtpProfile) -> Result<(), DeliveryError> {
        self.client.probe(sender, account).await.map_err(|failure| match failure.outcome() {
            SendOutcome::Retry(reason) | SendOutcome::Refused(reason) => reason,
            SendOutcome::Accepted | SendOutcome::NotYet(_) => DeliveryError::ProtocolViolated,
        })
    }

    async fn try_send(&self, sender: &Sender, message: &Message) -> SendOutcome {
        let left = message.expires_at.since(self.clock.now());
        if left.is_zero() {
            return SendOutcome::Refused(DeliveryError::Expired);
        }
        let Some(account) = sender.accounts.first() else {
            return SendOutcome::Refused(DeliveryError::NoAccount);
        };
        let mail = match message::compose(sender, &account.from, message) {
            Ok(mail) => mail,
            Err(error) => {
                tracing::error!(tenant = sender.tenant.0, %error, "a message cannot be composed");
                return SendOutcome::Refused(DeliveryError::MessageRefused);
            }
        };
        let circuits = circuits(sender, account);
        if !self.breakers.admit(&circuits) {
            return SendOutcome::Retry(DeliveryError::ServerUnavailable);
        }
        match self.client.send(sender, account, &mail, left.min(self.client.total())).await {
            Ok(()) => {
                self.record(&circuits, Blame::Nobody);
                SendOutcome::Accepted
            }
            Err(failure) => {
                report(sender, account, message, &failure);
                // A code that is about to expire leaves a server too little time to be judged by.
                let cut_short = left < self.client.total() && failure.is_timeout();
                self.record(&circuits, if cut_short { Blame::Unclear } else { failure.blame() });
                failure.outcome()
            }
        }
    }

    fn record(&self, [server, account]: &[Circuit; 2], blame: Blame) {
        let findings = match blame {
            Blame::Nobody => (Finding::Works, Finding::Works),
            Blame::Server => (Finding::Fails, Finding::Unknown),
            Blame::Unclear => (Finding::Unknown, Finding::Unknown),
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
}

fn circuits(sender: &Sender, smtp: &SmtpProfile) -> [Circuit; 2] {
    [
        Circuit::Server(smtp.host.clone(), smtp.port, smtp.security),
        Circuit::Account(sender.tenant, smtp.host.clone(), smtp.port, smtp.security),
    ]
}

/// Logs a failed try, once, with what the server said as far as that is fit for a log.
fn report(sender: &Sender, smtp: &SmtpProfile, message: &Message, failure: &Failure) {
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
