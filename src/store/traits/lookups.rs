//! The verbs for tenants that name a challenge by its recipient, or say themselves how it ends.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::history::ChallengeDelivery;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::mailbox::Spelling;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::{RecipientIndex, Sealed};
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Challenges as their tenant looks them up.
pub trait LookupStore {
    /// Returns a tenant's challenge for this purpose.
    fn look_up(
        &self,
        tenant: TenantId,
        purpose: Purpose,
        name: ChallengeName,
        now: Timestamp,
    ) -> Verb<'_, Option<LookedUp>>;

    /// Ends a pending challenge as verified, without a code. Returns `false` if it is not pending or not of this
    /// tenant.
    fn approve_challenge(
        &self,
        tenant: TenantId,
        id: ChallengeId,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool>;
}

/// What a challenge is named by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChallengeName {
    /// Its row.
    Row(ChallengeId),
    /// Its recipient, by the indexes under all versions of the key, and the spelling of the address: the latest that
    /// is pending or, if none is, the latest.
    Recipient(Vec<RecipientIndex>, Spelling),
}

/// A challenge that its tenant has looked up.
#[derive(Clone, Debug)]
pub struct LookedUp {
    /// The challenge.
    pub challenge: Challenge,
    /// Its deliveries in their order.
    pub deliveries: Vec<ChallengeDelivery>,
    /// The sealed message, until the challenge ends.
    pub payload: Option<Sealed>,
}
