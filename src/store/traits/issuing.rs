//! What is recorded when a code is issued, by its cause.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::challenges::challenge::{Binding, ChallengeStatus};
use crate::domain::challenges::details::Details;
use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::rate::Rate;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::policy::SendPolicy;
use crate::domain::secret::{CodeHash, RecipientIndex, Sealed};
use crate::domain::time::Timestamp;

use super::deliveries::ClaimedDelivery;

/// Why a code is issued, with everything that is recorded at once.
#[derive(Clone, Debug)]
pub enum Issue {
    /// A challenge is opened for a recipient.
    Mint(Box<OpenChallenge>),
    /// A challenge is opened whose page asks for the recipient. Nothing is sent yet.
    Page(Box<OpenAsking>),
    /// Such a challenge is given its recipient. Of those who ask at the same time, one does it.
    Recipient(Box<NewRecipient>),
    /// A challenge's code is sent again.
    Resend(Resend),
}

impl From<OpenChallenge> for Issue {
    fn from(open: OpenChallenge) -> Self {
        Self::Mint(Box::new(open))
    }
}

impl From<OpenAsking> for Issue {
    fn from(open: OpenAsking) -> Self {
        Self::Page(Box::new(open))
    }
}

impl From<NewRecipient> for Issue {
    fn from(new: NewRecipient) -> Self {
        Self::Recipient(Box::new(new))
    }
}

impl From<Resend> for Issue {
    fn from(resend: Resend) -> Self {
        Self::Resend(resend)
    }
}

/// What came of issuing a code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Issued {
    /// The challenge is open, and its delivery, if it has one, is held by the caller.
    Opened,
    /// One more message of the challenge is queued, and held by the caller.
    Queued(ClaimedDelivery),
    /// The challenge has a recipient; so has every one of which all messages were sent.
    Already,
    /// The last message is still on its way.
    UnderWay,
    /// The tenant delivers this code by itself.
    Undeliverable,
    /// The page has not been given a recipient.
    NoRecipient,
    /// As many messages as allowed were sent.
    Spent,
    /// The challenge had ended.
    Ended(ChallengeStatus),
    /// No such challenge of this tenant.
    Unknown,
    /// A limit refused.
    Limited(LimitHit),
    /// The request was carried out before.
    Repeated,
}

/// Everything that opening a challenge records at once: limits, challenge, delivery, audit.
#[derive(Clone, Debug)]
pub struct OpenChallenge {
    /// The moment.
    pub now: Timestamp,
    /// The new row and what its code is bound to.
    pub binding: Binding,
    /// The recipient, masked.
    pub recipient_hint: String,
    /// The recipient's domain, which only the statistics keep.
    pub domain: String,
    /// The key version of `code_hash`.
    pub code_key: u32,
    /// The keyed hash of the code.
    pub code_hash: CodeHash,
    /// The message, sealed.
    pub payload: Sealed,
    /// When the code stops working.
    pub expires_at: Timestamp,
    /// Answers that may be evaluated.
    pub max_attempts: u8,
    /// How often the code may be sent.
    pub sends: SendPolicy,
    /// What the tenant attached.
    pub details: Details,
    /// The recipient's limits; `None` when limits are switched off.
    pub limits: Option<Arc<RecipientLimits>>,
    /// Who asked.
    pub client_ip: Option<IpAddr>,
    /// By what to recognise the request when it is repeated.
    pub once: Option<Once>,
    /// The recipient's indexes under other versions of the key: what was counted under them goes
    /// over to the one of `binding`.
    pub other_indexes: Vec<RecipientIndex>,
}

/// A challenge to be opened without a recipient.
#[derive(Clone, Debug)]
pub struct OpenAsking {
    /// The moment.
    pub now: Timestamp,
    /// Whose.
    pub tenant: TenantId,
    /// The new row.
    pub challenge: ChallengeId,
    /// What its code is to be for.
    pub purpose: Purpose,
    /// What is known of its message, sealed.
    pub payload: Sealed,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Answers that may be evaluated, whoever the recipient is.
    pub max_attempts: u8,
    /// How many messages may be sent, whoever the recipient is.
    pub max_sends: u8,
    /// The tenant's own limit of wrong codes.
    pub own_failures: Option<Rate>,
    /// What the tenant attached.
    pub details: Details,
    /// Who asked.
    pub client_ip: Option<IpAddr>,
    /// By what to recognise the request when it is repeated.
    pub once: Option<Once>,
}

/// A recipient for a challenge that has none, and the code that it is sent.
#[derive(Clone, Debug)]
pub struct NewRecipient {
    /// The moment.
    pub now: Timestamp,
    /// The challenge, and what its code is bound to.
    pub binding: Binding,
    /// The recipient, masked.
    pub hint: String,
    /// The recipient's domain, which only the statistics keep.
    pub domain: String,
    /// The key version of `code_hash`.
    pub code_key: u32,
    /// The keyed hash of the code.
    pub code_hash: CodeHash,
    /// The message, sealed.
    pub payload: Sealed,
    /// When the code stops working.
    pub expires_at: Timestamp,
    /// The pauses between the messages.
    pub cooldowns: Vec<Duration>,
    /// The recipient's limits; `None` when limits are switched off.
    pub limits: Option<Arc<RecipientLimits>>,
    /// Who asked.
    pub client_ip: Option<IpAddr>,
    /// The recipient's indexes under other versions of the key.
    pub other_indexes: Vec<RecipientIndex>,
}

/// A code to be sent again: the same one, with the same deadline and the same attempts.
#[derive(Clone, Debug)]
pub struct Resend {
    /// The moment.
    pub now: Timestamp,
    /// Whose challenge it has to be.
    pub tenant: TenantId,
    /// The challenge.
    pub challenge: ChallengeId,
    /// The pauses between its messages. How many there may be was decided at its minting.
    pub cooldowns: Vec<Duration>,
    /// The recipient's limits; `None` when limits are switched off.
    pub limits: Option<Arc<RecipientLimits>>,
    /// Who asked.
    pub client_ip: Option<IpAddr>,
    /// By what to recognise the request when it is repeated.
    pub once: Option<Once>,
}
