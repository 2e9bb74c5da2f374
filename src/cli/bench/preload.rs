//! Live challenges whose codes are known, put into the store before the server starts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::app::{Ambient, Foundation};
use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::domain::challenge::Binding;
use crate::domain::code::Code;
use crate::domain::delivery::DeliveryEnd;
use crate::domain::details::{BoundFields, Details};
use crate::domain::id::{ChallengeId, IdGenerator, TenantId};
use crate::domain::limit::RecipientLimits;
use crate::domain::policy::MAX_TTL;
use crate::domain::policy::SendPolicy;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::time::Clock as _;
use crate::service::Refusal;
use crate::store::{OpenChallenge, Opened, Store};

use super::Failure;

/// Writers at once: they fill the store's commits.
const WRITERS: usize = 512;

/// Bytes of a sealed message, about.
const PAYLOAD: [u8; 110] = [b'x'; 110];

/// Codes of the default length.
const CODES: usize = 1_000_000;

/// Between start and the last case; longer than a code may live it cannot take.
const LIFETIME: Duration = MAX_TTL;

/// Challenges that can be answered.
pub(super) struct Preloaded {
    /// The tenant's key.
    pub(super) secret_key: String,
    keys: Vec<String>,
}

impl Preloaded {
    /// The challenges of these shareable keys.
    pub(super) fn new(secret_key: &str, keys: Vec<String>) -> Self {
        Self { secret_key: secret_key.to_owned(), keys }
    }

    /// How many there are.
    pub(super) fn rows(&self) -> usize {
        self.keys.len()
    }

    /// The shareable key of a row.
    pub(super) fn key(&self, row: usize) -> &str {
        &self.keys[row]
    }

    /// The code of a row.
    pub(super) fn code(&self, row: usize) -> String {
        code(row)
    }

    /// Another code than that of the row.
    pub(super) fn wrong_code(&self, row: usize) -> String {
        code(row + 1)
    }

    #[cfg(test)]
    pub(super) fn example(rows: usize) -> Self {
        Self::new("secret", (0..rows).map(|row| format!("key{row}")).collect())
    }
}

fn code(row: usize) -> String {
    format!("{:06}", row % CODES)
}

/// What each challenge is made with.
struct Mold {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    ambient: Ambient,
    tenant: TenantId,
    limits: Option<Arc<RecipientLimits>>,
    ids: Vec<ChallengeId>,
    next: AtomicUsize,
}

/// Puts `rows` challenges of `tenant` into the store: minted and sent, as the server leaves them.
pub(super) async fn preload(
    foundation: &Foundation,
    ambient: &Ambient,
    tenant: TenantId,
    limits: Option<Arc<RecipientLimits>>,
    rows: usize,
) -> Result<Vec<String>, Failure> {
    let ids = IdGenerator::above(foundation.greatest_id.max(tenant.0));
    let now = ambient.clock.now();
    let ids: Vec<_> = (0..rows).map(|_| ChallengeId(ids.next(now))).collect();
    let codec = foundation.keyring.shareable_keys();
    let keys = ids.iter().map(|id| codec.encode(*id).as_str().to_owned()).collect();
    let mold = Arc::new(Mold {
        store: Arc::clone(&foundation.store),
        keyring: Arc::clone(&foundation.keyring),
        ambient: ambient.clone(),
        tenant,
        limits,
        ids,
        next: AtomicUsize::new(0),
    });
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS.min(rows) {
        writers.spawn(Arc::clone(&mold).fill());
    }
    while let Some(done) = writers.join_next().await {
        done.map_err(|error| Failure::new(error.to_string()))??;
    }
    Ok(keys)
}

impl Mold {
    async fn fill(self: Arc<Self>) -> Result<(), Failure> {
        loop {
            let row = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(id) = self.ids.get(row) else { return Ok(()) };
            let opened = self.store.open_challenge(self.opening(row, *id)?).await.map_err(Refusal::from)?;
            if opened != Opened::Opened {
                return Err(Failure::new("a limit refuses the challenges of the benchmark"));
            }
            let now = self.ambient.clock.now();
            let settled = self.store.settle_delivery(*id, DeliveryEnd::Sent, now).await;
            settled.map_err(Refusal::from)?;
        }
    }

    fn opening(&self, row: usize, id: ChallengeId) -> Result<OpenChallenge, Failure> {
        let to = Recipient::email(&format!("user{row}@preloaded.example"));
        let to = to.map_err(|error| Failure::new(error.to_string()))?;
        let binding = Binding {
            tenant: self.tenant,
            challenge: id,
            purpose: Purpose::VERIFICATION,
            channel: to.channel(),
            recipient: self.keyring.recipient_index(self.tenant, &to),
        };
        let code_key = self.keyring.code_version();
        let code_hash = self.keyring.code_hash(
            code_key,
            &binding,
            &BoundFields::default(),
            &Code::from_sealed(code(row)),
        );
        let place = Place { table: "challenges", column: "payload", tenant: self.tenant, row: id.0 };
        let now = self.ambient.clock.now();
        Ok(OpenChallenge {
            now,
            recipient_hint: to.masked(),
            domain: to.domain(),
            code_key,
            code_hash: code_hash.ok_or_else(|| Failure::new("the keyring has no key for codes"))?,
            payload: self.keyring.seal(&place, &PAYLOAD, self.ambient.entropy.as_ref()),
            expires_at: now + LIFETIME,
            max_attempts: 5,
            sends: SendPolicy { max_sends: 3, cooldowns: vec![Duration::from_secs(30)] },
            details: Details::default(),
            limits: self.limits.clone(),
            origin: None,
            once: None,
            other_indexes: Vec::new(),
            binding,
        })
    }
}
