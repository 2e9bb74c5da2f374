//! The records of issued codes, by cause.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::challenges::challenge::{Binding, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::device::Device;
use crate::domain::challenges::fallback::Fallback;
use crate::domain::challenges::former::Former;
use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::named::LimitName;
use crate::domain::limits::rate::Rate;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::mailbox::Mailbox;
use crate::domain::phone::country::Country;
use crate::domain::phone::fraud::rules::Budget;
use crate::domain::policy::SendPolicy;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::{CodeHash, RecipientIndex, Sealed};
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKinds;

use super::deliveries::ClaimedDelivery;
use super::phone::{PhoneResend, PhoneSend};
use super::switch::SwitchCause;

/// The cause for which a code is issued, with everything that is recorded at once.
#[derive(Clone, Debug)]
pub enum Issue {
    /// A challenge is opened for a recipient.
    Mint(Box<OpenChallenge>),
    /// A challenge whose page asks for the recipient is opened. Nothing is sent yet.
    Page(Box<OpenAsking>),
    /// Such a challenge is given its recipient. Of several concurrent callers, one succeeds.
    Recipient(Box<NewRecipient>),
    /// A challenge's code is sent again.
    Resend(Resend),
    /// A challenge's code is sent over another channel.
    Switch(Switch),
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

/// The result of issuing a code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Issued {
    /// The challenge is open, and the caller holds its delivery, if it has one.
    Opened,
    /// Another message of the challenge is queued, and held by the caller.
    Queued(ClaimedDelivery),
    /// The challenge already has a recipient. This includes every challenge whose messages are all sent.
    Already,
    /// The last message is still on its way.
    UnderWay,
    /// The recipient has a pending challenge for this purpose already.
    Pending,
    /// The tenant delivers this code itself.
    Undeliverable,
    /// The page has not been given a recipient.
    NoRecipient,
    /// The maximum number of messages was sent.
    Spent,
    /// The challenge had ended.
    Ended(ChallengeStatus),
    /// There is no such challenge of this tenant.
    Unknown,
    /// A limit refused.
    Limited(LimitHit),
    /// The tenant's own limit of this name refused.
    LimitedByName(LimitName, LimitHit),
    /// The request was carried out before.
    Repeated,
}

/// Everything that opening a challenge checks and records at once: limits, challenge, delivery, audit.
#[derive(Clone, Debug)]
pub struct OpenChallenge {
    /// The time.
    pub now: Timestamp,
    /// The new row, and what its code is bound to.
    pub binding: Binding,
    /// The recipient, masked.
    pub recipient_hint: String,
    /// The recipient's domain, which only the statistics keep.
    pub domain: String,
    /// The country of a phone number.
    pub country: Option<Country>,
    /// The version of the key with which `code_hash` was computed.
    pub code_key: u32,
    /// The keyed hash of the code; `None` if it is relayed, since its answer is checked elsewhere.
    pub code_hash: Option<CodeHash>,
    /// The message, sealed.
    pub payload: Sealed,
    /// When the code expires.
    pub expires_at: Timestamp,
    /// How many answers may be evaluated; none if the code is relayed.
    pub max_attempts: u8,
    /// How many codes its own was drawn from; 0 if it is relayed.
    pub space: i64,
    /// How often the code may be sent.
    pub sends: SendPolicy,
    /// What it means for a pending challenge of the same recipient and purpose.
    pub former: Former,
    /// The channels over which it follows if its message does not arrive.
    pub fallback: Fallback,
    /// The details that the tenant attached.
    pub details: Details,
    /// The recipient's limits; `None` if limits are switched off.
    pub limits: Option<Arc<RecipientLimits>>,
    /// The device on which the code will be answered.
    pub device: Device,
    /// The actor.
    pub by: Actor,
    /// Identifies the request if it is repeated.
    pub once: Option<Once>,
    /// The recipient's indexes under other versions of the key. Counts under them are moved to the
    /// one in `binding`.
    pub other_indexes: Vec<RecipientIndex>,
    /// Its mailbox.
    pub mailbox: Mailbox,
    /// What the rules against toll fraud check; `None` for a message that costs nothing.
    pub phone: Option<Box<PhoneSend>>,
    /// What the mint is recorded for besides.
    pub subjects: Vec<CountedSubject>,
    /// How much the tenant may mint.
    pub cap: Budget,
    /// The events that its endpoints wanted when the tenant was read. No others are looked for, so that a mint reads no
    /// endpoints in vain.
    pub events: EventKinds,
}

/// What a mint is recorded for besides its recipient. It has a row among those of recipients.
#[derive(Clone, Debug)]
pub struct CountedSubject {
    /// What is recorded.
    pub kind: SubjectKind,
    /// The keyed hash of the subject.
    pub index: RecipientIndex,
    /// The hashes under other versions of the key. What is recorded under them is moved to `index`.
    pub other_indexes: Vec<RecipientIndex>,
}

/// What is recorded for a subject.
#[derive(Clone, Debug)]
pub enum SubjectKind {
    /// A subject of one of the tenant's own limits: the mint is counted.
    Limit {
        /// The limit.
        name: LimitName,
        /// Its windows; all of them apply.
        rates: Vec<Rate>,
    },
    /// An alias: from now on it names the challenge, and the one that it named before is canceled.
    Alias,
}

/// A challenge to open without a recipient.
#[derive(Clone, Debug)]
pub struct OpenAsking {
    /// The time.
    pub now: Timestamp,
    /// The tenant.
    pub tenant: TenantId,
    /// The new row.
    pub challenge: ChallengeId,
    /// The purpose of the code.
    pub purpose: Purpose,
    /// The channel that it has until it is given a recipient.
    pub channel: ChannelKind,
    /// The draft of the message, sealed.
    pub payload: Sealed,
    /// When the challenge expires.
    pub expires_at: Timestamp,
    /// How many answers may be evaluated, whoever the recipient is.
    pub max_attempts: u8,
    /// How many messages may be sent, whoever the recipient is.
    pub max_sends: u8,
    /// The tenant's own limit on wrong codes.
    pub own_failures: Option<Rate>,
    /// The details that the tenant attached.
    pub details: Details,
    /// The actor.
    pub by: Actor,
    /// Identifies the request if it is repeated.
    pub once: Option<Once>,
    /// What the mint is recorded for besides.
    pub subjects: Vec<CountedSubject>,
    /// How much the tenant may mint.
    pub cap: Budget,
    /// The events that its endpoints wanted when the tenant was read.
    pub events: EventKinds,
}

/// A recipient for a challenge that has none, with the code to send.
#[derive(Clone, Debug)]
pub struct NewRecipient {
    /// The time.
    pub now: Timestamp,
    /// The challenge, and what its code is bound to.
    pub binding: Binding,
    /// The recipient, masked.
    pub hint: String,
    /// The recipient's domain, which only the statistics keep.
    pub domain: String,
    /// The country of a phone number.
    pub country: Option<Country>,
    /// The version of the key with which `code_hash` was computed.
    pub code_key: u32,
    /// The keyed hash of the code.
    pub code_hash: CodeHash,
    /// How many codes its own was drawn from.
    pub space: i64,
    /// The message, sealed.
    pub payload: Sealed,
    /// When the code expires.
    pub expires_at: Timestamp,
    /// The channels over which it follows if its message does not arrive.
    pub fallback: Fallback,
    /// The pauses between messages.
    pub cooldowns: Vec<Duration>,
    /// The recipient's limits; `None` if limits are switched off.
    pub limits: Option<Arc<RecipientLimits>>,
    /// The actor.
    pub by: Actor,
    /// The recipient's indexes under other versions of the key.
    pub other_indexes: Vec<RecipientIndex>,
    /// Its mailbox.
    pub mailbox: Mailbox,
    /// What the rules against toll fraud check; `None` for a message that costs nothing.
    pub phone: Option<Box<PhoneSend>>,
}

/// A request to send a code again, with the same deadline and the same attempts.
#[derive(Clone, Debug)]
pub struct Resend {
    /// The time.
    pub now: Timestamp,
    /// The tenant that the challenge must belong to.
    pub tenant: TenantId,
    /// The challenge.
    pub challenge: ChallengeId,
    /// The pauses between messages. Their maximum number was fixed at the mint.
    pub cooldowns: Vec<Duration>,
    /// The recipient's limits; `None` if limits are switched off.
    pub limits: Option<Arc<RecipientLimits>>,
    /// The actor.
    pub by: Actor,
    /// Identifies the request if it is repeated.
    pub once: Option<Once>,
    /// What the rules against toll fraud check; `None` if they are switched off.
    pub phone: Option<Box<PhoneResend>>,
}

/// A code to send over another channel.
#[derive(Clone, Debug)]
pub struct Switch {
    /// The message. It counts as any other.
    pub resend: Resend,
    /// The channel.
    pub channel: ChannelKind,
    /// The reason.
    pub cause: SwitchCause,
}

impl From<Switch> for Issue {
    fn from(switch: Switch) -> Self {
        Self::Switch(switch)
    }
}
