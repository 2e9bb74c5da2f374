//! Verify: checks one answer to one challenge.

use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::crypto::shareable_key::Codec;
use crate::domain::address::Address;
use crate::domain::challenges::alias::Alias;
use crate::domain::challenges::challenge::{Binding, Challenge};
use crate::domain::challenges::code::{Answer, parse_answer};
use crate::domain::challenges::details::BoundFields;
use crate::domain::challenges::device::Device;
use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::limit::LimitHit;
use crate::domain::policy::GrantedLimits;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::CodeHash;
use crate::domain::spray::luck::Luck;
use crate::domain::time::Clock;
use crate::domain::web_origin::WebOrigin;
use crate::service::admission::Admission;
use crate::service::keys::sub_keys::SubKeys;
use crate::service::limits::gauge::Gauge;
use crate::service::limits::rates::{RateKind, TenantRates};
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::spray::watch::Watch;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{Attempt, Decision, Judge, NewResult, Store, StoreError, Target, Verified};

use super::receipt::Receipts;

/// Identifies the challenge that an answer is for.
#[derive(Clone, Copy, Debug)]
pub enum ChallengeReference<'a> {
    /// The challenge with this shareable key.
    Key(&'a str),
    /// The challenge with this row, which the tenant has looked up.
    Row(ChallengeId),
    /// The challenge with this row, for a holder of its key; with the web origin of the calling
    /// page, if there is one.
    Held(ChallengeId, Option<&'a WebOrigin>),
    /// The challenge with this row, answered on its page, and the result to record for the right answer.
    Hosted(ChallengeId, &'a NewResult),
    /// The tenant's latest pending challenge for this recipient and purpose.
    Latest(&'a Address, &'a Purpose),
    /// The pending challenge that the tenant's alias names.
    Alias(&'a Alias),
}

/// An answer to a challenge. It has no `Debug`, because the typed text may be the code.
pub struct VerifyRequest<'a> {
    /// The challenge.
    pub reference: ChallengeReference<'a>,
    /// What was typed.
    pub code: &'a str,
    /// The fields that were bound at the mint, repeated.
    pub bound: BoundFields,
    /// The tenant that the challenge must belong to, if the caller has authenticated as one.
    pub tenant: Option<&'a AuthenticatedTenant>,
    /// The device, which only a tenant can vouch for.
    pub device: Device,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// Identifies the request if it is repeated.
    pub once: Option<Once>,
}

impl<'a> VerifyRequest<'a> {
    /// Creates an answer to the challenge with this shareable key, with nothing bound.
    pub fn plain(
        key: &'a str,
        code: &'a str,
        tenant: Option<&'a AuthenticatedTenant>,
        client_ip: Option<IpAddr>,
    ) -> Self {
        Self {
            reference: ChallengeReference::Key(key),
            code,
            bound: BoundFields::default(),
            tenant,
            device: Device::Unknown,
            client_ip,
            once: None,
        }
    }
}

/// Verification of answers.
pub struct Verification {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) codec: Codec,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) rules: Arc<Rules>,
    pub(super) admission: Arc<Admission>,
    pub(super) rates: Arc<TenantRates>,
    pub(super) keys: Arc<SubKeys>,
    pub(super) receipts: Arc<Receipts>,
    pub(super) watch: Arc<Watch>,
}

impl Verification {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared, receipts: Arc<Receipts>) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            codec: parts.keyring.shareable_keys(),
            clock: Arc::clone(&parts.clock),
            rules: Arc::clone(&parts.rules),
            admission: Arc::clone(&shared.admission),
            rates: Arc::clone(&shared.rates),
            keys: Arc::clone(&shared.keys),
            watch: Arc::clone(&shared.watch),
            receipts,
        }
    }
}

impl Verification {
    /// Checks an answer. Returns `Ok` only once per challenge, whatever happens concurrently.
    pub async fn verify(&self, request: VerifyRequest<'_>) -> Result<Verified, Refusal> {
        let answer = parse_answer(request.code).ok_or(Refusal::NotACode)?;
        let _permit = self.admission.admit(request.tenant.map(AuthenticatedTenant::waiters))?;
        self.decide(request, answer).await
    }

    /// Checks an answer. If it is right, returns the challenge and a receipt that says who answered
    /// what for whom. All of it comes from the same transaction, so no later step can fail to read
    /// it.
    pub async fn prove(&self, request: VerifyRequest<'_>) -> Result<(Challenge, String), Refusal> {
        let bound = request.bound.clone();
        let verified = self.verify(request).await?;
        let receipt = self.receipts.of(&verified, &bound);
        receipt.map(|receipt| (verified.challenge, receipt)).ok_or(Refusal::Store(StoreError::Unavailable))
    }

    /// Checks an answer that is already parsed, for a request that already has a place.
    pub(super) async fn decide(
        &self,
        request: VerifyRequest<'_>,
        answer: Answer,
    ) -> Result<Verified, Refusal> {
        let target = match request.reference {
            ChallengeReference::Key(key) => self.codec.decode(key).map(Target::Challenge),
            ChallengeReference::Row(id) => request.tenant.map(|_| Target::Challenge(id)),
            ChallengeReference::Held(id, page) => Some(Target::Held(id, page.cloned())),
            ChallengeReference::Hosted(id, result) => Some(Target::Hosted(id, result.clone())),
            ChallengeReference::Latest(recipient, purpose) => request.tenant.map(|tenant| {
                let indexes = self.keyring.recipient_indexes(tenant.id(), recipient);
                let spelling = self.keyring.spelling(tenant.id(), recipient);
                Target::Latest(indexes, Some((purpose.clone(), spelling)))
            }),
            ChallengeReference::Alias(alias) => request.tenant.map(|tenant| {
                let indexes = self.keyring.alias_indexes(tenant.id(), alias);
                Target::Latest(indexes, None)
            }),
        };
        let outcome = match target {
            None => Decision::Unknown,
            Some(target) => match self.count_ahead(request.tenant).await {
                Ok(rates) => self.record(request, (target, answer), rates).await?,
                Err(hit) => Decision::Limited(hit),
            },
        };
        metrics::counter!("otpmint_verifications_total", "outcome" => word(&outcome)).increment(1);
        match outcome {
            Decision::Verified(verified) => Ok(*verified),
            Decision::Mismatched { attempts_remaining } => {
                self.watch.look().await;
                Err(Refusal::Mismatched { attempts_remaining })
            }
            Decision::Ended(status) => Err(Refusal::Ended(status)),
            Decision::Unknown => Err(Refusal::UnknownChallenge),
            Decision::NoRecipient => Err(Refusal::NoRecipient),
            Decision::Limited(hit) => Err(Refusal::Limited(hit)),
            Decision::Repeated => Err(Refusal::StillRunning),
            Decision::Undecided => {
                // Nothing was counted. The missing key may be loaded now, so the next answer can be
                // checked.
                self.keys.refresh_missing().await;
                Err(Refusal::Store(StoreError::Unavailable))
            }
        }
    }
}

impl Verification {
    /// Counts a request of a known tenant, if all nodes count together: nothing may wait for them
    /// inside a transaction. Returns the rates that are left to be counted under there.
    async fn count_ahead(
        &self,
        tenant: Option<&AuthenticatedTenant>,
    ) -> Result<Option<Arc<TenantRates>>, LimitHit> {
        match tenant.filter(|_| self.rates.are_shared()) {
            Some(tenant) => {
                self.rates.count(RateKind::Verify, tenant.rated(), tenant.gauge()).await?;
                Ok(None)
            }
            None => Ok(Some(Arc::clone(&self.rates))),
        }
    }

    async fn record(
        &self,
        request: VerifyRequest<'_>,
        (target, answer): (Target, Answer),
        rates: Option<Arc<TenantRates>>,
    ) -> Result<Decision, StoreError> {
        let judge = Box::new(KeyedJudge {
            keyring: Arc::clone(&self.keyring),
            watch: Arc::clone(&self.watch),
            rates,
            gauge: request.tenant.map(|tenant| tenant.gauge().clone()).unwrap_or_default(),
            answer,
            bound: request.bound,
        });
        let attempt = Attempt {
            now: self.clock.now(),
            target,
            tenant: request.tenant.map(AuthenticatedTenant::id),
            judge,
            limits: self.rules.policy.limits.clone(),
            device: request.tenant.map_or(Device::Unknown, |_| request.device),
            by: actor(request.tenant, request.client_ip),
            once: request.once,
        };
        self.store.record_attempt(attempt).await
    }
}

fn actor(tenant: Option<&AuthenticatedTenant>, client_ip: Option<IpAddr>) -> Actor {
    tenant.map_or(Actor::at(client_ip), |tenant| tenant.actor(client_ip))
}

fn word(decision: &Decision) -> &'static str {
    match decision {
        Decision::Verified(_) => "verified",
        Decision::Mismatched { attempts_remaining: 0 } => "exhausted",
        Decision::Mismatched { .. } => "mismatched",
        Decision::Ended(_) => "ended",
        Decision::Unknown => "unknown",
        Decision::NoRecipient => "no_recipient",
        Decision::Limited(_) => "limited",
        Decision::Repeated => "repeated",
        Decision::Undecided => "undecided",
    }
}

/// Holds one answer, and the keys to hash it with.
struct KeyedJudge {
    keyring: Arc<Keyring>,
    watch: Arc<Watch>,
    /// `None` if the request is already counted.
    rates: Option<Arc<TenantRates>>,
    gauge: Gauge,
    answer: Answer,
    bound: BoundFields,
}

impl Judge for KeyedJudge {
    fn admit(&self, tenant: TenantId, granted: &GrantedLimits) -> Result<(), LimitHit> {
        match &self.rates {
            Some(rates) => rates.count_here(RateKind::Verify, (tenant, granted), &self.gauge),
            None => Ok(()),
        }
    }

    fn knows(&self, version: u32) -> bool {
        self.keyring.knows_code_version(version)
    }

    fn missed(&self, tenant: TenantId, luck: Luck) {
        self.watch.note(tenant, luck);
    }

    fn hash(&self, version: u32, binding: &Binding) -> Option<CodeHash> {
        self.keyring.code_hash(version, binding, &self.bound, &self.answer)
    }
}
