//! Minting and verifying, as the use cases ask the store for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
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
use otpmint::domain::secret::{CodeHash, RecipientIndex, Sealed};
use otpmint::domain::webhooks::event::EventKinds;
use otpmint::store::postgres::PostgresStore;
use otpmint::store::{
    Attempt, ChallengeStore, Decision, DeliveryStore, Issued, Judge, OpenChallenge, Store, Target,
};

use super::mixed::{TENANTS, change_keys};
use super::tenants::{add_tenant, now};

const RIGHT: CodeHash = CodeHash([1; 32]);
const WRONG: CodeHash = CodeHash([2; 32]);

/// How many recipients the codes are for.
const RECIPIENTS: usize = 50_000;

/// One answer in this many is wrong.
const WRONG_EACH: usize = 5;

/// A store with a tenant, and the codes that are minted and verified in turn.
pub(crate) struct Workload {
    nodes: Vec<Arc<PostgresStore>>,
    /// How many of the nodes work.
    working: usize,
    tenant: TenantId,
    ids: Arc<IdGenerator>,
    limits: Arc<RecipientLimits>,
    codes: usize,
    minted: Arc<Vec<ChallengeId>>,
    next_recipient: usize,
}

struct Fixed(CodeHash);

impl Judge for Fixed {
    fn admit(&self, _: TenantId, _: &GrantedLimits) -> Result<(), LimitHit> {
        Ok(())
    }

    fn hash(&self, _: u32, _: &Binding) -> Option<CodeHash> {
        Some(self.0)
    }
}

impl Workload {
    /// Adds a tenant.
    pub(crate) async fn begin(nodes: Vec<PostgresStore>) -> Result<Self> {
        let nodes: Vec<_> = nodes.into_iter().map(Arc::new).collect();
        let store = nodes.first().context("at least one node")?;
        let ids = Arc::new(IdGenerator::of(Node::SERVER, store.greatest_id().await?));
        let tenant = add_tenant(store, &ids).await?;
        let sends = vec!["100000/24h".parse().map_err(anyhow::Error::msg)?];
        let failures = "100000/24h".parse().map_err(anyhow::Error::msg)?;
        let limits = RecipientLimits {
            sends,
            failures,
            sends_overall: Vec::new(),
            own_failures: None,
            failures_in_a_row: 1_000_000,
            reserve: None,
        };
        Ok(Self {
            working: nodes.len(),
            nodes,
            tenant,
            ids,
            limits: Arc::new(limits),
            codes: 0,
            minted: Arc::default(),
            next_recipient: 0,
        })
    }

    /// Runs verbs that query the database freely on each node that works, beside mints and verifications. Returns
    /// how many.
    pub(crate) async fn mix(&mut self, in_flight: usize) -> Result<u64> {
        let stop = Arc::<AtomicBool>::default();
        let mut changing = Vec::new();
        for node in &self.nodes[..self.working] {
            let mut tenants = Vec::new();
            for _ in 0..TENANTS {
                tenants.push(add_tenant(node, &self.ids).await?);
            }
            changing.push(tokio::spawn(change_keys(Arc::clone(node), tenants, Arc::clone(&stop))));
        }
        self.mint(in_flight).await?;
        self.settle(in_flight).await?;
        self.verify(in_flight).await?;
        stop.store(true, Ordering::Relaxed);
        let mut verbs = 0;
        for changed in changing {
            verbs += changed.await??;
        }
        Ok(verbs)
    }

    /// Lets only the first nodes work, with so many codes.
    pub(crate) fn on(&mut self, nodes: usize, codes: u32) -> &mut Self {
        self.codes = codes as usize;
        self.working = nodes.clamp(1, self.nodes.len());
        self
    }

    /// Returns the nodes that work. What one has minted it also goes on with.
    fn nodes(&self) -> impl Fn(usize) -> Arc<PostgresStore> + Clone + Send + Sync + 'static {
        let nodes = self.nodes[..self.working].to_vec();
        move |place| Arc::clone(&nodes[place % nodes.len()])
    }

    /// Mints codes with this many requests at once. Returns how many, and in how many seconds.
    pub(crate) async fn mint(&mut self, in_flight: usize) -> Result<(u64, f64)> {
        let new: Vec<OpenChallenge> = (0..self.codes).map(|place| self.challenge(place)).collect();
        self.next_recipient += self.codes;
        self.minted = Arc::new(new.iter().map(|new| new.binding.challenge).collect());
        let (node, new) = (self.nodes(), Arc::new(new));
        at_once(in_flight, self.codes, move |place| {
            let (store, issue) = (node(place), new[place].clone().into());
            async move {
                ensure!(matches!(store.issue(issue).await?, Issued::Opened), "every code is minted");
                Ok(())
            }
        })
        .await
    }

    /// Records that the messages of the codes that were minted last were sent.
    pub(crate) async fn settle(&mut self, in_flight: usize) -> Result<(u64, f64)> {
        let (node, minted) = (self.nodes(), Arc::clone(&self.minted));
        at_once(in_flight, self.codes, move |place| {
            let (store, challenge) = (node(place), minted[place]);
            async move { Ok(store.settle_delivery(challenge, DeliveryEnd::Sent, None, now()).await?) }
        })
        .await
    }

    /// Answers the codes that were minted last, each once.
    pub(crate) async fn verify(&mut self, in_flight: usize) -> Result<(u64, f64)> {
        let (node, minted) = (self.nodes(), Arc::clone(&self.minted));
        let (tenant, limits) = (self.tenant, Arc::clone(&self.limits));
        at_once(in_flight, self.codes, move |place| {
            let hash = if place % WRONG_EACH == 0 { WRONG } else { RIGHT };
            let attempt = Attempt {
                now: now(),
                target: Target::Challenge(minted[place]),
                tenant: Some(tenant),
                judge: Box::new(Fixed(hash)),
                limits: Some(Arc::clone(&limits)),
                device: Device::Unknown,
                by: Actor::default(),
                once: None,
            };
            let store = node(place);
            async move {
                let decided = store.record_attempt(attempt).await?;
                let is_expected = matches!(
                    (&decided, hash == RIGHT),
                    (Decision::Verified(_), true) | (Decision::Mismatched { .. }, false)
                );
                ensure!(is_expected, "every answer is evaluated");
                Ok(())
            }
        })
        .await
    }

    fn challenge(&self, place: usize) -> OpenChallenge {
        let now = now();
        let recipient = ((self.next_recipient + place) % RECIPIENTS) as u64;
        let mut index = [0; 16];
        // Spread over the whole range, as keyed indexes are.
        index[..8].copy_from_slice(&recipient.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        let binding = Binding {
            tenant: self.tenant,
            challenge: ChallengeId::of_challenge(&self.ids, now),
            purpose: Purpose::LOGIN,
            channel: ChannelKind::Email,
            recipient: RecipientIndex(index),
        };
        OpenChallenge {
            former: Former::Stays,
            fallback: Fallback::default(),
            now,
            binding,
            recipient_hint: "j***@e***.com".to_owned(),
            domain: "example.com".to_owned(),
            country: None,
            code_key: 1,
            code_hash: Some(RIGHT),
            payload: Sealed(vec![7; 180]),
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
}

/// Runs `each` for all places, `in_flight` at once. Returns how many, and in how many seconds.
async fn at_once<F>(
    in_flight: usize,
    places: usize,
    each: impl Fn(usize) -> F + Clone + Send + Sync + 'static,
) -> Result<(u64, f64)>
where
    F: Future<Output = Result<()>> + Send,
{
    let (next, begun) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let tasks = (0..in_flight).map(|_| {
        let (next, each) = (Arc::clone(&next), each.clone());
        tokio::spawn(async move {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                if place >= places {
                    return anyhow::Ok(());
                }
                each(place).await?;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    Ok((places as u64, begun.elapsed().as_secs_f64()))
}
