//! The verbs for challenges: opening, answering, resending and canceling them.

use std::sync::Arc;

use crate::domain::challenges::challenge::{Binding, Challenge, ChallengeStatus};
use crate::domain::challenges::device::Device;
use crate::domain::challenges::fallback::Fallback;
use crate::domain::challenges::idempotency::{Once, Remembered};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::history::ChallengeDelivery;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::mailbox::Spelling;
use crate::domain::policy::GrantedLimits;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::{CodeHash, RecipientIndex, RequestDigest, Sealed};
use crate::domain::spray::luck::Luck;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;

use super::issuing::{Issue, Issued};
use super::results::NewResult;
use super::verb::Verb;

/// Challenges.
pub trait ChallengeStore {
    /// Issues a code: checks and counts the recipient's limits and the challenge's remaining
    /// messages, and records the change, the delivery and the audit row. A refusal changes nothing.
    fn issue(&self, issue: Issue) -> Verb<'_, Issued>;

    /// Decides an answer: counts it, compares it, and consumes the challenge if it is right.
    fn record_attempt(&self, attempt: Attempt) -> Verb<'_, Decision>;

    /// Cancels a pending challenge, with its delivery. Returns `false` if it is not pending or not
    /// of this tenant.
    fn cancel_challenge(
        &self,
        tenant: TenantId,
        id: ChallengeId,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool>;

    /// Returns a tenant's challenge.
    fn challenge(&self, tenant: TenantId, id: ChallengeId) -> Verb<'_, Option<Challenge>>;

    /// Returns a tenant's challenge, and its deliveries in their order.
    fn challenge_with_deliveries(
        &self,
        tenant: TenantId,
        id: ChallengeId,
    ) -> Verb<'_, Option<(Challenge, Vec<ChallengeDelivery>)>>;

    /// Clears the lockout of a recipient, masked as `hint`. Returns `false` if there was nothing to
    /// clear.
    fn clear_recipient(
        &self,
        tenant: TenantId,
        recipient: RecipientIndex,
        hint: String,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool>;

    /// Returns the record of a tenant's request with this key.
    fn recall(&self, tenant: TenantId, key: RequestDigest, now: Timestamp) -> Verb<'_, Option<Remembered>>;

    /// Returns at most `limit` challenges whose code should follow over another channel at `now`. They
    /// are due again at `again`, unless a message was issued or the fallback given up by then.
    fn claim_fallbacks(&self, now: Timestamp, again: Timestamp, limit: usize) -> Verb<'_, Vec<DueFallback>>;

    /// Gives up the fallback of a challenge.
    fn give_up_fallback(&self, challenge: ChallengeId) -> Verb<'_, ()>;

    /// Adds the response to a remembered request.
    fn keep_response(&self, tenant: TenantId, key: RequestDigest, kept: KeptResponse) -> Verb<'_, ()>;
}

/// A challenge whose code should follow over another channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueFallback {
    /// Its owner.
    pub tenant: TenantId,
    /// The challenge.
    pub challenge: ChallengeId,
    /// The channels, in their order.
    pub fallback: Fallback,
}

/// The questions that the store asks while it decides an answer.
pub trait Judge: Send {
    /// Decides whether one more answer may be evaluated for this tenant, with these limits of its own.
    fn admit(&self, tenant: TenantId, granted: &GrantedLimits) -> Result<(), LimitHit>;

    /// Returns whether key `version` is known. Without it, a right answer cannot be told from a
    /// wrong one.
    fn knows(&self, _version: u32) -> bool {
        true
    }

    /// Learns that the answer is wrong, and how much luck it was worth. It may learn so again if the transaction has to
    /// run again.
    fn missed(&self, _tenant: TenantId, _luck: Luck) {}

    /// Returns the hash that the answer would have under key `version`; `None` if there is no such key.
    fn hash(&self, version: u32, binding: &Binding) -> Option<CodeHash>;
}

/// Identifies the challenge that an answer is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// The challenge with this row.
    Challenge(ChallengeId),
    /// The challenge with this row, as [`held_challenge`](crate::store::PageStore::held_challenge)
    /// finds it for this page, if there is one.
    Held(ChallengeId, Option<WebOrigin>),
    /// The challenge with this row, answered on its page: the right answer records this result.
    Hosted(ChallengeId, NewResult),
    /// The tenant's latest pending challenge of the recipient, or the alias, with these indexes, one per
    /// version of the key; for this purpose and this spelling of the address, if it is a recipient's.
    Latest(Vec<RecipientIndex>, Option<(Purpose, Spelling)>),
}

/// An answer to count, compare and, if right, consume: in this order, in one transaction.
pub struct Attempt {
    /// The time.
    pub now: Timestamp,
    /// The challenge.
    pub target: Target,
    /// The tenant that the challenge must belong to; `None` for a caller who only has the shareable key.
    pub tenant: Option<TenantId>,
    /// The judge, which knows the answer.
    pub judge: Box<dyn Judge>,
    /// The recipient's limits; `None` if limits are switched off.
    pub limits: Option<Arc<RecipientLimits>>,
    /// The device, as the tenant states it.
    pub device: Device,
    /// The actor.
    pub by: Actor,
    /// Identifies the request if it is repeated, which only a tenant's request can be.
    pub once: Option<Once>,
}

/// A challenge at the moment when it was verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// The current state of the challenge. It is part of the decision, because a later read could
    /// fail, and the decision is returned only once.
    pub challenge: Challenge,
    /// The tenant.
    pub tenant: TenantHandle,
    /// What its code was bound to.
    pub binding: Binding,
    /// The sealed message, whose stored copy is erased. It is the last source of the recipient.
    pub payload: Sealed,
}

/// The decision about an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Right, and consumed. This is returned only once per challenge.
    Verified(Box<Verified>),
    /// Wrong, and counted.
    Mismatched {
        /// How many more answers may be evaluated.
        attempts_remaining: u8,
    },
    /// Not evaluated: the challenge had ended.
    Ended(ChallengeStatus),
    /// Not evaluated: there is no such challenge, or not of this tenant.
    Unknown,
    /// Not evaluated: the page has not been given a recipient, so no code was sent; or the
    /// recipient is not the one that the result was prepared for.
    NoRecipient,
    /// Not evaluated: a limit refused.
    Limited(LimitHit),
    /// Not evaluated: the request was carried out before.
    Repeated,
    /// Not evaluated: the key with which the code was hashed is not known.
    Undecided,
}

/// The response to an idempotent request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptResponse {
    /// The body, without a receipt; `None` for a body with a secret.
    pub response: Option<Sealed>,
    /// The receipt, which names the recipient, or the body with a secret, and when to erase it.
    pub receipt: Option<(Sealed, Timestamp)>,
}
