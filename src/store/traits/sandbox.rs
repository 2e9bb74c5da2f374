//! Verbs about sandboxes: made, given keys, and what they would have sent.

use std::time::Duration;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::audit::Actor;
use crate::domain::secret::{RecipientIndex, Sealed};
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::domain::time::Timestamp;

use super::tenants::NewKey;
use super::verb::Verb;

/// Live keys that a sandbox may have.
pub const MAX_TEST_KEYS: usize = 20;

/// Mails of a sandbox that are kept: the latest ones.
pub const MAX_MAILS: usize = 500;

/// How long a mail of a sandbox is kept.
pub const KEEP_MAILS: Duration = Duration::from_secs(86_400);

/// Sandboxes.
pub trait SandboxStore {
    /// Gives the sandbox of a live tenant one more key, and makes it first if there is none. It
    /// takes over what the tenant has decided for itself by then, but not its accounts.
    fn add_test_key(&self, new: NewTestKey, now: Timestamp) -> Verb<'_, TestKeyAdded>;

    /// The sandbox of a live tenant.
    fn sandbox_of(&self, live: TenantId) -> Verb<'_, Option<Tenant>>;

    /// Keeps what a sandbox would have sent, and lets go of what is too much.
    fn keep_mail(&self, mail: SandboxMail) -> Verb<'_, ()>;

    /// What a sandbox would have sent, the newest first.
    fn sandbox_mails(&self, tenant: TenantId, filter: MailFilter, limit: usize)
    -> Verb<'_, Vec<SandboxMail>>;

    /// Deletes what a sandbox would have sent, and answers how much it was.
    fn empty_sandbox(&self, tenant: TenantId) -> Verb<'_, usize>;
}

/// A key to a sandbox.
#[derive(Clone, Debug)]
pub struct NewTestKey {
    /// The live tenant.
    pub live: TenantId,
    /// Row and handle of its sandbox, if it has none yet.
    pub sandbox: (TenantId, TenantHandle),
    /// The key.
    pub key: NewKey,
    /// Who asked.
    pub by: Actor,
}

/// What came of adding a key to a sandbox.
#[derive(Clone, Debug)]
pub enum TestKeyAdded {
    /// It opens this sandbox.
    Added(Box<Tenant>),
    /// The key is taken.
    Taken,
    /// The sandbox has as many keys as it may have.
    TooMany,
    /// There is no such live tenant.
    Unknown,
}

/// A mail that a sandbox would have sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SandboxMail {
    /// Whose.
    pub tenant: TenantId,
    /// What it belongs to.
    pub challenge: ChallengeId,
    /// Who would have received it.
    pub recipient: RecipientIndex,
    /// When it would have been sent.
    pub at: Timestamp,
    /// What it says, sealed.
    pub content: Sealed,
}

/// Which mails of a sandbox.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct MailFilter {
    /// Those to the recipient with these indexes, one for each version of the key.
    pub recipient: Option<Vec<RecipientIndex>>,
    /// Those of this challenge.
    pub challenge: Option<ChallengeId>,
}
