//! Hints about the rows that a verb needs, for engines that load and lock for many verbs at once.

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::RecipientIndex;

/// A hint. Rows that it does not name are loaded on demand, which is correct but slower.
#[derive(Clone, Copy)]
pub enum Needs {
    /// The verb queries the database itself: changes that others made in memory are written before
    /// it, and held rows are reloaded after it.
    Anything,
    /// The verb accesses challenges and recipients only through the unit of work.
    Held { challenge: Option<ChallengeId>, recipient: Option<(TenantId, RecipientIndex)> },
}

impl Needs {
    /// Needs no challenge and no recipient, or none that is known in advance.
    pub const NOTHING: Self = Self::Held { challenge: None, recipient: None };

    /// Needs a challenge, and its recipient.
    pub const fn challenge(id: ChallengeId) -> Self {
        Self::Held { challenge: Some(id), recipient: None }
    }

    /// Needs a recipient.
    pub const fn recipient(tenant: TenantId, index: RecipientIndex) -> Self {
        Self::Held { challenge: None, recipient: Some((tenant, index)) }
    }

    /// Needs a challenge, and the recipient that it is given.
    pub const fn both(id: ChallengeId, tenant: TenantId, index: RecipientIndex) -> Self {
        Self::Held { challenge: Some(id), recipient: Some((tenant, index)) }
    }
}
