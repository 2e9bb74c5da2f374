//! Verbs about challenges: opened, answered, sent again, called off.

use std::net::IpAddr;
use std::sync::Arc;

use crate::domain::challenges::challenge::{Binding, Challenge, ChallengeStatus};
use crate::domain::challenges::idempotency::{Once, Remembered};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::policy::GrantedLimits;
use crate::domain::reports::audit::Actor;
use crate::domain::secret::{CodeHash, RecipientIndex, RequestDigest, Sealed};
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;

use super::issuing::{Issue, Issued};
use super::results::NewResult;
use super::verb::Verb;

/// Challenges.
pub trait ChallengeStore {
    /// Issues a code: checks and counts the recipient's limits and what the challenge has left, and records
    /// the change, the delivery and the audit row. A refusal changes nothing.
    fn issue(&self, issue: Issue) -> Verb<'_, Issued>;

    /// Decides about an answer: counts it, compares it, consumes the challenge if it is right.
    fn record_attempt(&self, attempt: Attempt) -> Verb<'_, Decision>;

    /// Calls a pending challenge off, with its delivery; `false` when it is not pending or not of
    /// this tenant.
    fn cancel_challenge(&self, tenant: TenantId, id: ChallengeId, now: Timestamp) -> Verb<'_, bool>;

    /// A tenant's challenge.
    fn challenge(&self, tenant: TenantId, id: ChallengeId) -> Verb<'_, Option<Challenge>>;

    /// Lets a locked-out recipient, masked as `hint`, answer again; `false` when there was nothing
    /// to clear.
    fn clear_recipient(
        &self,
        tenant: TenantId,
        recipient: RecipientIndex,
        hint: String,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool>;

    /// What is known of a tenant's request with this key.
    fn recall(&self, tenant: TenantId, key: RequestDigest, now: Timestamp) -> Verb<'_, Option<Remembered>>;

    /// Adds what was answered to a request that is remembered.
    fn keep_answer(&self, tenant: TenantId, key: RequestDigest, kept: KeptAnswer) -> Verb<'_, ()>;
}

/// What the store has to ask in the middle of deciding about an answer.
pub trait Judge: Send {
    /// Whether one more answer may be evaluated for this tenant, with these limits of its own.
    fn admit(&self, tenant: TenantId, granted: &GrantedLimits) -> Result<(), LimitHit>;

    /// Whether key `version` is known. Without it an answer cannot be told from a wrong one.
    fn knows(&self, _version: u32) -> bool {
        true
    }

    /// The hash that the answer would have under key `version`, or `None` without such a key.
    fn hash(&self, version: u32, binding: &Binding) -> Option<CodeHash>;
}

/// Which challenge an answer is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// The one with this key.
    Challenge(ChallengeId),
    /// The one with this key, as [`held_challenge`](crate::store::PageStore::held_challenge) finds it for this
    /// page, if one asks.
    Held(ChallengeId, Option<WebOrigin>),
    /// The one with this key, whose page asks: the right answer leaves this result.
    Hosted(ChallengeId, NewResult),
    /// The tenant's latest pending one for the recipient with these indexes, one for each version
    /// of the key, and this purpose.
    Latest(Vec<RecipientIndex>, Purpose),
}

/// An answer to be counted, compared and, if right, consumed: in this order, at once.
pub struct Attempt {
    /// The moment.
    pub now: Timestamp,
    /// The challenge.
    pub target: Target,
    /// Whose challenge it has to be; `None` for a caller who only has the shareable key.
    pub tenant: Option<TenantId>,
    /// Knows the answer.
    pub judge: Box<dyn Judge>,
    /// The recipient's limits; `None` when limits are switched off.
    pub limits: Option<Arc<RecipientLimits>>,
    /// Who asked.
    pub client_ip: Option<IpAddr>,
    /// By what to recognise the request when it is repeated. Only a tenant's request can be.
    pub once: Option<Once>,
}

/// What is known of a challenge at the moment at which it was verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// The challenge as it stands now. It comes with the decision: a look at it afterwards could
    /// fail, and nobody would be told this again.
    pub challenge: Challenge,
    /// Whose it is.
    pub tenant: TenantHandle,
    /// What its code was bound to.
    pub binding: Binding,
    /// Its message, sealed: the last that is seen of its recipient.
    pub payload: Sealed,
}

/// What was decided about an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Right, and consumed: nobody will be told this again.
    Verified(Box<Verified>),
    /// Wrong, and counted.
    Mismatched {
        /// Answers that may still be evaluated.
        attempts_remaining: u8,
    },
    /// Not evaluated: the challenge had ended.
    Ended(ChallengeStatus),
    /// Not evaluated: no such challenge, or not of this tenant.
    Unknown,
    /// Not evaluated: no code was sent, because the page has not been given a recipient; or another
    /// one than that for which the result was made out.
    NoRecipient,
    /// Not evaluated: a limit refused.
    Limited(LimitHit),
    /// Not evaluated: the request was carried out before.
    Repeated,
    /// Not evaluated: the key of its code is not known.
    Undecided,
}

/// What was answered to a request that may be repeated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptAnswer {
    /// The body, without a receipt.
    pub answer: Sealed,
    /// The receipt, which names the recipient, and when it is to be erased.
    pub receipt: Option<(Sealed, Timestamp)>,
}
