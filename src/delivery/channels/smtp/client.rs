//! The SMTP client: sends one message to one server, over an idle or a new session.

use std::sync::Arc;

use tokio::time::Instant;

use super::failure::{Phase, SmtpFailure};
use super::idle_sessions::{IdleSessions, SessionOwner};
use super::limits::{Deadline, SmtpSettings};
use super::login::Proof;
use super::mail_object::MailObject;
use super::opening::Opening;
use super::reply::Reply;
use super::session::SmtpSession;
use crate::delivery::net::tls::Trust;
use crate::delivery::oauth::{AccessToken, TokenFailure, TokenOrigin, Tokens, Wanted};
use crate::delivery::ports::budget::Budget;
use crate::delivery::ports::channel::Standing;
use crate::delivery::ports::sender::Sender;
use crate::domain::id::TenantId;
use crate::domain::network::OutboundRule;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::tenants::smtp::{SmtpLogin, SmtpProfile};

/// The SMTP client of all tenants.
pub(super) struct Client {
    settings: SmtpSettings,
    rule: OutboundRule,
    trust: Trust,
    tokens: Tokens,
    idle: Arc<IdleSessions>,
}

/// Whose login is used, and what for.
#[derive(Clone, Copy)]
pub(super) struct LoginUse {
    pub(super) tenant: TenantId,
    pub(super) purpose: LoginPurpose,
}

/// What a login is used for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LoginPurpose {
    /// Sending a message.
    Sending,
    /// Checking a route.
    Checking(Standing),
}

impl Client {
    /// Creates a client without sessions.
    pub(super) fn new(settings: SmtpSettings, rule: OutboundRule, trust: Trust, tokens: Tokens) -> Self {
        let idle = IdleSessions::new(&settings);
        Self { settings, rule, trust, tokens, idle }
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
        let login = LoginUse { tenant: sender.tenant, purpose: LoginPurpose::Sending };
        let fresh = self.open(profile, login, &deadline).await?;
        self.send_over(fresh, &owner, mail, &deadline).await
    }

    /// Opens a session with `profile`, login included, and sends `mail` over it if there is one.
    /// The session is closed afterwards, because the route may not be in use.
    pub(super) async fn probe(
        &self,
        (profile, login): (&SmtpProfile, LoginUse),
        mail: Option<&MailObject>,
        end: Instant,
    ) -> Result<(), SmtpFailure> {
        let deadline = Deadline::new(Budget::all_until(end), &self.settings);
        let mut session = self.open(profile, login, &deadline).await?;
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

    async fn open(
        &self,
        profile: &SmtpProfile,
        LoginUse { tenant, purpose }: LoginUse,
        deadline: &Deadline<'_>,
    ) -> Result<SmtpSession, SmtpFailure> {
        let login = match &profile.login {
            SmtpLogin::Password(password) => {
                return self.open_with(profile, Proof::Password(password), deadline).await;
            }
            SmtpLogin::OAuth(login) => login,
        };
        let wanted = Wanted { tenant, login, mailbox: &profile.username };
        if !self.logs_in(profile) {
            return self.open_with(profile, Proof::None, deadline).await;
        }
        let token = deadline.step(Phase::Token, self.token(wanted, purpose)).await?;
        match self.open_with(profile, Proof::Token(&token.value), deadline).await {
            // It may have been revoked since it was issued.
            Err(failure) if failure.refuses_token() && token.origin == TokenOrigin::Kept => {
                self.tokens.discard(wanted, &token);
                let token = deadline.step(Phase::Token, self.token(wanted, purpose)).await?;
                self.open_with(profile, Proof::Token(&token.value), deadline).await
            }
            result => result,
        }
    }

    async fn token(&self, wanted: Wanted<'_>, purpose: LoginPurpose) -> Result<AccessToken, TokenFailure> {
        match purpose {
            LoginPurpose::Sending => self.tokens.get(wanted).await,
            LoginPurpose::Checking(Standing::Saved) => self.tokens.try_anew(wanted).await,
            LoginPurpose::Checking(Standing::Unsaved) => self.tokens.try_unsaved(wanted).await,
        }
    }

    async fn open_with(
        &self,
        profile: &SmtpProfile,
        proof: Proof<'_>,
        deadline: &Deadline<'_>,
    ) -> Result<SmtpSession, SmtpFailure> {
        let Self { settings, rule, trust, .. } = self;
        Opening { settings, rule, trust, profile, proof, deadline }.open().await
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
