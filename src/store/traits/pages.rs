//! The verbs for holders of a shareable key, and for the web pages that call on their behalf.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::id::ChallengeId;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;

use super::verb::Verb;

/// Callers without a tenant.
pub trait PageStore {
    /// Returns whether any active tenant allows this page to call.
    fn is_allowed_page(&self, page: WebOrigin) -> Verb<'_, bool>;

    /// Returns a challenge that is pending at `now`, and its tenant, which must be active and must
    /// allow the page, if there is one. A challenge that has ended cannot be told from one that
    /// never existed.
    fn held_challenge(
        &self,
        id: ChallengeId,
        page: Option<WebOrigin>,
        now: Timestamp,
    ) -> Verb<'_, Option<(Tenant, Challenge)>>;
}
