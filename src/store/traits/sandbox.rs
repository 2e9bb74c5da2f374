//! The verbs for sandboxes: creating them, adding keys, and their mails.

use std::time::Duration;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::actor::Actor;
use crate::domain::secret::{RecipientIndex, Sealed};
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::domain::time::Timestamp;

use super::tenants::NewKey;
use super::verb::Verb;

/// The maximum number of live keys of a sandbox.
pub const MAX_TEST_KEYS: usize = 20;

/// The maximum number of stored mails of a sandbox; the latest are kept.
pub const MAX_MAILS: usize = 500;

/// How long a mail of a sandbox is kept.
pub const KEEP_MAILS: Duration = Duration::from_secs(86_400);

/// Sandboxes.
pub trait SandboxStore {
    /// Adds a key to the sandbox of a live tenant, which is created first if there is none. The
    /// sandbox copies the tenant's settings at that time, but not its routes.
    fn add_test_key(&self, new: NewTestKey, now: Timestamp) -> Verb<'_, TestKeyAdded>;

    /// Returns the sandbox of a live tenant.
    fn sandbox_of(&self, live: TenantId) -> Verb<'_, Option<Tenant>>;

    /// Stores a mail of a sandbox, and deletes those beyond the maximum.
    fn keep_mail(&self, mail: SandboxMail) -> Verb<'_, ()>;

    /// Returns the mails of a sandbox, newest first.
    fn sandbox_mails(&self, tenant: TenantId, filter: MailFilter, limit: usize)
    -> Verb<'_, Vec<SandboxMail>>;

    /// Returns the number of the latest mail of a sandbox, which grows with each; 0 if it has none.
    fn latest_sandbox_mail(&self, tenant: TenantId) -> Verb<'_, i64>;

    /// Deletes the mails of a sandbox, and returns how many there were.
    fn empty_sandbox(&self, tenant: TenantId) -> Verb<'_, usize>;
}

/// A key to a sandbox.
#[derive(Clone, Debug)]
pub struct NewTestKey {
    /// The live tenant.
    pub live: TenantId,
    /// The row and the handle for its sandbox, used if there is none yet.
    pub sandbox: (TenantId, TenantHandle),
    /// The key.
    pub key: NewKey,
    /// The actor.
    pub by: Actor,
}

/// The result of adding a key to a sandbox.
#[derive(Clone, Debug)]
pub enum TestKeyAdded {
    /// The key opens this sandbox.
    Added(Box<Tenant>),
    /// The key is taken.
    Taken,
    /// The sandbox has the maximum number of keys.
    TooMany,
    /// There is no such live tenant.
    Unknown,
}

/// A mail that a sandbox would have sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SandboxMail {
    /// The tenant.
    pub tenant: TenantId,
    /// The challenge.
    pub challenge: ChallengeId,
    /// The recipient.
    pub recipient: RecipientIndex,
    /// When it would have been sent.
    pub at: Timestamp,
    /// The content, sealed.
    pub content: Sealed,
}

/// A filter for the mails of a sandbox.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct MailFilter {
    /// Only mails to the recipient with these indexes, one per version of the key.
    pub recipient: Option<Vec<RecipientIndex>>,
    /// Only mails of this challenge.
    pub challenge: Option<ChallengeId>,
}
