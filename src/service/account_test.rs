//! Trying a mail account out, saved or not, for a tenant that wants to know what to change.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::address::Address;
use crate::domain::id::TenantId;
use crate::domain::tenants::route::{Route, RouteHandle};
use crate::domain::tenants::route_check::{RouteCheck, TestMessage};
use crate::domain::tenants::route_draft::RouteDraft;
use crate::store::{AccountTest, CountedMail};

use super::mint::{MESSAGE_ID, MESSAGE_ID_ALPHABET};
use super::{AccountRefusal, AuthenticatedTenant, Refusal, Services};

/// How long one test may take in all.
const LIMIT: Duration = Duration::from_secs(10);

/// Which account is tried.
pub enum Candidate {
    /// The one that is used first.
    First,
    /// One of those that are there.
    Present(RouteHandle),
    /// One that may be saved later.
    Draft(Box<RouteDraft>),
}

/// The tenants whose accounts are being tried: each has one test at a time, so that nobody can have
/// many connections made at once.
#[derive(Clone, Default)]
pub(super) struct Tests(Arc<Mutex<HashSet<TenantId>>>);

/// A test that is running. Dropping it lets the tenant's next one in.
struct Running(Tests, TenantId);

impl Tests {
    fn enter(&self, tenant: TenantId) -> Option<Running> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(tenant).then(|| Running(self.clone(), tenant))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Services {
    /// Tries an account step by step, and with `to` sends a test mail there when all else is well.
    pub async fn test_account(
        &self,
        tenant: &AuthenticatedTenant,
        candidate: Candidate,
        to: Option<Address>,
        client_ip: Option<IpAddr>,
    ) -> Result<RouteCheck, AccountRefusal> {
        self.refuse_sandbox(tenant)?;
        let account = self.candidate(tenant, candidate).await?;
        if let Some(rates) = &self.rates {
            rates.check_mint(tenant.id(), tenant.mint_rate(), tenant.gauge()).map_err(Refusal::Limited)?;
        }
        let _running = self.tests.enter(tenant.id()).ok_or(Refusal::TestUnderWay)?;
        let recipient = to.as_ref().map(Address::masked);
        let test = AccountTest { tenant: tenant.id(), recipient, by: tenant.actor(client_ip) };
        self.store.note_account_test(test, self.clock.now()).await?;
        let begun = Instant::now();
        let walk = self.routing.check(&account.transport, None, LIMIT);
        let (steps, hints) = tokio::join!(walk, self.routing.hints(&account.transport));
        let mut trial = RouteCheck { steps, hints };
        if let Some(to) = to.filter(|_| trial.is_ok()) {
            let mail = self.test_mail(tenant, to).await?;
            let left = LIMIT.saturating_sub(begun.elapsed());
            trial.steps = self.routing.check(&account.transport, Some(&mail), left).await;
        }
        Ok(trial)
    }

    async fn candidate(
        &self,
        tenant: &AuthenticatedTenant,
        candidate: Candidate,
    ) -> Result<Route, AccountRefusal> {
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
    async fn test_mail(&self, tenant: &AuthenticatedTenant, to: Address) -> Result<TestMessage, Refusal> {
        let now = self.clock.now();
        let counted = CountedMail {
            tenant: tenant.id(),
            recipient: self.keyring.recipient_index(tenant.id(), &to),
            other_indexes: self.keyring.other_recipient_indexes(tenant.id(), &to),
            limits: self.rules.policy_for(tenant.row()).limits.clone(),
        };
        match self.store.count_test_mail(counted, now).await? {
            Some(hit) => Err(Refusal::Limited(hit)),
            None => Ok(TestMessage { id: self.entropy.text(&MESSAGE_ID_ALPHABET, MESSAGE_ID), to, at: now }),
        }
    }
}
