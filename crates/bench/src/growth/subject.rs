//! The measured store, and challenges for it. Nothing is really hashed or sealed here, so only the store is
//! measured.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use otpmint::app::Ambient;
use otpmint::config::Settings;
use otpmint::domain::challenges::challenge::Binding;
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::details::Details;
use otpmint::domain::challenges::device::Device;
use otpmint::domain::challenges::fallback::Fallback;
use otpmint::domain::challenges::former::Former;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::deliveries::delivery::DeliveryEnd;
use otpmint::domain::id::{ChallengeId, IdGenerator, TenantId};
use otpmint::domain::limits::limit::LimitHit;
use otpmint::domain::limits::recipient::RecipientLimits;
use otpmint::domain::mailbox::Mailbox;
use otpmint::domain::node::Node;
use otpmint::domain::phone::fraud::rules::Budget;
use otpmint::domain::policy::{GrantedLimits, SendPolicy};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{CodeHash, KeyCheck, RecipientIndex, Sealed, SecretKeyHash};
use otpmint::domain::tenants::credential::{KeyHandle, KeyTerms, Scopes};
use otpmint::domain::tenants::tenant::{Tenant, TenantHandle, TenantSettings, TenantStatus};
use otpmint::domain::time::{Clock as _, Timestamp};
use otpmint::domain::webhooks::event::EventKinds;
use otpmint::store::sqlite::SqliteStore;
use otpmint::store::{
    Attempt, ChallengeStore, Decision, DeliveryStore, Issued, Judge, NewKey, NewTenant, OpenChallenge,
    Retention, Target, TenantStore,
};

/// Requests in flight at the same time.
pub(crate) const IN_FLIGHT: usize = 64;

/// The lifetime of a code, as by default.
pub(crate) const LIFETIME: Duration = Duration::from_secs(600);

pub(crate) const DAY: Duration = Duration::from_secs(86_400);

const RIGHT: CodeHash = CodeHash([1; 32]);
const WRONG: CodeHash = CodeHash([2; 32]);

/// An answer to a challenge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    Wrong,
    Right,
}

/// A store with one tenant.
pub(crate) struct Subject {
    pub(crate) store: SqliteStore,
    pub(crate) path: PathBuf,
    pub(crate) retention: Retention,
    tenant: TenantId,
    limits: Option<Arc<RecipientLimits>>,
    ids: IdGenerator,
    recipients: u128,
}

impl Subject {
    /// An empty store in `folder`, with default settings.
    pub(crate) async fn open(folder: &Path, ambient: &Ambient) -> Result<Self> {
        let settings: Settings = otpmint::config::load(None, std::iter::empty())?;
        let path = folder.join("otpmint.db");
        let known = KeyCheck { salt: [1; 16], check: [1; 32] };
        let store = SqliteStore::open(path.clone(), &known, Node::SERVER)?;
        let (ids, now) = (IdGenerator::above(0), ambient.clock.now());
        let tenant = TenantId(ids.next(now));
        store.add_tenant(new_tenant(tenant, ambient)).await?;
        let (retention, limits) = (retention(&settings), settings.recipient_limits());
        Ok(Self { store, path, retention, tenant, limits, ids, recipients: 0 })
    }

    /// Mints `count` challenges at `now` with this `lifetime`, and has them delivered.
    pub(crate) async fn mint(
        &mut self,
        count: usize,
        now: Timestamp,
        lifetime: Duration,
    ) -> Result<Vec<ChallengeId>> {
        let mut ids = Vec::with_capacity(count);
        while ids.len() < count {
            let some = IN_FLIGHT.min(count - ids.len());
            let new: Vec<_> = (0..some).map(|_| self.challenge(now, lifetime)).collect();
            let minted: Vec<_> = new.iter().map(|new| new.binding.challenge).collect();
            // A verb is queued when it is called: these share a commit.
            let opened: Vec<_> = new.into_iter().map(|new| self.store.issue(new.into())).collect();
            for verb in opened {
                if verb.await? != Issued::Opened {
                    bail!("a limit refuses the challenges of the benchmark");
                }
            }
            let sent: Vec<_> = minted
                .iter()
                .map(|id| self.store.settle_delivery(*id, DeliveryEnd::Sent, None, now))
                .collect();
            for verb in sent {
                verb.await?;
            }
            ids.extend(minted);
        }
        Ok(ids)
    }

    /// Answers each of these challenges, this many at once.
    pub(crate) async fn answer(&self, ids: &[ChallengeId], answer: Answer, now: Timestamp) -> Result<()> {
        for some in ids.chunks(IN_FLIGHT) {
            let verbs: Vec<_> =
                some.iter().map(|id| self.store.record_attempt(self.attempt(*id, answer, now))).collect();
            for verb in verbs {
                match (verb.await?, answer) {
                    (Decision::Verified(_), Answer::Right) | (Decision::Mismatched { .. }, Answer::Wrong) => {
                    }
                    (other, _) => return Err(anyhow!("an answer came to {other:?}")),
                }
            }
        }
        Ok(())
    }

    /// A write that changes nothing: its duration is how long the writer makes a request wait.
    pub(crate) async fn touch(&self, now: Timestamp) -> Result<()> {
        let attempt = self.attempt(ChallengeId::NONE, Answer::Wrong, now);
        self.store.record_attempt(attempt).await?;
        Ok(())
    }

    fn attempt(&self, challenge: ChallengeId, answer: Answer, now: Timestamp) -> Attempt {
        Attempt {
            now,
            target: Target::Challenge(challenge),
            tenant: Some(self.tenant),
            judge: Box::new(answer),
            limits: self.limits.clone(),
            device: Device::Unknown,
            by: Actor::default(),
            once: None,
        }
    }

    /// A challenge for a new recipient.
    fn challenge(&mut self, now: Timestamp, lifetime: Duration) -> OpenChallenge {
        self.recipients += 1;
        // Scattered over the table, as keyed hashes are: multiples of the golden ratio.
        let scattered = self.recipients.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        OpenChallenge {
            former: Former::Stays,
            fallback: Fallback::default(),
            now,
            binding: Binding {
                tenant: self.tenant,
                challenge: ChallengeId::of_challenge(&self.ids, now),
                purpose: Purpose::VERIFICATION,
                channel: ChannelKind::Email,
                recipient: RecipientIndex(scattered.to_be_bytes()),
            },
            recipient_hint: "u***@e***.example".to_owned(),
            domain: "growth.example".to_owned(),
            country: None,
            code_key: 1,
            code_hash: Some(RIGHT),
            payload: Sealed(vec![1; 140]),
            expires_at: now + lifetime,
            max_attempts: 5,
            space: 1_000_000,
            sends: SendPolicy { max_sends: 3, cooldowns: vec![Duration::from_secs(30)] },
            details: Details::default(),
            limits: self.limits.clone(),
            device: Device::Unknown,
            by: Actor::default(),
            once: None,
            subjects: Vec::new(),
            cap: Budget::NONE,
            events: EventKinds::none(),
            other_indexes: Vec::new(),
            mailbox: Mailbox::default(),
            phone: None,
        }
    }
}

/// The server's retention periods.
fn retention(settings: &Settings) -> Retention {
    Retention {
        challenges: Duration::from_secs(settings.codes.keep_ended_seconds),
        deliveries: Duration::from_secs(settings.deliveries.keep_days * 86_400),
        names: 90 * DAY,
        recipients: 7 * DAY,
        statistics_days: i64::from(settings.statistics.keep_days),
        in_a_row: 5,
    }
}

impl Judge for Answer {
    fn admit(&self, _: TenantId, _: &GrantedLimits) -> Result<(), LimitHit> {
        Ok(())
    }

    fn hash(&self, _: u32, _: &Binding) -> Option<CodeHash> {
        Some(match self {
            Self::Wrong => WRONG,
            Self::Right => RIGHT,
        })
    }
}

fn new_tenant(id: TenantId, ambient: &Ambient) -> NewTenant {
    let entropy = ambient.entropy.as_ref();
    let tenant = Tenant {
        id,
        handle: TenantHandle::draw(entropy),
        name: "Growth".to_owned(),
        status: TenantStatus::Active,
        created_at: ambient.clock.now(),
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
        name: String::new(),
        scopes: Scopes::USUAL,
        hint: String::new(),
        terms: KeyTerms::default(),
    };
    NewTenant { tenant, logins: Vec::new(), key, by: Actor::default() }
}
