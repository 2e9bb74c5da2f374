//! The SMTP channel: composes a message as a mail, and sends it through the tenant's own server.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::check::{self, Dns};
use super::client::{Client, LoginPurpose, LoginUse};
use super::failure::{Phase, SmtpFailure};
use super::limits::SmtpSettings;
use super::mail_object::MailObject;
use super::redact::harmless;
use super::reply::Reply;
use crate::delivery::content::mail::compose::compose;
use crate::delivery::net::tls::Trust;
use crate::delivery::oauth::Tokens;
use crate::delivery::ports::channel::{Acceptance, Channel, Outgoing, RouteToCheck};
use crate::delivery::ports::failure::{Blame, RouteFailure};
use crate::domain::BoxFuture;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::id::TenantId;
use crate::domain::network::OutboundRule;
use crate::domain::tenants::route::{RouteHandle, Transport, TransportKind};
use crate::domain::tenants::route_check::{CheckedStep, Hint, TestMessage};
use crate::domain::tenants::smtp::SmtpProfile;
use crate::domain::time::Clock;

/// Sends codes by mail.
pub struct SmtpChannel {
    client: Client,
    dns: Box<dyn Dns>,
    clock: Arc<dyn Clock>,
}

/// The environment of an [`SmtpChannel`].
pub struct SmtpEnvironment {
    /// The hosts that tenants' servers may be on.
    pub rule: OutboundRule,
    /// The certificate authorities that are trusted.
    pub trust: Trust,
    /// The access tokens of logins.
    pub tokens: Tokens,
    /// The DNS resolver for senders' domains.
    pub dns: Box<dyn Dns>,
}

impl SmtpChannel {
    /// Creates a channel without sessions.
    pub fn new(settings: SmtpSettings, environment: SmtpEnvironment, clock: Arc<dyn Clock>) -> Self {
        let SmtpEnvironment { rule, trust, tokens, dns } = environment;
        Self { client: Client::new(settings, rule, trust, tokens), dns, clock }
    }

    async fn try_send(&self, outgoing: Outgoing<'_>) -> Result<Acceptance, RouteFailure> {
        let Outgoing { sender, route, message, budget } = outgoing;
        let unusable =
            RouteFailure { blame: Blame::Unclear, ..RouteFailure::lasting(DeliveryError::MessageRefused) };
        let Some(smtp) = route.smtp() else {
            tracing::error!(route = %route.handle, "this route does not lead to a mail server");
            return Err(unusable);
        };
        // Mail servers compare the date with their own clocks.
        let date = message.created_at - self.clock.ahead();
        let mail = compose(sender, &smtp.from, message, date).map_err(|error| {
            tracing::error!(tenant = sender.tenant.0, %error, "a message cannot be composed");
            unusable
        })?;
        let sent = self.client.send((sender, &route.handle), smtp, &MailObject::new(&mail), budget).await;
        match sent {
            Ok(reply) => {
                tracing::debug!(tenant = sender.tenant.0, mail = %message.id, route = %route.handle, "a mail was sent");
                Ok(Acceptance { reply: Reply::kept(&reply), id: None })
            }
            Err(failure) => {
                report(&outgoing, smtp, &failure);
                Err(failure.of_route())
            }
        }
    }
}

impl Channel for SmtpChannel {
    fn transport(&self) -> TransportKind {
        TransportKind::Smtp
    }

    fn send<'a>(&'a self, outgoing: Outgoing<'a>) -> BoxFuture<'a, Result<Acceptance, RouteFailure>> {
        Box::pin(self.try_send(outgoing))
    }

    fn idle_sessions(&self, tenant: TenantId, route: &RouteHandle) -> usize {
        self.client.idle_sessions(tenant, route)
    }

    fn check<'a>(
        &'a self,
        RouteToCheck { tenant, transport, standing }: RouteToCheck<'a>,
        test: Option<&'a TestMessage>,
        limit: Duration,
    ) -> BoxFuture<'a, Vec<CheckedStep>> {
        let login = LoginUse { tenant, purpose: LoginPurpose::Checking(standing) };
        match transport {
            Transport::Smtp(profile) => Box::pin(check::walk(&self.client, (profile, login), test, limit)),
            Transport::Provider(_) => Box::pin(async { Vec::new() }),
        }
    }

    fn hints<'a>(&'a self, transport: &'a Transport) -> BoxFuture<'a, Vec<Hint>> {
        match transport {
            Transport::Smtp(profile) => Box::pin(check::hints(self.dns.as_ref(), &profile.from)),
            Transport::Provider(_) => Box::pin(async { Vec::new() }),
        }
    }
}

/// Logs a failed try once, with the sanitised text of the server's reply.
fn report(outgoing: &Outgoing, smtp: &SmtpProfile, failure: &SmtpFailure) {
    let Outgoing { sender, route, message, .. } = outgoing;
    let (code, text) = match failure.reply() {
        None => (None, String::new()),
        Some(reply) => {
            let text = || {
                let secrets = secrets(smtp, message.code.expose());
                let secrets: Vec<&str> = secrets.iter().map(|secret| secret.as_str()).collect();
                harmless(reply.lines.iter().map(String::as_str), &secrets)
            };
            // The access token, which a server may repeat in reply to it, is not known here.
            let may_repeat_token = smtp.oauth().is_some() && failure.phase == Phase::Login;
            (Some(reply.code), if may_repeat_token { String::new() } else { text() })
        }
    };
    tracing::warn!(
        tenant = sender.tenant.0,
        mail = %message.id,
        recipient = ?message.recipient,
        route = %route.handle,
        host = %smtp.host,
        port = smtp.port,
        phase = ?failure.phase,
        code,
        text,
        word = failure.of_route().word,
        cause = %failure,
        outcome = ?failure.outcome(),
        "a try at delivering a mail failed"
    );
}

/// Returns what must not be logged although a server may repeat it.
fn secrets(smtp: &SmtpProfile, code: &str) -> Vec<Zeroizing<String>> {
    let username = &smtp.username;
    let mut secrets = vec![code.to_owned(), username.clone(), STANDARD.encode(username)];
    if let Some(password) = smtp.password() {
        let password = password.expose_secret();
        let plain = STANDARD.encode(format!("\0{username}\0{password}"));
        secrets.splice(1..1, [password.to_owned(), plain, STANDARD.encode(password)]);
    }
    secrets.into_iter().map(Zeroizing::new).collect()
}
