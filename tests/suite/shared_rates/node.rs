//! The limiter of a node, as the server uses it.

use std::sync::{Arc, LazyLock};

use otpmint::app::SystemEntropy;
use otpmint::crypto::keyring::Keyring;
use otpmint::crypto::master::{self, MasterKeySource};
use otpmint::domain::id::TenantId;
use otpmint::domain::limits::limit::{Limit, LimitHit};
use otpmint::domain::limits::redis_url::RedisUrl;
use otpmint::domain::limits::rule::{Rule, Subject};
use otpmint::domain::membership::Membership;
use otpmint::domain::time::{Clock, Timestamp};
use otpmint::service::{Counting, Limiter, Passed, Together};
use otpmint::shared_rates::redis::{RedisAccess, RedisCounts};
use secrecy::SecretString;
use tokio::task::JoinHandle;

use crate::api::harness::{ManualClock, eventually};

/// The keyring that the nodes of all tests share.
static KEYRING: LazyLock<Arc<Keyring>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = MasterKeySource::File(folder.path().join("master.key"));
    let (master, _) = master::load(&source, None, &SystemEntropy).expect("a new key");
    let wrapped = Keyring::missing(&master, &[], &SystemEntropy, Timestamp::default()).expect("new keys");
    Arc::new(Keyring::open(&master, &wrapped, Timestamp::default()).expect("our own keys"))
});

/// A node: its limiter, connected as long as it lives. Its clock stands still, so that its own counts refill only
/// when a test says so.
pub struct Node {
    pub limiter: Arc<Limiter>,
    pub clock: Arc<ManualClock>,
    keeper: JoinHandle<()>,
}

/// How to reach a Redis without TLS and password.
pub fn access(url: &str) -> RedisAccess {
    let url = RedisUrl::parse(url).expect("an address");
    RedisAccess { url, password: SecretString::default(), authorities: None }
}

impl Node {
    /// A node of `nodes` that counts in the Redis at `url`, and reaches it.
    pub async fn reaching(url: &str, nodes: usize) -> Self {
        let node = Self::new(access(url), nodes);
        node.until(Counting::Together).await;
        node
    }

    /// One of two nodes, which allows an IPv6 /48 so many times what it allows an address.
    pub async fn with_networks(url: &str, factor: u32) -> Self {
        let node = Self::made(access(url), 2, factor);
        node.until(Counting::Together).await;
        node
    }

    /// A node of `nodes` that may not reach its Redis.
    pub fn new(access: RedisAccess, nodes: usize) -> Self {
        Self::made(access, nodes, 0)
    }

    fn made(access: RedisAccess, nodes: usize, factor: u32) -> Self {
        let counts = Arc::new(RedisCounts::new(access, &SystemEntropy));
        let membership = Membership::alone();
        membership.note_servers(nodes);
        let together = Together::new(counts, Arc::clone(&KEYRING));
        let limiter = Limiter::new(Arc::new(membership), Some(together)).with_networks(factor);
        let limiter = Arc::new(limiter);
        let kept = Arc::clone(&limiter);
        let keeper = tokio::spawn(async move { kept.keep_reaching().await });
        Self { limiter, clock: ManualClock::at_noon(), keeper }
    }

    pub async fn count(&self, rule: Rule, subject: &Subject) -> Result<Passed, LimitHit> {
        self.limiter.count(rule, subject, self.clock.now()).await
    }

    /// Waits until rates are counted so.
    #[track_caller]
    pub fn until(&self, counting: Counting) -> impl Future<Output = ()> {
        let limiter = Arc::clone(&self.limiter);
        eventually("another way of counting", move || (limiter.counting() == counting).then_some(()))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// A bucket.
pub fn bucket(rate: &str) -> Rule {
    Rule::refilling(Limit::MintPerTenant, rate.parse().expect("a rate"))
}

/// A sliding window.
pub fn window(rate: &str) -> Rule {
    Rule::sliding(Limit::SignIns, rate.parse().expect("a rate"))
}

/// A subject of its own for each number.
pub fn subject(number: i64) -> Subject {
    Subject::Tenant(TenantId(number))
}
