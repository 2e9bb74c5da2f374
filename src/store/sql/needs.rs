//! What a verb will look at, for engines that load and lock for many verbs at once.

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::RecipientIndex;

/// A hint. What is missing in it is loaded when it is asked for: right, only slower.
#[derive(Clone, Copy)]
pub enum Needs {
    /// A verb that asks the database itself: what others have changed in memory is written before, and
    /// what was held is loaded anew afterwards.
    Anything,
    /// A verb that looks at challenges and recipients through the unit of work alone.
    Held { challenge: Option<ChallengeId>, recipient: Option<(TenantId, RecipientIndex)> },
}

impl Needs {
    /// Neither a challenge nor a recipient, or none that is known before.
    pub const NOTHING: Self = Self::Held { challenge: None, recipient: None };

    /// A challenge, and its recipient.
    pub const fn challenge(id: ChallengeId) -> Self {
        Self::Held { challenge: Some(id), recipient: None }
    }

    /// A recipient.
    pub const fn recipient(tenant: TenantId, index: RecipientIndex) -> Self {
        Self::Held { challenge: None, recipient: Some((tenant, index)) }
    }

    /// A challenge that is given a recipient.
    pub const fn both(id: ChallengeId, tenant: TenantId, index: RecipientIndex) -> Self {
        Self::Held { challenge: Some(id), recipient: Some((tenant, index)) }
    }
}
