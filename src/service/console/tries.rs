//! How often it may be tried to sign in: as one operator, and from one client address.
//!
//! A try is counted before its password is looked at, and taken back when it was right: however many
//! come at the same time, no more are evaluated than the limit has.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::domain::limits::history::History;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::domain::network::client_block;
use crate::domain::operator::OperatorName;
use crate::domain::time::Timestamp;

/// How many wrong tries there may be.
#[derive(Clone, Copy, Debug)]
pub struct SignInLimits {
    /// As one operator, be there one of this name or not.
    pub per_account: Rate,
    /// From one client address.
    pub per_address: Rate,
}

/// The wrong tries of the last while. They are forgotten with the process; and no more names get in
/// between than passwords can be hashed.
pub(super) struct Tries {
    accounts: Counters<OperatorName>,
    addresses: Counters<IpAddr>,
}

/// A try that was counted.
pub(super) struct Try {
    account: Option<OperatorName>,
    address: Option<IpAddr>,
    at: Timestamp,
}

impl Tries {
    pub(super) fn new(limits: SignInLimits) -> Self {
        Self { accounts: Counters::new(limits.per_account), addresses: Counters::new(limits.per_address) }
    }

    /// Counts a try. One that is refused is not counted.
    pub(super) fn enter(
        &self,
        account: Option<&OperatorName>,
        ip: Option<IpAddr>,
        at: Timestamp,
    ) -> Result<Try, LimitHit> {
        let address = ip.map(client_block);
        if let Some(address) = address {
            self.addresses.count(address, at)?;
        }
        if let Some(account) = account
            && let Err(hit) = self.accounts.count(account.clone(), at)
        {
            address.inspect(|address| self.addresses.take_back(address, at));
            return Err(hit);
        }
        Ok(Try { account: account.cloned(), address, at })
    }

    /// Takes back a try that was right.
    pub(super) fn take_back(&self, right: Try) {
        right.address.inspect(|address| self.addresses.take_back(address, right.at));
        right.account.inspect(|account| self.accounts.take_back(account, right.at));
    }

    /// Forgets what was quiet.
    pub(super) fn forget_quiet(&self, now: Timestamp) {
        self.accounts.forget_quiet(now);
        self.addresses.forget_quiet(now);
    }
}

struct Counters<K> {
    rate: Rate,
    counted: Mutex<HashMap<K, History>>,
}

impl<K: Eq + Hash> Counters<K> {
    fn new(rate: Rate) -> Self {
        Self { rate, counted: Mutex::default() }
    }

    fn count(&self, key: K, now: Timestamp) -> Result<(), LimitHit> {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let history = counted.entry(key).or_default();
        if let Some(retry_after) = history.wait(&[self.rate], now) {
            return Err(LimitHit { limit: Limit::SignIns, retry_after });
        }
        history.record(now);
        Ok(())
    }

    fn take_back(&self, key: &K, at: Timestamp) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(history) = counted.get_mut(key) {
            history.forget(at);
        }
    }

    fn forget_quiet(&self, now: Timestamp) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |at: Timestamp| at <= now && now < at + self.rate.per;
        counted.retain(|_, history| history.latest().is_some_and(is_recent));
        counted.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn wrong_tries_count_for_the_name_and_for_the_address_and_right_ones_for_neither() {
        let rate = |text: &str| text.parse().unwrap();
        let tries = Tries::new(SignInLimits { per_account: rate("2/1m"), per_address: rate("3/1m") });
        let (jane, joe) = (OperatorName::parse("jane").unwrap(), OperatorName::parse("joe").unwrap());
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|ip| Some(ip.parse().unwrap()));
        for second in 0..5 {
            let right = tries.enter(Some(&jane), here, at(second)).unwrap();
            tries.take_back(right);
        }
        tries.enter(Some(&jane), here, at(10)).unwrap();
        tries.enter(Some(&jane), there, at(11)).unwrap();
        assert_eq!(tries.enter(Some(&jane), there, at(12)).err().unwrap().retry_after.as_secs(), 58);
        // The refused one was counted nowhere.
        tries.enter(Some(&joe), here, at(13)).unwrap();
        tries.enter(None, here, at(14)).unwrap();
        assert!(tries.enter(None, here, at(15)).is_err() && tries.enter(None, there, at(15)).is_ok());
        assert!(tries.enter(Some(&jane), there, at(70)).is_ok());
        tries.forget_quiet(at(200));
        assert!(tries.accounts.counted.lock().unwrap().is_empty());
    }
}
