//! Limits on sign-in tries, per operator and per client address.
//!
//! A try is counted before its password is checked, and uncounted if it was right. So however many
//! arrive concurrently, no more are evaluated than the limit allows.

use std::net::IpAddr;
use std::sync::Arc;

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::domain::network::client_block;
use crate::domain::operator::OperatorName;
use crate::domain::time::Timestamp;
use crate::service::limits::limiter::{Limiter, Rule, Subject};

/// The limits on failed tries.
#[derive(Clone, Copy, Debug)]
pub struct SignInLimits {
    /// Per operator name, whether or not it exists.
    pub per_account: Rate,
    /// Per client address.
    pub per_address: Rate,
}

/// The recent failed tries. No more names can accumulate than passwords can be hashed.
pub(super) struct SignInTries {
    limiter: Arc<dyn Limiter>,
    limits: SignInLimits,
}

/// A try that was counted.
pub(super) struct SignInTry {
    counted: Vec<(Rule, Subject)>,
    at: Timestamp,
}

impl SignInTries {
    pub(super) fn new(limiter: Arc<dyn Limiter>, limits: SignInLimits) -> Self {
        Self { limiter, limits }
    }

    /// Counts a try. A refused try is not counted.
    pub(super) fn enter(
        &self,
        account: Option<&OperatorName>,
        ip: Option<IpAddr>,
        at: Timestamp,
    ) -> Result<SignInTry, LimitHit> {
        let rule = |rate| Rule::sliding(Limit::SignIns, rate);
        let address = ip.map(|ip| (rule(self.limits.per_address), Subject::Client(Some(client_block(ip)))));
        let account = account.map(|name| (rule(self.limits.per_account), Subject::Operator(name.clone())));
        let mut entered = SignInTry { counted: Vec::new(), at };
        for (rule, subject) in address.into_iter().chain(account) {
            if let Err(hit) = self.limiter.count(rule, &subject, at) {
                self.take_back(entered);
                return Err(hit);
            }
            entered.counted.push((rule, subject));
        }
        Ok(entered)
    }

    /// Uncounts a try that was right.
    pub(super) fn take_back(&self, right: SignInTry) {
        for (rule, subject) in &right.counted {
            self.limiter.take_back(*rule, subject, right.at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::MemoryLimiter;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn wrong_tries_count_for_the_name_and_for_the_address_and_right_ones_for_neither() {
        let rate = |text: &str| text.parse().unwrap();
        let limits = SignInLimits { per_account: rate("2/1m"), per_address: rate("3/1m") };
        let sign_in_tries = SignInTries::new(Arc::new(MemoryLimiter::default()), limits);
        let (jane, joe) = (OperatorName::parse("jane").unwrap(), OperatorName::parse("joe").unwrap());
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|ip| Some(ip.parse().unwrap()));
        for second in 0..5 {
            let right = sign_in_tries.enter(Some(&jane), here, at(second)).unwrap();
            sign_in_tries.take_back(right);
        }
        sign_in_tries.enter(Some(&jane), here, at(10)).unwrap();
        sign_in_tries.enter(Some(&jane), there, at(11)).unwrap();
        assert_eq!(sign_in_tries.enter(Some(&jane), there, at(12)).err().unwrap().retry_after.as_secs(), 58);
        // The refused try was not counted anywhere.
        sign_in_tries.enter(Some(&joe), here, at(13)).unwrap();
        sign_in_tries.enter(None, here, at(14)).unwrap();
        assert!(
            sign_in_tries.enter(None, here, at(15)).is_err()
                && sign_in_tries.enter(None, there, at(15)).is_ok()
        );
        assert!(sign_in_tries.enter(Some(&jane), there, at(70)).is_ok());
    }
}
