//! The store: verbs that are whole decisions, each atomic in its backend.
//!
//! No transaction crosses this trait, `now` is always an argument, and what a verb answers has
//! been made durable. `tests/store` tells the same story to every backend.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::BoxFuture;
use crate::domain::audit::AuditRow;
use crate::domain::challenge::{Binding, Challenge, ChallengeStatus};
use crate::domain::channel::ChannelKind;
use crate::domain::delivery::DeliveryEnd;
use crate::domain::details::Details;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limit::{LimitHit, RecipientLimits};
use crate::domain::policy::SendPolicy;
use crate::domain::purpose::Purpose;
use crate::domain::secret::{CodeHash, RecipientIndex, Sealed, SecretKeyHash, WrappedKey};
use crate::domain::tenant::{KeyInfo, Tenant, TenantHandle, TenantStatus};
use crate::domain::time::Timestamp;

pub mod sqlite;

/// Why a verb could not be carried out. Nothing was decided, and nothing was changed that the
/// caller was told of; the cause is in the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StoreError {
    /// More is waiting to be written than the store takes on.
    #[error("the store is busy")]
    Busy,
    /// The store cannot record: disk full, read-only, or failing.
    #[error("the store is not available")]
    Unavailable,
}

/// What every verb returns.
pub type Verb<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A tenant to be added, with its first secret key.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// The tenant.
    pub tenant: Tenant,
    /// The hash of its key.
    pub key: SecretKeyHash,
    /// The last four characters of its key.
    pub key_hint: String,
    /// Who asked.
    pub origin: Option<IpAddr>,
}

/// A secret key that replaces another.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Whose.
    pub tenant: TenantId,
    /// Its hash.
    pub key: SecretKeyHash,
    /// Its last four characters.
    pub hint: String,
    /// How long the present key goes on working. The one before it stops at once: two keys live
    /// at most.
    pub overlap: Duration,
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
    pub origin: Option<IpAddr>,
}

/// What came of opening a challenge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opened {
    /// It is open, and its delivery is held by the caller.
    Opened,
    /// A limit of the recipient refused; nothing was recorded.
    Limited(LimitHit),
}

/// What the store has to ask in the middle of deciding about an answer.
pub trait Judge: Send {
    /// Whether one more answer may be evaluated for this tenant.
    fn admit(&self, tenant: TenantId) -> Result<(), LimitHit>;

    /// The hash that the answer would have under key `version`, or `None` without such a key.
    fn hash(&self, version: u32, binding: &Binding) -> Option<CodeHash>;
}

/// Which challenge an answer is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// The one with this key.
    Challenge(ChallengeId),
    /// The tenant's latest pending one for this recipient and purpose.
    Latest(RecipientIndex, Purpose),
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
    /// How often the code may be sent.
    pub sends: SendPolicy,
    /// The recipient's limits; `None` when limits are switched off.
    pub limits: Option<Arc<RecipientLimits>>,
    /// Who asked.
    pub origin: Option<IpAddr>,
}

/// What came of sending a code again.
#[derive(Clone, Debug)]
pub enum Resent {
    /// Its delivery is held by the caller; this is message number `sends` of the challenge.
    Resent {
        /// The delivery.
        delivery: ClaimedDelivery,
        /// Messages so far, with this one.
        sends: u8,
    },
    /// The last message is still on its way.
    UnderWay,
    /// As many messages as allowed were sent.
    Spent,
    /// The challenge had ended.
    Ended(ChallengeStatus),
    /// No such challenge of this tenant.
    Unknown,
    /// A limit refused; nothing was recorded.
    Limited(LimitHit),
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
    pub origin: Option<IpAddr>,
}

/// What is known of a challenge at the moment at which it was verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// What its code was bound to.
    pub binding: Binding,
    /// Its message, sealed: the last that is seen of its recipient.
    pub payload: Sealed,
}

/// What was decided about an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Right, and consumed: nobody will be told this again.
    Verified(Verified),
    /// Wrong, and counted.
    Mismatched {
        /// Answers that may still be evaluated.
        attempts_remaining: u8,
    },
    /// Not evaluated: the challenge had ended.
    Ended(ChallengeStatus),
    /// Not evaluated: no such challenge, or not of this tenant.
    Unknown,
    /// Not evaluated: a limit refused.
    Limited(LimitHit),
}

/// A delivery taken out of the outbox.
#[derive(Clone, Debug)]
pub struct ClaimedDelivery {
    /// What the message belongs to.
    pub challenge: ChallengeId,
    /// Who sends.
    pub tenant: TenantId,
    /// The medium.
    pub channel: ChannelKind,
    /// What the code is for.
    pub purpose: Purpose,
    /// The message, sealed.
    pub payload: Sealed,
    /// When the code stops working.
    pub expires_at: Timestamp,
    /// Tries made so far.
    pub tries: u32,
}

/// How long things are kept after their end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retention {
    /// Ended challenges, without code hash and recipient.
    pub challenges: Duration,
    /// Audit rows.
    pub audit: Duration,
    /// Counters of recipients that nothing was sent to.
    pub recipients: Duration,
}

/// What one round of sweeping did.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Swept {
    /// Challenges whose time had run out: marked, hash and recipient erased.
    pub expired: usize,
    /// Rows deleted.
    pub deleted: usize,
    /// More is waiting: sweep again soon.
    pub more: bool,
}

/// The store of everything durable.
pub trait Store: Send + Sync {
    /// The sub-keys, wrapped.
    fn keyring(&self) -> Verb<'_, Vec<WrappedKey>>;

    /// Adds sub-keys; one that is there already stays as it is.
    fn add_keys(&self, keys: Vec<WrappedKey>) -> Verb<'_, ()>;

    /// The greatest identity in use, above which new ones have to start.
    fn greatest_id(&self) -> Verb<'_, i64>;

    /// Adds a tenant; `false` when its key is taken.
    fn add_tenant(&self, new: NewTenant) -> Verb<'_, bool>;

    /// The active tenant whose live secret key has this hash.
    fn tenant_by_key(&self, key: SecretKeyHash, now: Timestamp) -> Verb<'_, Option<Tenant>>;

    /// The tenant of this row.
    fn tenant(&self, id: TenantId) -> Verb<'_, Option<Tenant>>;

    /// The tenant of this handle, and its live keys.
    fn tenant_by_handle(
        &self,
        handle: TenantHandle,
        now: Timestamp,
    ) -> Verb<'_, Option<(Tenant, Vec<KeyInfo>)>>;

    /// All tenants, in order of registration.
    fn tenants(&self) -> Verb<'_, Vec<Tenant>>;

    /// Switches a tenant on or off; `false` when there is none.
    fn set_tenant_status(&self, id: TenantId, status: TenantStatus, now: Timestamp) -> Verb<'_, bool>;

    /// Gives a tenant a new key; `false` when the key is taken.
    fn rotate_key(&self, new: NewKey, now: Timestamp) -> Verb<'_, bool>;

    /// A number that changes with every change of a tenant or key, by whichever process.
    fn tenants_revision(&self) -> Verb<'_, i64>;

    /// Opens a challenge: checks and counts the recipient's limits, records the challenge, its
    /// delivery and the audit row.
    fn open_challenge(&self, open: OpenChallenge) -> Verb<'_, Opened>;

    /// Decides about an answer: counts it, compares it, consumes the challenge if it is right.
    fn record_attempt(&self, attempt: Attempt) -> Verb<'_, Decision>;

    /// Sends a challenge's code again: checks the pause, the challenge's and the recipient's limits,
    /// and records the delivery and the audit row.
    fn resend(&self, resend: Resend) -> Verb<'_, Resent>;

    /// Calls a pending challenge off, with its delivery; `false` when it is not pending or not of
    /// this tenant.
    fn cancel_challenge(&self, tenant: TenantId, id: ChallengeId, now: Timestamp) -> Verb<'_, bool>;

    /// A tenant's challenge.
    fn challenge(&self, tenant: TenantId, id: ChallengeId) -> Verb<'_, Option<Challenge>>;

    /// Lets a locked-out recipient answer again; `false` when there was nothing to clear.
    fn clear_recipient(&self, tenant: TenantId, recipient: RecipientIndex) -> Verb<'_, bool>;

    /// Lets go of all deliveries that a former process held. Only at start.
    fn release_deliveries(&self, now: Timestamp) -> Verb<'_, usize>;

    /// Takes at most `limit` deliveries that are due at `now` and held by nobody.
    fn claim_deliveries(&self, now: Timestamp, limit: usize) -> Verb<'_, Vec<ClaimedDelivery>>;

    /// Records what came of a delivery that the caller holds.
    fn settle_delivery(&self, challenge: ChallengeId, end: DeliveryEnd, now: Timestamp) -> Verb<'_, ()>;

    /// One bounded round of erasing what has ended and deleting what is past its retention.
    fn sweep(&self, now: Timestamp, keep: Retention) -> Verb<'_, Swept>;

    /// The latest audit rows of a tenant, or of all, newest first.
    fn audit(&self, tenant: Option<TenantId>, limit: usize) -> Verb<'_, Vec<AuditRow>>;

    /// Whether the last write was recorded.
    fn is_healthy(&self) -> bool;
}
