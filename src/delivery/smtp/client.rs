//! Sending one message to one server, over a kept session or a fresh one.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::content::Mail;
use super::failure::Failure;
use super::limits::{Budget, Deadline, SmtpSettings};
use super::opening::Opening;
use super::pool::{Owner, Pool};
use super::session::Session;
use super::tls::Trust;
use crate::delivery::Sender;
use crate::domain::id::TenantId;
use crate::domain::network::OutboundRule;
use crate::domain::tenants::account::{Account, AccountHandle};
use crate::domain::tenants::smtp::SmtpProfile;

/// The client side of SMTP for all tenants.
pub(in crate::delivery) struct Client {
    settings: SmtpSettings,
    rule: OutboundRule,
    trust: Trust,
    pool: Arc<Pool>,
}

impl Client {
    /// A client without sessions.
    pub(in crate::delivery) fn new(settings: SmtpSettings, rule: OutboundRule, trust: Trust) -> Self {
        let pool = Pool::new(&settings);
        Self { settings, rule, trust, pool }
    }

    /// The time that one send may take.
    pub(in crate::delivery) fn total(&self) -> Duration {
        self.settings.total
    }

    /// Sends `mail` with this account of `sender`; `Ok` when its server has taken it.
    pub(in crate::delivery) async fn send(
        &self,
        sender: &Sender,
        account: &Account,
        mail: &Mail,
        budget: Budget,
    ) -> Result<(), Failure> {
        let deadline = Deadline::new(budget, &self.settings);
        let owner = Owner::of(sender, account);
        if let Some(kept) = self.pool.take(&owner) {
            match self.send_over(kept, &owner, mail, &deadline).await {
                Err(failure) if failure.session_was_over() => {}
                result => return result,
            }
        }
        let fresh = self.open(&account.smtp, &deadline).await?;
        self.send_over(fresh, &owner, mail, &deadline).await
    }

    /// Opens a session with `profile`, login included, and sends `mail` over it if there is one.
    /// Nothing is kept: the account may not be one that is in use.
    pub(in crate::delivery) async fn probe(
        &self,
        profile: &SmtpProfile,
        mail: Option<&Mail>,
        end: Instant,
    ) -> Result<(), Failure> {
        let deadline = Deadline::new(Budget::all_until(end), &self.settings);
        let mut session = self.open(profile, &deadline).await?;
        if let Some(mail) = mail {
            session.send(mail, &deadline).await?;
        }
        session.quit().await;
        Ok(())
    }

    /// How many sessions are kept for this account's next message.
    pub(in crate::delivery) fn kept(&self, tenant: TenantId, account: &AccountHandle) -> usize {
        self.pool.kept(tenant, account)
    }

    /// Whether a login is asked for: the operator may let a host be spoken to in clear.
    pub(in crate::delivery) fn logs_in(&self, profile: &SmtpProfile) -> bool {
        !self.rule.allows_plaintext(&profile.host)
    }

    async fn open(&self, profile: &SmtpProfile, deadline: &Deadline<'_>) -> Result<Session, Failure> {
        let opening =
            Opening { settings: &self.settings, rule: &self.rule, trust: &self.trust, profile, deadline };
        opening.open().await
    }

    async fn send_over(
        &self,
        mut session: Session,
        owner: &Owner,
        mail: &Mail,
        deadline: &Deadline<'_>,
    ) -> Result<(), Failure> {
        let result = session.send(mail, deadline).await;
        self.pool.keep(owner.clone(), session);
        result
    }
}
