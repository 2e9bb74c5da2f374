//! Verbs for challenges whose page asks for the recipient: opened without one, given one, which may be
//! withdrawn again.

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
use crate::domain::secret::{CodeHash, RecipientIndex, Sealed};
use crate::domain::time::Timestamp;

use super::challenges::Opened;
use super::deliveries::ClaimedDelivery;
use super::verb::Verb;

/// Challenges whose pages ask.
pub trait AskingStore {
    /// Opens a challenge without a recipient: records it and the audit row, and sends nothing.
    fn open_asking(&self, open: OpenAsking) -> Verb<'_, Opened>;

    /// Gives a pending challenge its recipient and its code: checks and counts the recipient's limits and
    /// the challenge's messages, and records the delivery and the audit row. Of those who ask at the
    /// same time, one does it.
    fn give_recipient(&self, new: NewRecipient) -> Verb<'_, Given>;

    /// Takes the recipient of a pending challenge back, with the code that was sent to it, so that its page
    /// asks again.
    fn withdraw_recipient(
        &self,
        tenant: TenantId,
        id: ChallengeId,
        client_ip: Option<IpAddr>,
        now: Timestamp,
    ) -> Verb<'_, Withdrawn>;
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

/// What came of giving a recipient.
#[derive(Clone, Debug)]
pub enum Given {
    /// Its delivery is held by the caller.
    Given(ClaimedDelivery),
    /// The challenge has a recipient; so has every one of which all messages were sent.
    Already,
    /// The challenge had ended.
    Ended(ChallengeStatus),
    /// No such challenge of this tenant.
    Unknown,
    /// A limit refused; nothing was recorded.
    Limited(LimitHit),
}

/// What came of withdrawing a recipient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Withdrawn {
    /// The challenge has no recipient now.
    Withdrawn,
    /// It had none.
    Already,
    /// Its message is being sent.
    UnderWay,
    /// No other one could be sent a message.
    Spent,
    /// The challenge had ended.
    Ended(ChallengeStatus),
    /// No such challenge of this tenant, or one whose page does not ask.
    Unknown,
}
