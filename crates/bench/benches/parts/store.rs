//! The verbs of the store on the disk of the temporary folder: one alone, which waits for its own commit, and
//! 64 at once, which share one. `TMPDIR` chooses the disk.

use std::cell::Cell;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use otpmint::app::{SystemClocks, SystemEntropy};
use otpmint::domain::challenges::challenge::Binding;
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::details::Details;
use otpmint::domain::challenges::device::Device;
use otpmint::domain::challenges::fallback::Fallback;
use otpmint::domain::challenges::former::Former;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::id::{ChallengeId, IdGenerator, TenantId};
use otpmint::domain::limits::limit::LimitHit;
use otpmint::domain::limits::recipient::RecipientLimits;
use otpmint::domain::mailbox::Mailbox;
use otpmint::domain::node::Node;
use otpmint::domain::phone::fraud::rules::Budget;
use otpmint::domain::policy::{GrantedLimits, SendPolicy};
use otpmint::domain::random::Entropy;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{CodeHash, KeyCheck, RecipientIndex, Sealed, SecretKeyHash};
use otpmint::domain::steady_clock::TimeSource as _;
use otpmint::domain::tenants::credential::{KeyHandle, KeyTerms, Scopes};
use otpmint::domain::tenants::tenant::{Tenant, TenantHandle, TenantSettings, TenantStatus};
use otpmint::domain::webhooks::event::EventKinds;
use otpmint::store::sqlite::SqliteStore;
use otpmint::store::{
    Attempt, ChallengeStore, Decision, Issued, Judge, NewKey, NewTenant, OpenChallenge, Target, TenantStore,
};
use tokio::runtime::Runtime;

const RIGHT: CodeHash = CodeHash([1; 32]);
const WRONG: CodeHash = CodeHash([2; 32]);

/// Minting, answering and querying.
pub fn measure(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::open(folder.path());
    for at_once in [1, 64] {
        let mut group = criterion.benchmark_group(format!("store, {at_once} at once"));
        group.throughput(Throughput::Elements(at_once as u64)).sample_size(20);
        let size = BatchSize::PerIteration;
        group.bench_function("open a challenge", |b| {
            b.iter_batched(|| bench.challenges(at_once), |new| bench.open_all(new), size);
        });
        for (name, answer) in [("a right answer", RIGHT), ("a wrong answer", WRONG)] {
            group.bench_function(name, |b| {
                b.iter_batched(|| bench.opened(at_once), |ids| bench.answer_all(&ids, answer), size);
            });
        }
        let ids = bench.opened(at_once);
        group.bench_function("look at a challenge", |b| b.iter(|| bench.look_at_all(black_box(&ids))));
        group.finish();
    }
}

/// A store with a tenant.
struct Bench {
    runtime: Runtime,
    store: SqliteStore,
    ids: IdGenerator,
    tenant: TenantId,
    recipients: Cell<u128>,
    limits: Arc<RecipientLimits>,
}

impl Bench {
    fn open(folder: &Path) -> Self {
        let known = KeyCheck { salt: [1; 16], check: [1; 32] };
        let store = SqliteStore::open(folder.join("otpmint.db"), &known, Node::SERVER).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let ids = IdGenerator::above(0);
        let tenant = TenantId(ids.next(SystemClocks.wall()));
        assert!(runtime.block_on(store.add_tenant(new_tenant(tenant))).unwrap());
        let sends = ["3/10m", "5/1h", "10/24h"].map(|rate| rate.parse().unwrap()).to_vec();
        let failures = "20/24h".parse().unwrap();
        let limits = RecipientLimits {
            sends,
            failures,
            sends_overall: Vec::new(),
            own_failures: None,
            failures_in_a_row: 100,
            reserve: None,
        };
        Self { runtime, store, ids, tenant, recipients: Cell::new(0), limits: Arc::new(limits) }
    }

    /// This many new challenges, each for a new recipient.
    fn challenges(&self, count: usize) -> Vec<OpenChallenge> {
        (0..count).map(|_| self.challenge()).collect()
    }

    fn challenge(&self) -> OpenChallenge {
        let now = SystemClocks.wall();
        let number = self.recipients.get();
        self.recipients.set(number + 1);
        // Scattered, as keyed hashes are.
        let scattered = number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        OpenChallenge {
            former: Former::Stays,
            fallback: Fallback::default(),
            now,
            binding: Binding {
                tenant: self.tenant,
                challenge: ChallengeId(self.ids.next(now)),
                purpose: Purpose::VERIFICATION,
                channel: ChannelKind::Email,
                recipient: RecipientIndex(scattered.to_be_bytes()),
            },
            recipient_hint: "j***@e***.com".to_owned(),
            domain: "example.com".to_owned(),
            country: None,
            code_key: 1,
            code_hash: Some(RIGHT),
            payload: Sealed(vec![1; 140]),
            expires_at: now + Duration::from_secs(600),
            max_attempts: 5,
            space: 1_000_000,
            sends: SendPolicy { max_sends: 3, cooldowns: vec![Duration::from_secs(30)] },
            details: Details::default(),
            limits: Some(Arc::clone(&self.limits)),
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

    /// A verb is queued when it is called, so all of these are queued before the first is awaited.
    fn open_all(&self, new: Vec<OpenChallenge>) {
        let queued: Vec<_> = new.into_iter().map(|new| self.store.issue(new.into())).collect();
        for verb in queued {
            assert_eq!(self.runtime.block_on(verb), Ok(Issued::Opened));
        }
    }

    /// The same, for answering.
    fn opened(&self, count: usize) -> Vec<ChallengeId> {
        let new = self.challenges(count);
        let ids = new.iter().map(|new| new.binding.challenge).collect();
        self.open_all(new);
        ids
    }

    fn answer_all(&self, ids: &[ChallengeId], hash: CodeHash) {
        let answer = |id: &ChallengeId| Attempt {
            now: SystemClocks.wall(),
            target: Target::Challenge(*id),
            tenant: Some(self.tenant),
            judge: Box::new(Answer(hash)),
            limits: Some(Arc::clone(&self.limits)),
            device: Device::Unknown,
            by: Actor::at("192.0.2.7".parse().ok()),
            once: None,
        };
        let queued: Vec<_> = ids.iter().map(|id| self.store.record_attempt(answer(id))).collect();
        for verb in queued {
            let decision = self.runtime.block_on(verb).unwrap();
            assert_eq!(matches!(decision, Decision::Verified(_)), hash == RIGHT);
        }
    }

    fn look_at_all(&self, ids: &[ChallengeId]) {
        for id in ids {
            let found = self.runtime.block_on(self.store.challenge(self.tenant, *id)).unwrap();
            black_box(found.expect("the challenge is there"));
        }
    }
}

/// An answer with this hash.
struct Answer(CodeHash);

impl Judge for Answer {
    fn admit(&self, _: TenantId, _: &GrantedLimits) -> Result<(), LimitHit> {
        Ok(())
    }

    fn hash(&self, _: u32, _: &Binding) -> Option<CodeHash> {
        Some(self.0)
    }
}

fn new_tenant(id: TenantId) -> NewTenant {
    let entropy: &dyn Entropy = &SystemEntropy;
    let tenant = Tenant {
        id,
        handle: TenantHandle::draw(entropy),
        name: "Acme".to_owned(),
        status: TenantStatus::Active,
        created_at: SystemClocks.wall(),
        sandbox_of: None,
        settings: TenantSettings::default(),
        limits: GrantedLimits::default(),
        suspicion: None,
        revision: 0,
        routes: None,
    };
    let key = NewKey {
        hash: SecretKeyHash([1; 32]),
        handle: KeyHandle::draw(entropy),
        name: "first".to_owned(),
        scopes: Scopes::USUAL,
        hint: "xxxx".to_owned(),
        terms: KeyTerms::default(),
    };
    NewTenant { tenant, logins: Vec::new(), key, by: Actor::default() }
}
