//! Trying a mail account out, saved or not, for a tenant that wants to know what to change.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::domain::challenges::recipient::Recipient;
use crate::domain::tenants::account::{Account, AccountDraft, AccountHandle};
use crate::domain::tenants::account_check::AccountCheck;
use crate::domain::tenants::account_check::TestMail;
use crate::service::challenges::message_id;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{AccountTest, CountedMail};

use super::accounts::{AccountRefusal, Routes};

/// How long one test may take in all.
const LIMIT: Duration = Duration::from_secs(10);

/// Which account is tried.
pub enum Candidate {
    /// The one that is used first.
    First,
    /// One of those that are there.
    Present(AccountHandle),
    /// One that may be saved later.
    Draft(Box<AccountDraft>),
}

impl Routes {
    /// Tries an account step by step, and with `to` sends a test mail there when all else is well.
    pub async fn check_account(
        &self,
        tenant: &AuthenticatedTenant,
        candidate: Candidate,
        to: Option<Recipient>,
        client_ip: Option<IpAddr>,
    ) -> Result<AccountCheck, AccountRefusal> {
        tenant.refuse_sandbox()?;
        let account = self.candidate(tenant, candidate).await?;
        self.rates.check_mint(tenant.id(), tenant.mint_rate(), tenant.gauge())?;
        let _running = self.checks.enter(tenant.id()).ok_or(Refusal::TestUnderWay)?;
        let recipient = to.as_ref().map(Recipient::masked);
        let test = AccountTest { tenant: tenant.id(), recipient, by: tenant.actor(client_ip) };
        self.store.note_account_test(test, self.clock.now()).await?;
        let begun = Instant::now();
        let walk = self.tester.walk(&account.smtp, None, LIMIT);
        let (steps, hints) = tokio::join!(walk, self.tester.hints(&account.smtp.from));
        let mut check = AccountCheck { steps, hints };
        if let Some(to) = to.filter(|_| check.is_ok()) {
            let mail = self.test_mail(tenant, to).await?;
            let left = LIMIT.saturating_sub(begun.elapsed());
            check.steps = self.tester.walk(&account.smtp, Some(&mail), left).await;
        }
        Ok(check)
    }

    async fn candidate(
        &self,
        tenant: &AuthenticatedTenant,
        candidate: Candidate,
    ) -> Result<Account, AccountRefusal> {
        let mut present = self.accounts(tenant).await?.accounts;
        match candidate {
            Candidate::Draft(draft) => {
                self.complete_one(*draft, &present).map_err(|why| AccountRefusal::Invalid(0, why))
            }
            Candidate::First if present.is_empty() => Err(Refusal::NoAccount.into()),
            Candidate::First => Ok(present.swap_remove(0)),
            Candidate::Present(handle) => {
                let found = present.into_iter().find(|account| account.handle == handle);
                found.ok_or_else(|| Refusal::UnknownAccount.into())
            }
        }
    }

    /// A test mail to `to`, counted as any other message to it: nobody may use it to pester people.
    async fn test_mail(&self, tenant: &AuthenticatedTenant, to: Recipient) -> Result<TestMail, Refusal> {
        let now = self.clock.now();
        let counted = CountedMail {
            tenant: tenant.id(),
            recipient: self.keyring.recipient_index(tenant.id(), &to),
            other_indexes: self.keyring.other_recipient_indexes(tenant.id(), &to),
            limits: self.rules.policy_for(tenant.row()).limits.clone(),
        };
        match self.store.count_test_mail(counted, now).await? {
            Some(hit) => Err(Refusal::Limited(hit)),
            None => Ok(TestMail { id: message_id::draw(self.entropy.as_ref()), to, at: now }),
        }
    }
}
