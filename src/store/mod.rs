//! The store: verbs that are whole decisions, each atomic in its backend.
//!
//! No transaction crosses this trait, `now` is always an argument, and what a verb answers has
//! been made durable. `tests/store` tells the same story to every backend.

use crate::domain::BoxFuture;
use crate::domain::audit::AuditRow;
use crate::domain::challenge::Challenge;
use crate::domain::delivery::DeliveryEnd;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::idempotency::Remembered;
use crate::domain::secret::{RecipientIndex, RequestDigest, SecretKeyHash, WrappedKey};
use crate::domain::tenant::{KeyInfo, Tenant, TenantHandle, TenantStatus};
use crate::domain::time::Timestamp;

pub mod sqlite;
mod verbs;

pub use verbs::*;

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

    /// What is known of a tenant's request with this key.
    fn recall(&self, tenant: TenantId, key: RequestDigest, now: Timestamp) -> Verb<'_, Option<Remembered>>;

    /// Adds what was answered to a request that is remembered.
    fn keep_answer(&self, tenant: TenantId, key: RequestDigest, kept: KeptAnswer) -> Verb<'_, ()>;

    /// A tenant's challenge.
    fn challenge(&self, tenant: TenantId, id: ChallengeId) -> Verb<'_, Option<Challenge>>;

    /// Lets a locked-out recipient, masked as `hint`, answer again; `false` when there was nothing
    /// to clear.
    fn clear_recipient(
        &self,
        tenant: TenantId,
        recipient: RecipientIndex,
        hint: String,
        now: Timestamp,
    ) -> Verb<'_, bool>;

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
