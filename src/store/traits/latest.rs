//! The verbs for the latest challenges of a recipient or an alias.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::mailbox::Spelling;
use crate::domain::secret::RecipientIndex;

use super::verb::Verb;

/// The latest challenges of recipients and aliases. Both are named by their indexes, one per version of
/// the key.
pub trait LatestStore {
    /// Returns the latest challenges of a recipient, or the one that an alias names, whatever their
    /// status: the newest first, at most ten. Of a recipient, those for this spelling of the address.
    fn challenges_of(
        &self,
        tenant: TenantId,
        indexes: Vec<RecipientIndex>,
        spelling: Option<Spelling>,
    ) -> Verb<'_, Vec<Challenge>>;

    /// Removes a challenge from those of a recipient, or from an alias, which then names nothing. The
    /// challenge itself stays.
    fn forget_challenge_of(
        &self,
        tenant: TenantId,
        indexes: Vec<RecipientIndex>,
        challenge: ChallengeId,
    ) -> Verb<'_, ()>;
}
