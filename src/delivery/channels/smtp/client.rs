//! The SMTP client: sends one message to one server, over an idle or a new session.

use std::sync::Arc;

use tokio::time::Instant;

use super::failure::SmtpFailure;
use super::idle_sessions::{IdleSessions, SessionOwner};
use super::limits::{Deadline, SmtpSettings};
use super::mail_object::MailObject;
use super::opening::Opening;
use super::reply::Reply;
use super::session::SmtpSession;
use crate::delivery::net::tls::Trust;
use crate::delivery::ports::budget::Budget;
use crate::delivery::ports::sender::Sender;
use crate::domain::id::TenantId;
use crate::domain::network::OutboundRule;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::tenants::smtp::SmtpProfile;

/// The SMTP client of all tenants.
pub(super) struct Client {
    settings: SmtpSettings,
    rule: OutboundRule,
    trust: Trust,
    idle: Arc<IdleSessions>,
}

impl Client {
    /// Creates a client without sessions.
    pub(super) fn new(settings: SmtpSettings, rule: OutboundRule, trust: Trust) -> Self {
        let idle = IdleSessions::new(&settings);
        Self { settings, rule, trust, idle }
    }

    /// Sends `mail` over this route of `sender`, which leads to `profile`. Returns the server's
    /// reply if it accepted the mail.
    pub(super) async fn send(
        &self,
        (sender, route): (&Sender, &RouteHandle),
        profile: &SmtpProfile,
        mail: &MailObject,
        budget: Budget,
    ) -> Result<Reply, SmtpFailure> {
        let deadline = Deadline::new(budget, &self.settings);
        let owner = SessionOwner::of(sender, route);
        if let Some(idle) = self.idle.take(&owner) {
            match self.send_over(idle, &owner, mail, &deadline).await {
                Err(failure) if failure.session_was_over() => {}
                result => return result,
            }
        }
        let fresh = self.open(profile, &deadline).await?;
        self.send_over(fresh, &owner, mail, &deadline).await
    }

    /// Opens a session with `profile`, login included, and sends `mail` over it if there is one.
    /// The session is closed afterwards, because the route may not be in use.
    pub(super) async fn probe(
        &self,
        profile: &SmtpProfile,
        mail: Option<&MailObject>,
        end: Instant,
    ) -> Result<(), SmtpFailure> {
        let deadline = Deadline::new(Budget::all_until(end), &self.settings);
        let mut session = self.open(profile, &deadline).await?;
        if let Some(mail) = mail {
            session.send(mail, &deadline).await?;
        }
        session.quit().await;
        Ok(())
    }

    /// Returns how many idle sessions this route has.
    pub(super) fn idle_sessions(&self, tenant: TenantId, route: &RouteHandle) -> usize {
        self.idle.count(tenant, route)
    }

    /// Returns whether a login is needed. It is not if the operator allows plaintext sessions with
    /// the host.
    pub(super) fn logs_in(&self, profile: &SmtpProfile) -> bool {
        !self.rule.allows_plaintext(&profile.host)
    }

    async fn open(&self, profile: &SmtpProfile, deadline: &Deadline<'_>) -> Result<SmtpSession, SmtpFailure> {
        let opening =
            Opening { settings: &self.settings, rule: &self.rule, trust: &self.trust, profile, deadline };
        opening.open().await
    }

    async fn send_over(
        &self,
        mut session: SmtpSession,
        owner: &SessionOwner,
        mail: &MailObject,
        deadline: &Deadline<'_>,
    ) -> Result<Reply, SmtpFailure> {
        let result = session.send(mail, deadline).await;
        self.idle.keep(owner.clone(), session);
        result
    }
}
