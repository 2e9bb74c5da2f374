//! The store: verbs that are whole decisions, each atomic in its backend.
//!
//! No transaction crosses this trait, `now` is always an argument, and what a verb answers has
//! been made durable. `tests/store` tells the same story to every backend.

use std::time::Duration;

use crate::domain::BoxFuture;
use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditRow;
use crate::domain::time::Timestamp;

mod accounts;
mod asking;
mod challenges;
mod clock;
mod console;
mod deliveries;
mod keys;
mod logos;
mod operators;
mod pages;
mod reports;
mod results;
mod rotation;
mod sandbox;
mod secret_keys;
mod sql;
pub mod sqlite;
mod templates;
mod tenants;
mod webhooks;

pub use accounts::*;
pub use asking::*;
pub use challenges::*;
pub use clock::*;
pub use console::*;
pub use deliveries::*;
pub use keys::*;
pub use logos::*;
pub use operators::*;
pub use pages::*;
pub use reports::*;
pub use results::*;
pub use rotation::*;
pub use sandbox::*;
pub use secret_keys::*;
pub use templates::*;
pub use tenants::*;
pub use webhooks::*;

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

/// The store of everything durable: the verbs of each theme, and those about the whole.
pub trait Store:
    KeyStore
    + RotationStore
    + TenantStore
    + SecretKeyStore
    + AccountStore
    + AskingStore
    + LogoStore
    + PageStore
    + ResultStore
    + SandboxStore
    + TemplateStore
    + ChallengeStore
    + DeliveryStore
    + WebhookStore
    + ReportStore
    + OperatorStore
    + ConsoleStore
    + ClockStore
    + Send
    + Sync
{
    /// The greatest identity in use, above which new ones have to start.
    fn greatest_id(&self) -> Verb<'_, i64>;

    /// One bounded round of erasing what has ended and deleting what is past its retention. Also
    /// notes the time.
    fn sweep(&self, now: Timestamp, keep: Retention) -> Verb<'_, Swept>;

    /// The latest audit rows of a tenant, or of all, newest first.
    fn audit(&self, tenant: Option<TenantId>, limit: usize) -> Verb<'_, Vec<AuditRow>>;

    /// Whether the last write was recorded.
    fn is_healthy(&self) -> bool;
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
    /// Statistics, in whole days.
    pub statistics_days: i64,
    /// Counters of recipients with this many wrong answers in a row are kept until one is right or
    /// somebody clears them, or a patient guesser would never be locked out.
    pub in_a_row: u32,
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
