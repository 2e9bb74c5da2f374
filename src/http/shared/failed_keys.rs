//! Wrong secret keys, by client address: who has sent too many may not try another one.
//!
//! It is asked before a key is looked at. If it were asked only about wrong ones, the refusal
//! itself would tell a guesser that a key is wrong, as fast as the server can answer.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::domain::limits::history::History;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::domain::network::client_block;
use crate::domain::time::Timestamp;

/// The wrong keys of the last while.
pub struct FailedKeys {
    rate: Rate,
    wrong: Mutex<HashMap<IpAddr, History>>,
}

impl FailedKeys {
    /// A count that lets so many wrong keys pass.
    pub fn new(rate: Rate) -> Self {
        Self { rate, wrong: Mutex::default() }
    }

    /// Whether this address may try another key.
    pub(crate) fn check(&self, ip: IpAddr, now: Timestamp) -> Result<(), LimitHit> {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = wrong.get(&client_block(ip)).and_then(|history| history.wait(&[self.rate], now));
        wait.map_or(Ok(()), |retry_after| Err(LimitHit { limit: Limit::WrongKeysPerAddress, retry_after }))
    }

    /// Notes a wrong key.
    pub(crate) fn record(&self, ip: IpAddr, now: Timestamp) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.entry(client_block(ip)).or_default().record(now);
    }

    /// Forgets addresses that have been quiet, so that memory follows the active ones.
    pub fn forget_quiet(&self, now: Timestamp) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |at: Timestamp| at <= now && now < at + self.rate.per;
        wrong.retain(|_, history| history.latest().is_some_and(is_recent));
        wrong.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_has_guessed_too_often_waits_and_no_other_one() {
        let keys = FailedKeys::new("2/1m".parse().unwrap());
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let [one, near, far] = ["2001:db8::1", "2001:db8::2", "2001:db9::1"].map(|ip| ip.parse().unwrap());
        keys.record(one, at(0));
        assert!(keys.check(one, at(1)).is_ok());
        keys.record(near, at(1));
        assert_eq!(keys.check(one, at(2)).unwrap_err().retry_after.as_secs(), 58);
        assert!(keys.check(far, at(2)).is_ok());
        assert!(keys.check(one, at(60)).is_ok());
        keys.forget_quiet(at(61));
        assert!(keys.wrong.lock().unwrap().is_empty());
    }
}
