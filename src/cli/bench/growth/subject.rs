//! The store that is measured, and challenges for it. Nothing is really hashed or sealed here, so
//! what is measured is the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::app::{self, Ambient};
use crate::config::Settings;
use crate::domain::challenges::challenge::Binding;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::DeliveryEnd;
use crate::domain::id::{ChallengeId, IdGenerator, TenantId};
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::policy::{GrantedLimits, SendPolicy};
use crate::domain::reports::audit::Actor;
use crate::domain::secret::{CodeHash, KeyCheck, RecipientIndex, Sealed, SecretKeyHash};
use crate::domain::tenants::credential::{KeyHandle, Scopes};
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantSettings, TenantStatus};
use crate::domain::time::{Clock as _, Timestamp};
use crate::service::Refusal;
use crate::store::sqlite::SqliteStore;
use crate::store::{
    Attempt, ChallengeStore, Decision, DeliveryStore, Judge, NewKey, NewTenant, OpenChallenge, Opened,
    Retention, Target, TenantStore,
};

use super::super::Failure;

/// Requests that are under way together.
pub(super) const IN_FLIGHT: usize = 64;

/// How long a code lives, as by default.
pub(super) const LIFETIME: Duration = Duration::from_secs(600);

const RIGHT: CodeHash = CodeHash([1; 32]);
const WRONG: CodeHash = CodeHash([2; 32]);

/// An answer to a challenge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    Wrong,
    Right,
}

/// A store with one tenant.
pub(super) struct Subject {
    pub(super) store: SqliteStore,
    pub(super) path: PathBuf,
    pub(super) retention: Retention,
    tenant: TenantId,
    limits: Option<Arc<RecipientLimits>>,
    ids: IdGenerator,
    recipients: u128,
}

impl Subject {
    /// An empty store in `folder`, with the settings that are the defaults.
    pub(super) async fn open(folder: &Path, ambient: &Ambient) -> Result<Self, Failure> {
        let settings: Settings =
            crate::config::load(None, std::iter::empty()).map_err(|error| Failure::new(error.to_string()))?;
        let path = folder.join("otpmint.db");
        let known = KeyCheck { salt: [1; 16], check: [1; 32] };
        let store =
            SqliteStore::open(path.clone(), &known).map_err(|error| Failure::new(error.to_string()))?;
        let (ids, now) = (IdGenerator::above(0), ambient.clock.now());
        let tenant = TenantId(ids.next(now));
        store.add_tenant(new_tenant(tenant, ambient)).await.map_err(Refusal::from)?;
        let (retention, limits) = (app::retention(&settings), settings.recipient_limits());
        Ok(Self { store, path, retention, tenant, limits, ids, recipients: 0 })
    }

    /// Mints `count` challenges at `now` that live as long as `lifetime`, and has them delivered.
    pub(super) async fn mint(
        &mut self,
        count: usize,
        now: Timestamp,
        lifetime: Duration,
    ) -> Result<Vec<ChallengeId>, Failure> {
        let mut ids = Vec::with_capacity(count);
        while ids.len() < count {
            let some = IN_FLIGHT.min(count - ids.len());
            let new: Vec<_> = (0..some).map(|_| self.challenge(now, lifetime)).collect();
            let minted: Vec<_> = new.iter().map(|new| new.binding.challenge).collect();
            // A verb is queued when it is called: these share a commit.
            let opened: Vec<_> = new.into_iter().map(|new| self.store.open_challenge(new)).collect();
            for verb in opened {
                if verb.await.map_err(Refusal::from)? != Opened::Opened {
                    return Err(Failure::new("a limit refuses the challenges of the benchmark"));
                }
            }
            let sent: Vec<_> =
                minted.iter().map(|id| self.store.settle_delivery(*id, DeliveryEnd::Sent, now)).collect();
            for verb in sent {
                verb.await.map_err(Refusal::from)?;
            }
            ids.extend(minted);
        }
        Ok(ids)
    }

    /// Answers each of these challenges, so many at once.
    pub(super) async fn answer(
        &self,
        ids: &[ChallengeId],
        answer: Answer,
        now: Timestamp,
    ) -> Result<(), Failure> {
        for some in ids.chunks(IN_FLIGHT) {
            let verbs: Vec<_> =
                some.iter().map(|id| self.store.record_attempt(self.attempt(*id, answer, now))).collect();
            for verb in verbs {
                match (verb.await.map_err(Refusal::from)?, answer) {
                    (Decision::Verified(_), Answer::Right) | (Decision::Mismatched { .. }, Answer::Wrong) => {
                    }
                    (other, _) => return Err(Failure::new(format!("an answer came to {other:?}"))),
                }
            }
        }
        Ok(())
    }

    /// A write that changes nothing: how long it takes is how long the writer keeps one waiting.
    pub(super) async fn touch(&self, now: Timestamp) -> Result<(), Failure> {
        let attempt = self.attempt(ChallengeId::NONE, Answer::Wrong, now);
        self.store.record_attempt(attempt).await.map_err(Refusal::from)?;
        Ok(())
    }

    fn attempt(&self, challenge: ChallengeId, answer: Answer, now: Timestamp) -> Attempt {
        Attempt {
            now,
            target: Target::Challenge(challenge),
            tenant: Some(self.tenant),
            judge: Box::new(answer),
            limits: self.limits.clone(),
            client_ip: None,
            once: None,
        }
    }

    /// A challenge for a recipient who never had one.
    fn challenge(&mut self, now: Timestamp, lifetime: Duration) -> OpenChallenge {
        self.recipients += 1;
        // Scattered over the table, as keyed hashes are: multiples of the golden ratio.
        let scattered = self.recipients.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        OpenChallenge {
            now,
            binding: Binding {
                tenant: self.tenant,
                challenge: ChallengeId(self.ids.next(now)),
                purpose: Purpose::VERIFICATION,
                channel: ChannelKind::Email,
                recipient: RecipientIndex(scattered.to_be_bytes()),
            },
            recipient_hint: "u***@e***.example".to_owned(),
            domain: "growth.example".to_owned(),
            code_key: 1,
            code_hash: RIGHT,
            payload: Sealed(vec![1; 140]),
            expires_at: now + lifetime,
            max_attempts: 5,
            sends: SendPolicy { max_sends: 3, cooldowns: vec![Duration::from_secs(30)] },
            details: Details::default(),
            limits: self.limits.clone(),
            client_ip: None,
            once: None,
            other_indexes: Vec::new(),
        }
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
        revision: 0,
        smtp: None,
    };
    let key = NewKey {
        hash: SecretKeyHash([1; 32]),
        handle: KeyHandle::draw(entropy),
        name: String::new(),
        scopes: Scopes::USUAL,
        hint: String::new(),
    };
    NewTenant { tenant, key, by: Actor::default() }
}
