//! Verbs about trying mail accounts out. The accounts themselves are a part of the tenant.

use std::net::IpAddr;
use std::sync::Arc;

use crate::domain::id::TenantId;
use crate::domain::limit::{LimitHit, RecipientLimits};
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;

use super::Verb;

/// Tries of mail accounts.
pub trait AccountStore {
    /// Writes down that an account is tried.
    fn note_account_test(&self, test: AccountTest, now: Timestamp) -> Verb<'_, ()>;

    /// Counts a test mail as a message to its recipient, unless it is one too many.
    fn count_test_mail(
        &self,
        tenant: TenantId,
        recipient: RecipientIndex,
        limits: Option<Arc<RecipientLimits>>,
        now: Timestamp,
    ) -> Verb<'_, Option<LimitHit>>;
}

/// An account that is tried.
#[derive(Clone, Debug)]
pub struct AccountTest {
    /// Whose.
    pub tenant: TenantId,
    /// Where a test mail is to go, masked.
    pub recipient: Option<String>,
    /// Who asked.
    pub origin: Option<IpAddr>,
}
