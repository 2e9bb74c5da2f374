//! A store with tenants and recipients, and short words for what happens to them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use otpmint::domain::challenges::challenge::{Binding, Challenge, ChallengeStatus};
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::details::Details;
use otpmint::domain::challenges::device::Device;
use otpmint::domain::challenges::fallback::Fallback;
use otpmint::domain::challenges::former::Former;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::deliveries::delivery::Room;
use otpmint::domain::id::{ChallengeId, IdGenerator, TenantId};
use otpmint::domain::limits::limit::{Limit, LimitHit};
use otpmint::domain::limits::recipient::RecipientLimits;
use otpmint::domain::mailbox::Mailbox;
use otpmint::domain::phone::fraud::rules::Budget;
use otpmint::domain::policy::GrantedLimits;
use otpmint::domain::policy::SendPolicy;
use otpmint::domain::random::Entropy;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{CodeHash, RecipientIndex, Sealed, SecretKeyHash};
use otpmint::domain::tenants::credential::{KeyHandle, KeyTerms, Scopes};
use otpmint::domain::tenants::tenant::{Tenant, TenantHandle, TenantSettings, TenantStatus};
use otpmint::domain::time::Timestamp;
use otpmint::domain::webhooks::event::EventKinds;
use otpmint::store::{
    Attempt, Decision, Issued, Judge, KeyRotation, NewKey, NewTenant, NewTestKey, OpenChallenge, Retention,
    Store, StoreError, Swept, Target,
};

use crate::store::backend::{self, Backend};

/// The lifetime of codes in these tests.
pub const TTL: Duration = Duration::from_secs(600);

/// Answers that the challenges of these tests evaluate.
pub const MAX_ATTEMPTS: u8 = 5;

pub const JANE: RecipientIndex = RecipientIndex([7; 16]);
pub const JOE: RecipientIndex = RecipientIndex([8; 16]);

/// A moment this many milliseconds after the beginning of every story.
pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + millis)
}

/// Room for this many, whichever tenant they belong to.
pub fn room(limit: usize) -> Room {
    Room { limit, free: usize::MAX, held: HashMap::new(), after: TenantId(0) }
}

pub fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// The moment at which a code minted at `at(0)` expires.
pub fn deadline() -> Timestamp {
    at(0) + TTL
}

pub fn limits(sends: &[&str], failures: &str, failures_in_a_row: u32) -> Option<Arc<RecipientLimits>> {
    let sends = sends.iter().map(|rate| rate.parse().unwrap()).collect();
    let failures = failures.parse().unwrap();
    Some(Arc::new(RecipientLimits {
        sends,
        failures,
        sends_overall: Vec::new(),
        own_failures: None,
        failures_in_a_row,
        reserve: None,
    }))
}

/// The same with a reserve for trusted devices.
pub fn with_reserve(limits: Option<Arc<RecipientLimits>>, reserve: &str) -> Option<Arc<RecipientLimits>> {
    let reserve = reserve.parse().ok();
    limits.map(|limits| Arc::new(RecipientLimits { reserve, ..RecipientLimits::clone(&limits) }))
}

/// Limits that no story reaches by accident.
pub fn generous() -> Option<Arc<RecipientLimits>> {
    limits(&["5000/24h"], "1000/24h", 1000)
}

pub fn refused(limit: Limit, wait: Duration) -> LimitHit {
    LimitHit { limit, retry_after: wait }
}

/// Long enough that nothing is deleted.
pub const KEEP: Retention = Retention {
    challenges: Duration::from_secs(30 * 86_400),
    deliveries: Duration::from_secs(30 * 86_400),
    names: Duration::from_secs(90 * 86_400),
    recipients: Duration::from_secs(30 * 86_400),
    statistics_days: 400,
    in_a_row: 6,
};

/// Computes the hash of an answer.
pub struct Guess {
    pub hash: Option<CodeHash>,
    pub admits: Result<(), LimitHit>,
}

pub const RIGHT: CodeHash = CodeHash([0xc0; 32]);
pub const WRONG: CodeHash = CodeHash([0xbb; 32]);

impl Judge for Guess {
    fn admit(&self, _: TenantId, _: &GrantedLimits) -> Result<(), LimitHit> {
        self.admits
    }

    fn hash(&self, version: u32, _: &Binding) -> Option<CodeHash> {
        assert_eq!(version, 3, "asked for under the version that the challenge was opened with");
        self.hash
    }
}

pub fn answer(hash: CodeHash) -> Box<dyn Judge> {
    Box::new(Guess { hash: Some(hash), admits: Ok(()) })
}

/// A counter instead of randomness.
pub struct Counting(std::sync::atomic::AtomicU64);

impl Entropy for Counting {
    fn fill(&self, out: &mut [u8]) {
        for byte in out {
            let next = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            *byte = (next.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8;
        }
    }
}

/// A store and everything needed to fill it.
pub struct World {
    pub backend: Box<dyn Backend>,
    pub store: Arc<dyn Store>,
    ids: IdGenerator,
    entropy: Counting,
}

impl World {
    pub fn new() -> Self {
        Self::on(backend::chosen())
    }

    pub fn on(backend: Box<dyn Backend>) -> Self {
        let store = backend.open();
        Self { backend, store, ids: IdGenerator::above(0), entropy: Counting(0.into()) }
    }

    /// Closes the store and opens it again.
    pub fn restart(self) -> Self {
        let Self { backend, store, ids, entropy } = self;
        drop(store);
        let store = backend.open();
        Self { backend, store, ids, entropy }
    }

    pub fn new_tenant(&self, key: u8) -> NewTenant {
        let tenant = Tenant {
            id: TenantId(self.ids.next(at(0))),
            handle: TenantHandle::draw(&self.entropy),
            name: format!("tenant {key}"),
            status: TenantStatus::Active,
            created_at: at(0),
            sandbox_of: None,
            settings: TenantSettings::default(),
            limits: GrantedLimits::default(),
            suspicion: None,
            revision: 0,
            routes: Some(Sealed(vec![key; 40])),
        };
        NewTenant {
            tenant,
            logins: Vec::new(),
            key: self.new_key(key),
            by: Actor::at("192.0.2.1".parse().ok()),
        }
    }

    /// A key that its hash and hint identify.
    pub fn new_key(&self, key: u8) -> NewKey {
        NewKey {
            hash: SecretKeyHash([key; 32]),
            handle: KeyHandle::draw(&self.entropy),
            name: "first".to_owned(),
            scopes: Scopes::USUAL,
            hint: format!("key{key}"),
            terms: KeyTerms::default(),
        }
    }

    /// The replacement of a tenant's latest key by this one.
    pub fn rotation(&self, tenant: TenantId, key: u8, overlap: Duration) -> KeyRotation {
        let NewKey { hash, handle, hint, .. } = self.new_key(key);
        KeyRotation { tenant, replaced: None, hash, handle, hint, by: Actor::default(), overlap }
    }

    /// A key to the sandbox of `live`.
    pub fn test_key(&self, live: TenantId, key: u8) -> NewTestKey {
        let sandbox = (TenantId(self.ids.next(at(1))), TenantHandle::draw(&self.entropy));
        NewTestKey { live, sandbox, key: self.new_key(key), by: Actor::default() }
    }

    pub async fn tenant(&self, key: u8) -> TenantId {
        let new = self.new_tenant(key);
        assert!(self.store.add_tenant(new.clone()).await.unwrap());
        new.tenant.id
    }

    /// The identity of a challenge that is opened at `now`.
    pub fn new_id(&self, now: Timestamp) -> ChallengeId {
        ChallengeId(self.ids.next(now))
    }

    /// The request to open a challenge, with limits that no story reaches.
    pub fn challenge(&self, tenant: TenantId, recipient: RecipientIndex, now: Timestamp) -> OpenChallenge {
        let challenge = self.new_id(now);
        let purpose = Purpose::parse("login").unwrap();
        OpenChallenge {
            former: Former::Stays,
            fallback: Fallback::default(),
            now,
            binding: Binding { tenant, challenge, purpose, channel: ChannelKind::Email, recipient },
            recipient_hint: "j***@e***.com".to_owned(),
            domain: "example.com".to_owned(),
            country: None,
            code_key: 3,
            code_hash: Some(RIGHT),
            payload: Sealed(b"a sealed message".to_vec()),
            expires_at: now + TTL,
            max_attempts: MAX_ATTEMPTS,
            space: 1_000_000,
            sends: sends(),
            details: Details::default(),
            limits: generous(),
            device: Device::Unknown,
            by: Actor::at("192.0.2.7".parse().ok()),
            once: None,
            subjects: Vec::new(),
            cap: Budget::NONE,
            events: EventKinds::none(),
            other_indexes: Vec::new(),
            mailbox: Mailbox::default(),
            phone: None,
        }
    }

    /// Opens a challenge at `now` that no limit refuses.
    pub async fn open(&self, tenant: TenantId, recipient: RecipientIndex, now: Timestamp) -> ChallengeId {
        let open = self.challenge(tenant, recipient, now);
        let id = open.binding.challenge;
        assert_eq!(self.store.issue(open.into()).await, Ok(Issued::Opened));
        id
    }

    /// Opens a challenge under `limits`, if they allow it.
    pub async fn open_within(
        &self,
        limits: &Option<Arc<RecipientLimits>>,
        (tenant, recipient): (TenantId, RecipientIndex),
        now: Timestamp,
    ) -> Result<ChallengeId, LimitHit> {
        let open = OpenChallenge { limits: limits.clone(), ..self.challenge(tenant, recipient, now) };
        let id = open.binding.challenge;
        match self.store.issue(open.into()).await.unwrap() {
            Issued::Opened => Ok(id),
            Issued::Limited(hit) => Err(hit),
            other => panic!("{other:?}"),
        }
    }

    pub async fn attempt(&self, id: ChallengeId, hash: CodeHash, now: Timestamp) -> Decision {
        self.decide(attempt(id, hash, now)).await
    }

    pub async fn decide(&self, attempt: Attempt) -> Decision {
        self.store.record_attempt(attempt).await.unwrap()
    }

    pub async fn find(&self, tenant: TenantId, id: ChallengeId) -> Challenge {
        self.store.challenge(tenant, id).await.unwrap().expect("the challenge is there")
    }

    pub async fn status(&self, tenant: TenantId, id: ChallengeId) -> ChallengeStatus {
        self.find(tenant, id).await.standing.status
    }

    /// Sweeps until nothing is left to do at `now`.
    pub async fn sweep(&self, now: Timestamp, keep: Retention) -> Result<Swept, StoreError> {
        let mut sum = Swept::default();
        for _ in 0..1000 {
            let swept = self.store.sweep(now, keep).await?;
            sum.expired += swept.expired;
            sum.deleted += swept.deleted;
            if !swept.more {
                return Ok(sum);
            }
        }
        panic!("sweeping does not come to an end");
    }

    /// The audit trail of a tenant, oldest first.
    pub async fn events(&self, tenant: TenantId) -> Vec<String> {
        let rows = self.store.audit(Some(tenant), 10_000).await.unwrap();
        rows.into_iter().rev().map(|row| row.event).collect()
    }
}

/// An answer from a holder of the shareable key, with limits that no story reaches.
pub fn attempt(challenge: ChallengeId, hash: CodeHash, now: Timestamp) -> Attempt {
    let by = Actor::at("198.51.100.4".parse().ok());
    let target = Target::Challenge(challenge);
    let (limits, device) = (generous(), Device::Unknown);
    Attempt { now, target, tenant: None, judge: answer(hash), limits, device, by, once: None }
}

/// Three messages; a pause of 30 s after the first and of 60 s after the second.
pub fn sends() -> SendPolicy {
    SendPolicy { max_sends: 3, cooldowns: vec![seconds(30), seconds(60)] }
}
