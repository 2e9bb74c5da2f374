//! Mint: a code for a recipient, stored as a keyed hash, sent through the tenant's own server.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::crypto::shareable_key::ShareableKey;
use crate::delivery::{Job, Message, Slot, Watch};
use crate::domain::challenge::{Binding, Challenge};
use crate::domain::code::Code;
use crate::domain::delivery::{DeliveryEnd, DeliveryError};
use crate::domain::details::{BoundFields, Details};
use crate::domain::id::ChallengeId;
use crate::domain::idempotency::Once;
use crate::domain::policy::CodePolicy;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::time::Timestamp;
use crate::store::{OpenChallenge, Opened, StoreError};

use super::{AuthenticatedTenant, Refusal, Services, payload};

/// Letters and digits of a message's identity: 21 of 36 are 108 bits.
const MESSAGE_ID: usize = 21;
const MESSAGE_ID_ALPHABET: [char; 36] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k',
    'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
];

/// What a tenant asks for.
#[derive(Debug)]
pub struct MintRequest {
    /// Where the code goes.
    pub to: Recipient,
    /// What it is for.
    pub purpose: Purpose,
    /// How the code is drawn and tried; `None` for the usual way.
    pub policy: Option<CodePolicy>,
    /// What the tenant attaches.
    pub details: Details,
    /// What verification must repeat.
    pub bound: BoundFields,
    /// The client's address.
    pub origin: Option<IpAddr>,
    /// What to wait for.
    pub wait: Wait,
    /// By what to recognise the request when it is repeated.
    pub once: Option<Once>,
}

impl MintRequest {
    /// A mint in the usual way, for nothing but to confirm that `to` is reached.
    pub fn to(to: Recipient) -> Self {
        Self {
            to,
            purpose: Purpose::VERIFICATION,
            policy: None,
            details: Details::default(),
            bound: BoundFields::default(),
            origin: None,
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
    challenge: ChallengeId,
    /// How its delivery ended, if that was waited for.
    outcome: Option<DeliveryEnd>,
}

impl Services {
    /// Mints a code and sends it.
    pub async fn mint(&self, tenant: &AuthenticatedTenant, request: MintRequest) -> Result<Minted, Refusal> {
        if let Some(rates) = &self.rates {
            rates.check_mint(tenant.id()).map_err(Refusal::Limited)?;
        }
        // Room first: a challenge whose message has no place in the queue must not be opened.
        let slot = self.outbox.reserve(tenant.id()).ok_or(Refusal::QueueFull)?;
        let job = self.draw(tenant, &request);
        let challenge = job.challenge;
        let expires_at = job.message.expires_at;
        let watch = self.open(slot, self.opening(tenant, &job, &request), job).await?;
        metrics::counter!("otpmint_mints_total").increment(1);
        let outcome = match request.wait {
            Wait::Queued => None,
            Wait::Outcome(limit) => tokio::time::timeout(limit, watch.end()).await.unwrap_or_default(),
            Wait::Accepted(limit) => Some(self.accepted(tenant, challenge, limit, watch).await?),
        };
        Ok(Minted { key: self.codec.encode(challenge), expires_at, challenge, outcome })
    }

    /// A challenge that was just minted, as its tenant sees it.
    pub async fn minted(&self, tenant: &AuthenticatedTenant, minted: &Minted) -> Result<Challenge, Refusal> {
        self.challenge_with(tenant, minted.challenge, minted.outcome).await
    }

    /// Opens the challenge and hands its message over. Both or neither, even when the caller hangs
    /// up in between: a message that is recorded and not handed over would wait for a restart.
    async fn open(&self, slot: Slot, opening: OpenChallenge, job: Job) -> Result<Watch, Refusal> {
        let store = Arc::clone(&self.store);
        let opened = tokio::spawn(async move {
            match store.open_challenge(opening).await? {
                Opened::Opened => Ok(slot.dispatch(job)),
                Opened::Limited(hit) => Err(Refusal::Limited(hit)),
                Opened::Repeated => Err(Refusal::StillRunning),
            }
        });
        opened.await.unwrap_or(Err(Refusal::Store(StoreError::Unavailable)))
    }

    /// Waits until the mail server has accepted the message, or calls the challenge off.
    async fn accepted(
        &self,
        tenant: &AuthenticatedTenant,
        challenge: ChallengeId,
        limit: Duration,
        watch: Watch,
    ) -> Result<DeliveryEnd, Refusal> {
        let end = tokio::time::timeout(limit, watch.end()).await.unwrap_or_default();
        let reason = match end {
            Some(DeliveryEnd::Sent) => return Ok(DeliveryEnd::Sent),
            Some(DeliveryEnd::Failed(reason) | DeliveryEnd::RetryAt(_, reason)) => reason,
            Some(DeliveryEnd::Later(_)) | None => self.last_reason(tenant, challenge).await,
        };
        self.call_off(tenant, challenge, end).await;
        Err(Refusal::NotDelivered(reason))
    }

    /// Why a message that is still queued has not been accepted yet, as far as its last try tells.
    async fn last_reason(&self, tenant: &AuthenticatedTenant, challenge: ChallengeId) -> DeliveryError {
        let found = self.store.challenge(tenant.id(), challenge).await.ok().flatten();
        found.and_then(|challenge| challenge.delivery_error).unwrap_or(DeliveryError::TimedOut)
    }

    /// Draws the code and everything else about a new challenge.
    fn draw(&self, tenant: &AuthenticatedTenant, request: &MintRequest) -> Job {
        let now = self.clock.now();
        let policy = request.policy.as_ref().unwrap_or(&self.rules.code);
        let message = Message {
            id: self.entropy.text(&MESSAGE_ID_ALPHABET, MESSAGE_ID),
            recipient: request.to.clone(),
            code: Code::draw(self.entropy.as_ref(), policy.alphabet(), policy.length()),
            purpose: request.purpose.clone(),
            locale: request.details.locale().cloned(),
            created_at: now,
            expires_at: now + policy.ttl(),
        };
        let challenge = ChallengeId(self.ids.next(now));
        Job { challenge, sender: tenant.sender().clone(), message, tries: 0 }
    }

    /// What the store is to record of a new challenge: the hash of the code, never the code.
    fn opening(&self, tenant: &AuthenticatedTenant, job: &Job, request: &MintRequest) -> OpenChallenge {
        let binding = Binding {
            tenant: tenant.id(),
            challenge: job.challenge,
            purpose: request.purpose.clone(),
            channel: request.to.channel(),
            recipient: self.keyring.recipient_index(tenant.id(), &request.to),
        };
        let code_key = self.keyring.code_version();
        let code = &job.message.code;
        let Some(code_hash) = self.keyring.code_hash(code_key, &binding, &request.bound, code) else {
            unreachable!("the newest version is one of the keyring's own")
        };
        let message = &job.message;
        let entropy = self.entropy.as_ref();
        OpenChallenge {
            now: message.created_at,
            payload: payload::seal(&self.keyring, entropy, tenant.id(), job.challenge, message),
            recipient_hint: request.to.masked(),
            domain: request.to.domain(),
            code_key,
            code_hash,
            expires_at: message.expires_at,
            max_attempts: request.policy.as_ref().unwrap_or(&self.rules.code).max_attempts(),
            sends: self.rules.sends.clone(),
            details: request.details.clone(),
            limits: self.rules.recipient_limits.clone(),
            origin: request.origin,
            once: request.once,
            binding,
        }
    }

    /// Calls a challenge off whose message was not accepted. If that cannot be recorded, the
    /// challenge expires by itself; nobody has its key.
    ///
    /// How the delivery ended, if it did, is told before it is recorded. It is recorded here first:
    /// calling off erases the recipient, and what was never sent must not count against it.
    async fn call_off(&self, tenant: &AuthenticatedTenant, challenge: ChallengeId, end: Option<DeliveryEnd>) {
        self.outbox.cancel(challenge);
        let now = self.clock.now();
        let settled = match end {
            Some(end) => self.store.settle_delivery(challenge, end, now).await,
            None => Ok(()),
        };
        let canceled = self.store.cancel_challenge(tenant.id(), challenge, now).await;
        if let Err(error) = settled.and(canceled) {
            tracing::warn!(%error, "a challenge could not be called off");
        }
    }
}
