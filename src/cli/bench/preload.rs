//! Live challenges whose codes are known, put into the store before the server starts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use tokio::task::JoinSet;

use crate::app::{Ambient, Foundation};
use crate::crypto::keyring::Keyring;
use crate::delivery::Message;
use crate::domain::address::Address;
use crate::domain::challenges::challenge::Binding;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::details::{BoundFields, Details};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::deliveries::delivery::DeliveryEnd;
use crate::domain::id::{ChallengeId, IdGenerator, TenantId};
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::policy::MAX_TTL;
use crate::domain::policy::SendPolicy;
use crate::domain::time::Clock as _;
use crate::service::{Refusal, seal_message};
use crate::store::{OpenChallenge, Opened, Store};

use super::Failure;
use super::preloaded::{Known, code};

/// Writers at once: they fill the store's commits.
const WRITERS: usize = 512;

/// Between start and the last case; longer than a code may live it cannot take.
const LIFETIME: Duration = MAX_TTL;

/// The challenges that the server finds when it starts.
#[derive(Clone, Copy)]
pub(super) enum Stock {
    /// So many that were minted and sent, as the server leaves them.
    Sent(usize),
    /// So many that were minted, and whose mail is still to be sent.
    Queued(usize),
}

/// What each challenge is made with.
struct Mold {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    ambient: Ambient,
    tenant: TenantId,
    limits: Option<Arc<RecipientLimits>>,
    stock: Stock,
    ids: Vec<ChallengeId>,
    next: AtomicUsize,
}

/// Puts challenges of `tenant` into the store, and answers their keys.
pub(super) async fn preload(
    foundation: &Foundation,
    ambient: &Ambient,
    tenant: TenantId,
    limits: Option<Arc<RecipientLimits>>,
    stock: Stock,
) -> Result<Vec<Known>, Failure> {
    let (Stock::Sent(rows) | Stock::Queued(rows)) = stock;
    let ids = IdGenerator::above(foundation.greatest_id.max(tenant.0));
    let now = ambient.clock.now();
    let ids: Vec<_> = (0..rows).map(|_| ChallengeId(ids.next(now))).collect();
    let codec = foundation.keyring.shareable_keys();
    let known = ids.iter().zip(0..).map(|(id, row)| Known::preloaded(&codec, *id, row));
    let known: Option<Vec<_>> = known.collect();
    let mold = Arc::new(Mold {
        store: Arc::clone(&foundation.store),
        keyring: Arc::clone(&foundation.keyring),
        ambient: ambient.clone(),
        tenant,
        limits,
        stock,
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
    let mut known = known.ok_or_else(|| Failure::new("a shareable key has another length"))?;
    // Answers come from all over the table, in every run in the same order.
    known.shuffle(&mut StdRng::seed_from_u64(0));
    Ok(known)
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
            if let Stock::Sent(_) = self.stock {
                let now = self.ambient.clock.now();
                let settled = self.store.settle_delivery(*id, DeliveryEnd::Sent, now).await;
                settled.map_err(Refusal::from)?;
            }
        }
    }

    fn opening(&self, row: usize, id: ChallengeId) -> Result<OpenChallenge, Failure> {
        let to = Address::parse(&format!("user{row}@preloaded.example"));
        let to = to.map_err(|error| Failure::new(error.to_string()))?;
        let binding = Binding {
            tenant: self.tenant,
            challenge: id,
            purpose: Purpose::VERIFICATION,
            channel: to.usual_channel(),
            recipient: self.keyring.recipient_index(self.tenant, &to),
        };
        let code_key = self.keyring.code_version();
        let code = Code::from_sealed(code(row));
        let code_hash = self.keyring.code_hash(code_key, &binding, &BoundFields::default(), &code);
        let now = self.ambient.clock.now();
        let message = Message {
            id: format!("preloaded{row}"),
            recipient: to.clone(),
            channel: to.usual_channel(),
            code,
            purpose: Purpose::VERIFICATION,
            locale: None,
            vars: Vars::default(),
            template: None,
            created_at: now,
            expires_at: now + LIFETIME,
        };
        Ok(OpenChallenge {
            now,
            recipient_hint: to.masked(),
            domain: to.domain(),
            code_key,
            code_hash: code_hash.ok_or_else(|| Failure::new("the keyring has no key for codes"))?,
            payload: seal_message(&self.keyring, self.ambient.entropy.as_ref(), &binding, &message),
            expires_at: message.expires_at,
            max_attempts: 5,
            sends: SendPolicy { max_sends: 3, cooldowns: vec![Duration::from_secs(30)] },
            details: Details::default(),
            limits: self.limits.clone(),
            client_ip: None,
            once: None,
            other_indexes: Vec::new(),
            binding,
        })
    }
}
