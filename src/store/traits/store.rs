//! The store: the verbs of each theme, and those for the whole store.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditRow;
use crate::domain::time::Timestamp;

use super::acme::AcmeStore;
use super::asking::AskingStore;
use super::audit_seals::AuditSealStore;
use super::challenges::ChallengeStore;
use super::clock::ClockStore;
use super::conditions::Conditions;
use super::console::ConsoleStore;
use super::deletions::DeletionStore;
use super::deliveries::DeliveryStore;
use super::erasure::ErasureStore;
use super::export::ExportStore;
use super::factors::FactorStore;
use super::hooks::HookStore;
use super::keys::KeyStore;
use super::latest::LatestStore;
use super::logos::LogoStore;
use super::lookups::LookupStore;
use super::migrations::MigrationStore;
use super::nodes::NodeStore;
use super::operator_accounts::OperatorAccountStore;
use super::operator_token::OperatorTokenStore;
use super::operators::OperatorStore;
use super::pages::PageStore;
use super::phone::PhoneStore;
use super::reports::ReportStore;
use super::results::ResultStore;
use super::rotation::RotationStore;
use super::routes::RouteStore;
use super::sandbox::SandboxStore;
use super::secret_keys::SecretKeyStore;
use super::sign_ins::SignInStore;
use super::spray::SprayStore;
use super::templates::TemplateStore;
use super::tenants::TenantStore;
use super::verb::Verb;
use super::webhooks::WebhookStore;

/// The store of all durable data: the verbs of each theme, and those for the whole store.
pub trait Store:
    AcmeStore
    + KeyStore
    + RotationStore
    + TenantStore
    + SecretKeyStore
    + SprayStore
    + RouteStore
    + AskingStore
    + LatestStore
    + LogoStore
    + LookupStore
    + PageStore
    + PhoneStore
    + ResultStore
    + SandboxStore
    + TemplateStore
    + ChallengeStore
    + DeliveryStore
    + FactorStore
    + HookStore
    + WebhookStore
    + ReportStore
    + AuditSealStore
    + OperatorStore
    + DeletionStore
    + ErasureStore
    + ExportStore
    + OperatorTokenStore
    + ConsoleStore
    + OperatorAccountStore
    + SignInStore
    + ClockStore
    + MigrationStore
    + NodeStore
    + Send
    + Sync
{
    /// Returns the same store, whose changes are decided under these conditions: they are checked,
    /// and what came of the change is recorded, in its transaction. If one does not hold, the verb
    /// returns [`StoreError::Unmet`](super::StoreError::Unmet) or
    /// [`StoreError::Repeated`](super::StoreError::Repeated), and has changed nothing.
    fn under(&self, conditions: Conditions) -> Arc<dyn Store>;

    /// Returns the greatest identity in use, above which new ones have to start.
    fn greatest_id(&self) -> Verb<'_, i64>;

    /// Runs one bounded round of erasing challenges that have ended and deleting rows past their
    /// retention. Also records the time.
    fn sweep(&self, now: Timestamp, keep: Retention) -> Verb<'_, Swept>;

    /// Returns the latest audit rows of a tenant, or of all, newest first.
    fn audit(&self, tenant: Option<TenantId>, limit: usize) -> Verb<'_, Vec<AuditRow>>;

    /// Returns whether the last write was recorded.
    fn is_healthy(&self) -> bool;
}

/// The times for which data is kept after its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retention {
    /// Ended challenges, without code hash and recipient.
    pub challenges: Duration,
    /// The outcomes of messages.
    pub deliveries: Duration,
    /// The names of deleted tenants: as long as the audit trail.
    pub names: Duration,
    /// Counters of inactive recipients.
    pub recipients: Duration,
    /// Statistics, in whole days.
    pub statistics_days: i64,
    /// Counters of recipients with at least this many wrong answers in a row are kept until an
    /// answer is right or somebody clears them; otherwise a patient guesser would never be locked
    /// out.
    pub in_a_row: u32,
}

/// The result of one round of sweeping.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Swept {
    /// Number of challenges that had expired and were marked, with hash and recipient erased.
    pub expired: usize,
    /// Number of deleted rows.
    pub deleted: usize,
    /// Whether more is waiting, so that another round should follow soon.
    pub more: bool,
}
