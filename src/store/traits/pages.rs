//! Verbs for whoever has a shareable key and nothing else, and for the web pages that ask for them.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::id::ChallengeId;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;

use super::verb::Verb;

/// Callers without a tenant.
pub trait PageStore {
    /// Whether any active tenant allows this page to call.
    fn is_allowed_page(&self, page: WebOrigin) -> Verb<'_, bool>;

    /// A challenge that is pending at `now`, of an active tenant which allows the page, if one asks,
    /// and that tenant. Nothing tells one that has ended from one that never was.
    fn held_challenge(
        &self,
        id: ChallengeId,
        page: Option<WebOrigin>,
        now: Timestamp,
    ) -> Verb<'_, Option<(Tenant, Challenge)>>;
}
