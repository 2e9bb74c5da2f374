//! Mint: a code for a recipient, stored as a keyed hash, sent through the tenant's own server.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::crypto::shareable_key::ShareableKey;
use crate::delivery::{Job, Message, Slot, Template, Watch};
use crate::domain::address::Address;
use crate::domain::challenges::challenge::{Binding, Challenge, ChallengeStatus, Standing};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::details::{BoundFields, Details};
use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::sandbox::Reserved;
use crate::domain::challenges::vars::Vars;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryStatus};
use crate::domain::id::ChallengeId;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::policy::CodePolicy;
use crate::domain::tenants::credential::Scope;
use crate::domain::time::Timestamp;
use crate::service::admission::Permit;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{OpenChallenge, Opened, StoreError};

use super::challenge::Challenges;
use super::{hosting, message_id, payload};

/// What the recipient that is always limited is told.
pub(super) const LIMITED: LimitHit =
    LimitHit { limit: Limit::SendsPerRecipient, retry_after: Duration::from_secs(600) };

/// What a tenant asks for.
#[derive(Debug)]
pub struct MintRequest {
    /// Where the code goes.
    pub to: Address,
    /// By which medium: that of the recipient, or none, to be told the code.
    pub channel: ChannelKind,
    /// What it is for.
    pub purpose: Purpose,
    /// How the code is drawn and tried; `None` as the policy of the purpose has it.
    pub policy: Option<CodePolicy>,
    /// What the tenant attaches.
    pub details: Details,
    /// What it tells for its template.
    pub vars: Vars,
    /// What verification must repeat.
    pub bound: BoundFields,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// What to wait for.
    pub wait: Wait,
    /// By what to recognise the request when it is repeated.
    pub once: Option<Once>,
}

impl MintRequest {
    /// A mint in the usual way, for nothing but to confirm that `to` is reached.
    pub fn to(to: Address) -> Self {
        Self {
            channel: to.usual_channel(),
            to,
            purpose: Purpose::VERIFICATION,
            policy: None,
            details: Details::default(),
            vars: Vars::default(),
            bound: BoundFields::default(),
            client_ip: None,
            wait: Wait::Queued,
            once: None,
        }
    }
}

/// What a mint waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
    /// Nothing: the message is on its way.
    Queued,
    /// That the message was accepted or refused, or this time has passed; whatever comes first.
    Outcome(Duration),
    /// That the mail server has accepted the message, within this time. If it has not, the
    /// challenge is called off: its caller never learns the key.
    Accepted(Duration),
}

/// A challenge that was opened.
#[derive(Debug)]
pub struct Minted {
    /// Its public handle.
    pub key: ShareableKey,
    /// When its code stops working.
    pub expires_at: Timestamp,
    /// The code, for a tenant that delivers it by itself.
    pub code: Option<Code>,
    /// The challenge as it was recorded.
    pub(super) challenge: Challenge,
    /// How its delivery ended, if that was waited for.
    pub(super) outcome: Option<DeliveryEnd>,
}

impl Challenges {
    /// Mints a code and sends it.
    pub async fn mint(&self, tenant: &AuthenticatedTenant, request: MintRequest) -> Result<Minted, Refusal> {
        check_channel(tenant, &request)?;
        let permit = self.admission.admit(Some(tenant.lane()))?;
        hosting::check(&self.rules, tenant, &request.details)?;
        self.rates.check_mint(tenant.id(), tenant.mint_rate(), tenant.gauge())?;
        if reserved(tenant, &request) == Some(Reserved::Limited) {
            return Err(Refusal::Limited(LIMITED));
        }
        if request.channel == ChannelKind::None {
            let job = self.draw(tenant, &request, None);
            return self.reveal(tenant, &request, job).await;
        }
        // Content at once: the message of such a challenge could go nowhere.
        if !tenant.sender().sends_over(request.channel) {
            return Err(Refusal::NoAccount);
        }
        // Room first: a challenge whose message has no place in the queue must not be opened.
        let slot = self.outbox.reserve(tenant.id()).ok_or(Refusal::QueueFull)?;
        let words = tenant.policy(&request.purpose).template(&request.purpose);
        let words = tenant.templates().find(self.store.as_ref(), words, request.details.locale());
        let job = self.draw(tenant, &request, words.await);
        let challenge = job.challenge;
        let opening = self.opening(tenant, &job, &job.message.code, &request);
        let (opened, expires_at) = (recorded(&opening), opening.expires_at);
        let watch = self.open(permit, slot, opening, job).await?;
        metrics::counter!("otpmint_mints_total").increment(1);
        let outcome = match request.wait {
            Wait::Queued => None,
            Wait::Outcome(limit) => tokio::time::timeout(limit, watch.end()).await.unwrap_or_default(),
            Wait::Accepted(limit) => Some(self.accepted(tenant, challenge, limit, watch).await?),
        };
        Ok(Minted { key: self.codec.encode(challenge), expires_at, challenge: opened, outcome, code: None })
    }

    /// A challenge that was just minted, as its tenant sees it. It is as it was recorded, with what
    /// came of its message: a second look could fail although everything is done.
    pub fn minted(&self, minted: Minted) -> Challenge {
        self.told(minted.challenge, minted.outcome)
    }

    /// Opens the challenge and hands its message over. Both or neither, even when the caller hangs
    /// up in between: a message that is recorded and not handed over would wait for a restart.
    async fn open(
        &self,
        permit: Permit,
        slot: Slot,
        opening: OpenChallenge,
        job: Job,
    ) -> Result<Watch, Refusal> {
        let store = Arc::clone(&self.store);
        let opened = tokio::spawn(async move {
            let _permit = permit;
            match store.open_challenge(opening).await? {
                Opened::Opened => Ok(slot.dispatch(job)),
                Opened::Limited(hit) => Err(Refusal::Limited(hit)),
                Opened::Repeated => Err(Refusal::StillRunning),
            }
        });
        opened.await.unwrap_or(Err(Refusal::Store(StoreError::Unavailable)))
    }

    /// Draws the code and everything else about a new challenge.
    fn draw(
        &self,
        tenant: &AuthenticatedTenant,
        request: &MintRequest,
        template: Option<Arc<Template>>,
    ) -> Job {
        let now = self.clock.now();
        let usual = tenant.policy(&request.purpose);
        let policy = request.policy.as_ref().unwrap_or(&usual.code);
        let message = Message {
            id: message_id::draw(self.entropy.as_ref()),
            recipient: request.to.clone(),
            channel: request.channel,
            code: match reserved(tenant, request) {
                Some(_) => Code::known(policy.length()),
                None => Code::draw(self.entropy.as_ref(), policy.alphabet(), policy.length()),
            },
            purpose: usual.template(&request.purpose).clone(),
            locale: request.details.locale().cloned(),
            vars: request.vars.clone(),
            template,
            created_at: now,
            expires_at: now + policy.ttl(),
        };
        let challenge = ChallengeId(self.ids.next(now));
        Job { challenge, sender: tenant.sender().clone(), message, tries: 0 }
    }

    /// What the store is to record of a new challenge: the hash of the code, and the message, sealed.
    pub(super) fn opening(
        &self,
        tenant: &AuthenticatedTenant,
        job: &Job,
        code: &Code,
        request: &MintRequest,
    ) -> OpenChallenge {
        let binding = Binding {
            tenant: tenant.id(),
            challenge: job.challenge,
            purpose: request.purpose.clone(),
            channel: request.channel,
            recipient: self.keyring.recipient_index(tenant.id(), &request.to),
        };
        let code_key = self.keyring.code_version();
        let Some(code_hash) = self.keyring.code_hash(code_key, &binding, &request.bound, code) else {
            unreachable!("the newest version is one of the keyring's own")
        };
        let message = &job.message;
        let entropy = self.entropy.as_ref();
        let policy = tenant.policy(&request.purpose);
        OpenChallenge {
            now: message.created_at,
            payload: payload::seal(&self.keyring, entropy, &binding, message),
            recipient_hint: request.to.masked(),
            domain: request.to.domain(),
            code_key,
            code_hash,
            expires_at: match reserved(tenant, request) {
                Some(Reserved::Expired) => message.created_at,
                _ => message.expires_at,
            },
            max_attempts: request.policy.as_ref().unwrap_or(&policy.code).max_attempts(),
            sends: policy.sends.clone(),
            details: request.details.clone(),
            limits: policy.limits.clone(),
            client_ip: request.client_ip,
            once: request.once.clone(),
            other_indexes: self.keyring.other_recipient_indexes(tenant.id(), &request.to),
            binding,
        }
    }
}

/// Refuses who may not be told codes, if one is to be told.
fn check_channel(tenant: &AuthenticatedTenant, request: &MintRequest) -> Result<(), Refusal> {
    match request.channel {
        ChannelKind::None => tenant.require(Scope::Reveal),
        ChannelKind::Email => Ok(()),
    }
}

/// How the recipient behaves. To a live tenant none is reserved.
fn reserved(tenant: &AuthenticatedTenant, request: &MintRequest) -> Option<Reserved> {
    tenant.is_sandbox().then(|| Reserved::of(&request.to)).flatten()
}

/// A new challenge, as opening it records it.
pub(super) fn recorded(open: &OpenChallenge) -> Challenge {
    let channel = open.binding.channel;
    Challenge {
        id: open.binding.challenge,
        purpose: open.binding.purpose.clone(),
        channel,
        to: Some(open.recipient_hint.clone()),
        standing: Standing {
            status: ChallengeStatus::Pending,
            attempts: 0,
            max_attempts: open.max_attempts,
            expires_at: open.expires_at,
        },
        sends_remaining: open.sends.max_sends.saturating_sub(1),
        resend_at: open.sends.resend_at(1, open.now),
        details: open.details.clone(),
        delivery: (channel != ChannelKind::None).then_some(DeliveryStatus::Queued),
        delivery_at: None,
        delivery_error: None,
    }
}
