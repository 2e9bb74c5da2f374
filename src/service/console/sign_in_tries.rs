//! Limits on sign-in tries, per operator and per client address.
//!
//! A try is counted before its password is checked, and uncounted if it was right. So however many
//! arrive concurrently, no more are evaluated than the limit allows.

use std::net::IpAddr;
use std::sync::Arc;

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::domain::limits::rule::{Rule, Subject};
use crate::domain::network::client_block;
use crate::domain::operator::OperatorName;
use crate::domain::time::Timestamp;
use crate::service::limits::limiter::{Limiter, Passed};

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
    limiter: Arc<Limiter>,
    limits: SignInLimits,
}

/// A try that was counted.
pub(super) struct SignInTry {
    counted: Vec<(Rule, Subject, Passed)>,
}

impl SignInTries {
    pub(super) fn new(limiter: Arc<Limiter>, limits: SignInLimits) -> Self {
        Self { limiter, limits }
    }

    /// Counts a try. A refused try is not counted.
    pub(super) async fn enter(
        &self,
        account: Option<&OperatorName>,
        ip: Option<IpAddr>,
        at: Timestamp,
    ) -> Result<SignInTry, LimitHit> {
        let rule = |rate| Rule::sliding(Limit::SignIns, rate);
        let address = ip.map(|ip| (rule(self.limits.per_address), Subject::Client(Some(client_block(ip)))));
        let account = account.map(|name| (rule(self.limits.per_account), Subject::Operator(name.clone())));
        let mut entered = SignInTry { counted: Vec::new() };
        for (rule, subject) in address.into_iter().chain(account) {
            match self.limiter.count(rule, &subject, at).await {
                Ok(passed) => entered.counted.push((rule, subject, passed)),
                Err(hit) => {
                    self.take_back(entered).await;
                    return Err(hit);
                }
            }
        }
        Ok(entered)
    }

    /// Uncounts a try that was right.
    pub(super) async fn take_back(&self, right: SignInTry) {
        for (rule, subject, passed) in &right.counted {
            self.limiter.take_back(*rule, subject, passed).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[tokio::test]
    async fn wrong_tries_count_for_the_name_and_for_the_address_and_right_ones_for_neither() {
        let rate = |text: &str| text.parse().unwrap();
        let limits = SignInLimits { per_account: rate("2/1m"), per_address: rate("3/1m") };
        let sign_in_tries = SignInTries::new(Arc::default(), limits);
        let (jane, joe) = (OperatorName::parse("jane").unwrap(), OperatorName::parse("joe").unwrap());
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|ip| Some(ip.parse().unwrap()));
        for second in 0..5 {
            let right = sign_in_tries.enter(Some(&jane), here, at(second)).await.unwrap();
            sign_in_tries.take_back(right).await;
        }
        sign_in_tries.enter(Some(&jane), here, at(10)).await.unwrap();
        sign_in_tries.enter(Some(&jane), there, at(11)).await.unwrap();
        assert_eq!(
            sign_in_tries.enter(Some(&jane), there, at(12)).await.err().unwrap().retry_after.as_secs(),
            58
        );
        // The refused try was not counted anywhere.
        sign_in_tries.enter(Some(&joe), here, at(13)).await.unwrap();
        sign_in_tries.enter(None, here, at(14)).await.unwrap();
        assert!(
            sign_in_tries.enter(None, here, at(15)).await.is_err()
                && sign_in_tries.enter(None, there, at(15)).await.is_ok()
        );
        assert!(sign_in_tries.enter(Some(&jane), there, at(70)).await.is_ok());
    }
}
