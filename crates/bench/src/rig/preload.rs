//! Live challenges with known codes, put into the store before the server starts.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use otpmint::app::{Ambient, Foundation};
use otpmint::crypto::Place;
use otpmint::domain::address::Address;
use otpmint::domain::challenges::challenge::Binding;
use otpmint::domain::challenges::code::Code;
use otpmint::domain::challenges::details::{BoundFields, Details};
use otpmint::domain::challenges::device::Device;
use otpmint::domain::challenges::fallback::Fallback;
use otpmint::domain::challenges::former::Former;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::deliveries::delivery::DeliveryEnd;
use otpmint::domain::id::{ChallengeId, IdGenerator, TenantId};
use otpmint::domain::limits::recipient::RecipientLimits;
use otpmint::domain::mailbox::Mailbox;
use otpmint::domain::phone::fraud::rules::Budget;
use otpmint::domain::policy::MAX_TTL;
use otpmint::domain::policy::SendPolicy;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::tenant::TenantHandle;
use otpmint::domain::time::Clock as _;
use otpmint::domain::webhooks::event::EventKinds;
use otpmint::store::{Issued, OpenChallenge};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use tokio::task::JoinSet;

use super::preloaded::{Known, Preloaded, code};
use super::tenants::Added;

/// Concurrent writers: they fill the store's commits.
const WRITERS: usize = 512;

/// From the start to the last case; it cannot take longer than a code may live.
const LIFETIME: Duration = MAX_TTL;

/// Approximate bytes of a message before it is sealed.
const MESSAGE: usize = 110;

/// What is needed to create a challenge.
struct Mold {
    foundation: Foundation,
    ambient: Ambient,
    tenant: TenantId,
    limits: Option<Arc<RecipientLimits>>,
    ids: Vec<ChallengeId>,
    next: AtomicUsize,
}

/// Puts live challenges of `tenant`, minted and sent, into the store of a server that is not running.
pub(crate) async fn preload(
    config: &Path,
    ambient: &Ambient,
    tenant: &Added,
    rows: usize,
) -> Result<Preloaded> {
    let settings = otpmint::config::load(Some(config), std::iter::empty())?;
    let foundation = Foundation::open(&settings, ambient).await?;
    let now = ambient.clock.now();
    let handle = TenantHandle::parse(&tenant.handle).context("the tenant has no handle")?;
    let (found, _) =
        foundation.store.tenant_by_handle(handle, now).await?.context("the tenant is not in the store")?;
    let ids = IdGenerator::above(foundation.greatest_id.max(found.id.0));
    let ids: Vec<_> = (0..rows).map(|_| ChallengeId::of_challenge(&ids, now)).collect();
    let codec = foundation.keyring.shareable_keys();
    let known = ids.iter().zip(0..).map(|(id, row)| Known::preloaded(&codec, *id, row));
    let known: Option<Vec<_>> = known.collect();
    let mut known = known.context("a shareable key has another length")?;
    let mold = Arc::new(Mold {
        foundation,
        ambient: ambient.clone(),
        tenant: found.id,
        limits: settings.recipient_limits(),
        ids,
        next: AtomicUsize::new(0),
    });
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS.min(rows) {
        writers.spawn(Arc::clone(&mold).fill());
    }
    while let Some(done) = writers.join_next().await {
        done??;
    }
    // Answers are spread all over the table, in the same order in every run.
    known.shuffle(&mut StdRng::seed_from_u64(0));
    Ok(Preloaded::new(tenant.keys.clone(), known))
}

impl Mold {
    async fn fill(self: Arc<Self>) -> Result<()> {
        let store = &self.foundation.store;
        loop {
            let row = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(id) = self.ids.get(row) else { return Ok(()) };
            let opened = store.issue(self.opening(row, *id)?.into()).await?;
            if opened != Issued::Opened {
                bail!("a limit refuses the challenges of the benchmark");
            }
            store.settle_delivery(*id, DeliveryEnd::Sent, None, self.ambient.clock.now()).await?;
        }
    }

    fn opening(&self, row: usize, id: ChallengeId) -> Result<OpenChallenge> {
        let keyring = &self.foundation.keyring;
        let to = Address::parse(&format!("user{row}@preloaded.example"))?;
        let binding = Binding {
            tenant: self.tenant,
            challenge: id,
            purpose: Purpose::VERIFICATION,
            channel: to.usual_channel(),
            recipient: keyring.recipient_index(self.tenant, &to),
        };
        let code_key = keyring.code_version();
        let code_hash =
            keyring.code_hash(code_key, &binding, &BoundFields::default(), &Code::from_sealed(code(row)));
        let place = Place { table: "challenges", column: "payload", tenant: self.tenant, row: id.0 };
        let now = self.ambient.clock.now();
        Ok(OpenChallenge {
            former: Former::Stays,
            fallback: Fallback::default(),
            now,
            recipient_hint: to.masked(),
            domain: to.domain(),
            country: None,
            code_key,
            code_hash: Some(code_hash.context("the keyring has no key for codes")?),
            // As large as a message. Nobody decrypts it, because it was sent.
            payload: keyring.seal(&place, &[b'x'; MESSAGE], self.ambient.entropy.as_ref()),
            expires_at: now + LIFETIME,
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
            binding,
        })
    }
}
