//! Sending one message to one server, over a kept session or a fresh one.

use std::sync::Arc;
use std::time::Duration;

use super::content::Mail;
use super::failure::Failure;
use super::limits::{Deadline, SmtpSettings};
use super::opening::Opening;
use super::pool::{Account, Pool};
use super::session::Session;
use super::tls::Trust;
use crate::delivery::Sender;
use crate::domain::network::OutboundRule;
use crate::domain::smtp::SmtpProfile;

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

    /// Sends `mail` with this account of `sender` within `total`; `Ok` when its server has taken it.
    pub(in crate::delivery) async fn send(
        &self,
        sender: &Sender,
        profile: &SmtpProfile,
        mail: &Mail,
        total: Duration,
    ) -> Result<(), Failure> {
        let deadline = Deadline::after(total, &self.settings);
        let account = Account::of(sender, profile);
        if let Some(kept) = self.pool.take(&account) {
            match self.send_over(kept, &account, mail, &deadline).await {
                Err(failure) if failure.session_was_over() => {}
                result => return result,
            }
        }
        let fresh = self.open(profile, &deadline).await?;
        self.send_over(fresh, &account, mail, &deadline).await
    }

    /// Opens a session with this account of `sender`, login included, and sends nothing.
    pub(in crate::delivery) async fn probe(
        &self,
        sender: &Sender,
        profile: &SmtpProfile,
    ) -> Result<(), Failure> {
        let deadline = Deadline::after(self.settings.total, &self.settings);
        let session = self.open(profile, &deadline).await?;
        self.pool.keep(Account::of(sender, profile), session);
        Ok(())
    }

    async fn open(&self, profile: &SmtpProfile, deadline: &Deadline<'_>) -> Result<Session, Failure> {
        let opening =
            Opening { settings: &self.settings, rule: &self.rule, trust: &self.trust, profile, deadline };
        opening.open().await
    }

    async fn send_over(
        &self,
        mut session: Session,
        account: &Account,
        mail: &Mail,
        deadline: &Deadline<'_>,
    ) -> Result<(), Failure> {
        let result = session.send(mail, deadline).await;
        self.pool.keep(account.clone(), session);
        result
    }
}
