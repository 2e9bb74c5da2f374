//! Wrong secret keys by client IP: an address that has sent too many may not try another one.
//!
//! The count is checked before a key is looked up. If only wrong keys were refused, the refusal itself would tell
//! a guesser that a key is wrong, as fast as the server can answer.

use std::net::IpAddr;
use std::sync::Arc;

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::rate::Rate;
use crate::domain::limits::rule::{Rule, Subject};
use crate::domain::network::client_block;
use crate::domain::time::Timestamp;
use crate::service::Limiter;

/// Counts the recent wrong keys by client IP.
pub struct FailedKeys {
    limiter: Arc<Limiter>,
    rule: Rule,
}

impl FailedKeys {
    /// Blocks an address that exceeds this rate.
    pub fn new(limiter: Arc<Limiter>, rate: Rate) -> Self {
        Self { limiter, rule: Rule::sliding(Limit::WrongKeysPerAddress, rate) }
    }

    /// Whether this address may try another key.
    pub(crate) async fn check(&self, ip: IpAddr, now: Timestamp) -> Result<(), LimitHit> {
        self.limiter.check(self.rule, &subject(ip), now).await
    }

    /// Counts a wrong key.
    pub(crate) async fn record(&self, ip: IpAddr, now: Timestamp) {
        // A refusal changes nothing here: the address is already blocked.
        let _ = self.limiter.count(self.rule, &subject(ip), now).await;
    }
}

fn subject(ip: IpAddr) -> Subject {
    Subject::Client(Some(client_block(ip)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_has_guessed_too_often_waits_and_no_other_one() {
        let keys = FailedKeys::new(Arc::default(), "2/1m".parse().unwrap());
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let [one, near, far] = ["2001:db8::1", "2001:db8::2", "2001:db9::1"].map(|ip| ip.parse().unwrap());
        keys.record(one, at(0)).await;
        assert!(keys.check(one, at(1)).await.is_ok());
        keys.record(near, at(1)).await;
        assert_eq!(keys.check(one, at(2)).await.unwrap_err().retry_after.as_secs(), 58);
        assert!(keys.check(far, at(2)).await.is_ok());
        assert!(keys.check(one, at(60)).await.is_ok());
    }
}
