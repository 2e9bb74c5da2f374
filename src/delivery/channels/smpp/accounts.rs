//! The accounts that are logged in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use super::account::{Account, Desk, Standing};
use super::keeper::Keeper;
use super::login::SmppLogin;
use super::opening::Opener;
use super::owner::Owner;
use super::receipts::Receipts;
use crate::delivery::ports::reports::DeliveryReports;

/// How many receipts of an account may wait to be handed on. More are delivered once more by the centre.
const RECEIPTS: usize = 256;
/// How long message centres may take to say farewell when the program ends.
const FAREWELL: Duration = Duration::from_secs(1);

/// The accounts of all tenants.
pub(super) struct Accounts {
    opener: Arc<Opener>,
    reports: Arc<dyn DeliveryReports>,
    known: Mutex<HashMap<Owner, Known>>,
}

struct Known {
    /// The routes of the tenant that the account is from. An account from before a change is left.
    revision: u64,
    account: Arc<Account>,
}

impl Accounts {
    /// Creates a collection without accounts.
    pub(super) fn new(opener: Arc<Opener>, reports: Arc<dyn DeliveryReports>) -> Self {
        Self { opener, reports, known: Mutex::default() }
    }

    /// Returns the account of an owner, which logs in now if it has not yet.
    pub(super) fn of(&self, owner: Owner, revision: u64, login: &SmppLogin) -> Arc<Account> {
        let mut known = self.known();
        if let Some(found) = known.get(&owner)
            && found.revision >= revision
            && !found.account.is_gone()
        {
            return Arc::clone(&found.account);
        }
        known.retain(|_, known| !known.account.is_gone());
        if known.len() >= self.opener.limits.accounts {
            // The one that has not been used for the longest time takes leave.
            let unused = known.iter().min_by_key(|(_, known)| known.account.desk.in_use_until());
            if let Some(unused) = unused.map(|(owner, _)| owner.clone()) {
                known.remove(&unused);
            }
        }
        let account = self.log_in(&owner, login.clone());
        known.insert(owner, Known { revision, account: Arc::clone(&account) });
        account
    }

    fn log_in(&self, owner: &Owner, login: SmppLogin) -> Arc<Account> {
        let desk = Arc::new(Desk::new(login, self.opener.limits.clone()));
        let (receipts, incoming) = mpsc::channel(RECEIPTS);
        let hand_on = Receipts {
            owner: owner.clone(),
            sent: Arc::clone(&desk.sent),
            reports: Arc::clone(&self.reports),
            pauses: self.opener.limits.rematch,
        };
        tokio::spawn(hand_on.run(incoming));
        let keeper = Keeper { desk: Arc::clone(&desk), opener: Arc::clone(&self.opener), receipts };
        tokio::spawn(keeper.run());
        Arc::new(Account { desk })
    }

    /// Returns how many sessions an owner has.
    pub(super) fn sessions(&self, owner: &Owner) -> usize {
        self.known().get(owner).map_or(0, |known| known.account.sessions())
    }

    /// Takes leave of every message centre.
    pub(super) async fn close(&self) {
        let known: Vec<_> = self.known().drain().map(|(_, known)| known.account).collect();
        for account in &known {
            account.desk.leave();
        }
        let gone = async {
            for account in &known {
                let mut standing = account.desk.standing.subscribe();
                // The sender is in the account, which is still there.
                let _ = standing.wait_for(|standing| matches!(standing, Standing::Gone)).await;
            }
        };
        // What has not heard it by then sees the connection close.
        let _ = timeout(FAREWELL, gone).await;
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Owner, Known>> {
        // Every change under the lock is complete in itself, so a poisoned lock is harmless.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
