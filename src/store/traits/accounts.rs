//! Verbs about trying mail accounts out. The accounts themselves are a part of the tenant.

use std::sync::Arc;

use crate::domain::id::TenantId;
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::reports::audit::Actor;
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Tries of mail accounts.
pub trait AccountStore {
    /// Writes down that an account is tried.
    fn note_account_test(&self, test: AccountTest, now: Timestamp) -> Verb<'_, ()>;

    /// Counts a test mail as a message to its recipient, unless it is one too many.
    fn count_test_mail(&self, mail: CountedMail, now: Timestamp) -> Verb<'_, Option<LimitHit>>;
}

/// An account that is tried.
#[derive(Clone, Debug)]
pub struct AccountTest {
    /// Whose.
    pub tenant: TenantId,
    /// Where a test mail is to go, masked.
    pub recipient: Option<String>,
    /// Who asked.
    pub by: Actor,
}

/// A test mail to be counted.
#[derive(Clone, Debug)]
pub struct CountedMail {
    /// Whose.
    pub tenant: TenantId,
    /// Where it goes.
    pub recipient: RecipientIndex,
    /// The recipient's indexes under other versions of the key: what was counted under them goes
    /// over to `recipient`.
    pub other_indexes: Vec<RecipientIndex>,
    /// What messages are counted against.
    pub limits: Option<Arc<RecipientLimits>>,
}
