//! The store: the verbs of each theme, and those about the whole.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditRow;
use crate::domain::time::Timestamp;

use super::accounts::AccountStore;
use super::asking::AskingStore;
use super::challenges::ChallengeStore;
use super::clock::ClockStore;
use super::console::ConsoleStore;
use super::deliveries::DeliveryStore;
use super::keys::KeyStore;
use super::logos::LogoStore;
use super::operators::OperatorStore;
use super::pages::PageStore;
use super::reports::ReportStore;
use super::results::ResultStore;
use super::rotation::RotationStore;
use super::sandbox::SandboxStore;
use super::secret_keys::SecretKeyStore;
use super::templates::TemplateStore;
use super::tenants::TenantStore;
use super::verb::Verb;
use super::webhooks::WebhookStore;

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
    /// What became of messages.
    pub deliveries: Duration,
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
