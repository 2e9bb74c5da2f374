//! The verbs for hosted pages: the challenge of a page, and the result that its app fetches once.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::{ResultHash, Sealed};
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Hosted pages and their results.
pub trait ResultStore {
    /// Returns a challenge of an active tenant, whatever its status.
    fn hosted_challenge(&self, id: ChallengeId) -> Verb<'_, Option<Hosted>>;

    /// Takes the result of `tenant` that has one of these hashes and has not expired at `now`. Of
    /// several concurrent callers, one gets it.
    fn take_result(
        &self,
        tenant: TenantId,
        hashes: Vec<ResultHash>,
        now: Timestamp,
    ) -> Verb<'_, Option<TakenResult>>;
}

/// A challenge that has a page.
#[derive(Clone, Debug)]
pub struct Hosted {
    /// The tenant.
    pub tenant: Tenant,
    /// The challenge.
    pub challenge: Challenge,
    /// The sealed message, until the challenge ends.
    pub payload: Option<Sealed>,
    /// How many codes of this kind there are; zero if there is no code yet, or none that is answered here.
    pub space: i64,
}

/// A result that is recorded with the right answer, in the same transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewResult {
    /// The message that it was prepared from. Since then its recipient may have been withdrawn.
    pub message: Sealed,
    /// The keyed hash of its code.
    pub hash: ResultHash,
    /// The recipient, sealed, for the receipt.
    pub recipient: Sealed,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// A result that was taken and cannot be taken again.
#[derive(Clone, Debug)]
pub struct TakenResult {
    /// The challenge that was verified.
    pub challenge: Challenge,
    /// Its recipient, sealed.
    pub recipient: Sealed,
}
